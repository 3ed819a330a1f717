import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Config } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from './database-error.js';
import { startEmbedded } from './embedded/start.js';
import type { Log } from './log.js';
import { assertServer } from './server-check.js';

/** Connections besides the workers' pools: the owner's lock, migrations, and what Postgres keeps for itself. */
const SPARE_CONNECTIONS = 20;
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;
/** Not there yet: refused, name unknown, unreachable, starting up, too many connections. */
const PASSING = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '57P03',
  '53300',
];

export interface OpenDatabase {
  /** Where to connect, password included. */
  readonly url: string;
  readonly embedded: boolean;
  /** Stops the embedded Postgres; does nothing to another one. Call it after the last query. */
  stop(): Promise<void>;
}

/**
 * Makes sure that there is a database to work with: the one of DATABASE_URL, for which it waits up to 30 s,
 * else the embedded one, which it starts. Runs no migrations.
 * @throws DatabaseError with what to do about it.
 */
export async function openDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  const { databaseUrl, dataDir, databasePoolSize, workers } = config;
  if (databaseUrl !== undefined) {
    await waitFor(databaseUrl, log);
    return { url: databaseUrl, embedded: false, stop: async () => undefined };
  }
  const maxConnections = Math.max(100, workers * databasePoolSize + SPARE_CONNECTIONS);
  const { url, stop } = await startEmbedded({ dataDir, log, maxConnections });
  return { url, embedded: true, stop };
}

async function waitFor(url: string, log: Log): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await visit(url);
    if (failure === undefined) return;
    const reason = `${placeOf(url)}: ${errorText(failure)}`;
    if (!isPassing(failure))
      throw new DatabaseError(`Cannot use the database at ${reason}`, { cause: failure });
    if (Date.now() > deadline)
      throw new DatabaseError(`No database after ${PATIENCE_MS / 1000} s at ${reason}`);
    if (attempt === 1) log.warn(`Waiting for the database at ${reason}`);
    await sleep(RETRY_MS);
  }
}

/** @returns why the database cannot be used, `undefined` when it can. */
async function visit(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the query or the connect fails as well
  try {
    await client.connect();
    await assertServer(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isPassing(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined ? /timeout|terminated/i.test(errorText(error)) : PASSING.includes(code);
}

/** Host, port and database of the URL, without the credentials. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
