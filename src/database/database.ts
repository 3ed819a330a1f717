import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Config } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from './database-error.js';
import { unlessAborted } from '../common/interruption.js';
import type { Log } from './log.js';
import { assertOwnSession } from './pooler-check.js';
import { assertServer } from './server-check.js';

/**
 * Connections in addition to those of the workers, which have a pool and a listener each: for the owner's lock, for
 * migrations, and reserved by Postgres.
 */
const SPARE_CONNECTIONS = 20;
const TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_MS = 500;
/**
 * Errors of a database that is not yet available: refused, unknown host, unreachable, starting, connection limit, and
 * those of a pooler whose database is not.
 */
const TRANSIENT = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '57P03',
  '53300',
  '08P01',
];

export interface OpenDatabase {
  /** Contains the password. */
  readonly url: string;
  readonly embedded: boolean;
  /**
   * Stops the embedded Postgres; does nothing if the database is external. Call this after the last query.
   */
  stop(): Promise<void>;
}

/**
 * Waits up to 30 s for the database at DATABASE_URL, or starts the embedded Postgres. Does not run
 * migrations.
 * @throws DatabaseError with advice for the operator, or the reason of `interrupt`; everything has then been
 * stopped
 */
export async function openDatabase(config: Config, log: Log, interrupt: AbortSignal): Promise<OpenDatabase> {
  const { databaseUrl, databasePooler, dataDir, databasePoolSize, workers } = config;
  if (databaseUrl !== undefined) {
    await unlessAborted(interrupt, () => waitFor(databaseUrl, databasePooler, log));
    return { url: databaseUrl, embedded: false, stop: async () => undefined };
  }
  const maxConnections = Math.max(100, workers * (databasePoolSize + 1) + SPARE_CONNECTIONS);
  const { startEmbedded } = await import('./embedded/start.js'); // eleven modules that others do not need
  const { url, stop } = await startEmbedded({ dataDir, log, maxConnections, interrupt });
  return { url, embedded: true, stop };
}

async function waitFor(url: string, pooler: Config['databasePooler'], log: Log): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryConnecting(url, pooler);
    if (failure === undefined) return;
    const reason = `${withoutCredentials(url)}: ${errorText(failure)}`;
    if (!isTransient(failure))
      throw new DatabaseError(`Could not use the database at ${reason}`, { cause: failure });
    if (Date.now() > deadline)
      throw new DatabaseError(
        `Gave up after ${TIMEOUT_MS / 1000} s of waiting for the database at ${reason}`,
      );
    if (attempt === 1) log.warn(`Waiting for the database at ${reason}`);
    await sleep(RETRY_MS);
  }
}

/** Connects to the database. @returns the error if the database cannot be used, otherwise undefined */
async function tryConnecting(url: string, pooler: Config['databasePooler']): Promise<unknown> {
  const limits = { connectionTimeoutMillis: ANSWER_TIMEOUT_MS, query_timeout: ANSWER_TIMEOUT_MS };
  const create = () => {
    const client = new Client({ connectionString: url, ...limits });
    client.on('error', () => undefined); // connecting or the query then also fails
    return client;
  };
  const client = create();
  try {
    await client.connect();
    await assertServer(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows, pooler);
    if (pooler === 'none') await assertOwnSession(client, () => create().connect());
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isTransient(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined ? /timeout|terminated/i.test(errorText(error)) : TRANSIENT.includes(code);
}

/** Returns the host, port and database of the URL, without the credentials. */
function withoutCredentials(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
