import { realpath } from 'node:fs/promises';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseError, DataDirInUseError, errorCode } from '../database-error.js';
import { clusterDir, passwordFile } from './paths.js';
import type { Postmaster } from './postmaster.js';
import { ownerRole } from './service-role.js';
import type { ServerOptions } from './server.js';

const OWNER_LOCK = 1_868_981_604;
const LOCK_TIMEOUT_MS = 1_500;
const WRONG_PASSWORD = '28P01';

/** The right to use and stop a server: a connection that has the owner's lock. */
export interface Ownership {
  readonly connection: Client;
  readonly pid: number;
  readonly port: number;
  /** Allows this process to exit while the connection is open. */
  unref(): void;
}

/**
 * Acquires the owner's lock on a running server. Postgres releases the lock when the owner's connection ends
 * for any reason, so a server that a killed process left running can be taken over.
 * @returns null if the server runs on another directory or does not accept connections
 * @throws DataDirInUseError if another process has the lock, DatabaseError if the password is wrong
 */
export async function takeOwnership(server: Postmaster, options: ServerOptions): Promise<Ownership | null> {
  const socket = new Socket();
  const connection = createClient(server.port, options.password, socket);
  try {
    await connection.connect();
    if ((await directoryOf(connection)) !== (await realpath(clusterDir(options.dataDir))))
      return await close(connection);
    if (!(await lock(connection))) throw new DataDirInUseError(options.dataDir, await ownerOf(connection));
    return { connection, pid: server.pid, port: server.port, unref: () => void socket.unref() };
  } catch (error) {
    await close(connection);
    if (error instanceof DatabaseError) throw error;
    if (errorCode(error) === WRONG_PASSWORD) throw new DatabaseError(wrongPassword(server, options));
    return null;
  }
}

function createClient(port: number, password: string, socket: Socket): Client {
  const connection = new Client({
    host: '127.0.0.1',
    port,
    user: ownerRole,
    password,
    database: 'postgres',
    application_name: `offerdock owner ${process.pid}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    stream: () => socket,
  });
  connection.on('error', () => undefined); // the 'end' event notifies the owner
  return connection;
}

function wrongPassword(server: Postmaster, options: ServerOptions): string {
  return (
    `Postgres (process ${server.pid}) does not accept the password in ${passwordFile(options.dataDir)}. ` +
    'Restore that file, or set DATA_DIR to a new directory to start empty.'
  );
}

async function close(connection: Client): Promise<null> {
  await connection.end().catch(() => undefined);
  return null;
}

async function directoryOf(connection: Client): Promise<string> {
  const sql = `SELECT current_setting('data_directory') AS directory`;
  const { rows } = await connection.query<{ directory: string }>(sql);
  return realpath(rows[0]?.directory ?? '');
}

/** Acquires the lock. Retries for 1.5 s, because Postgres releases a killed process's lock with a delay. */
async function lock(connection: Client): Promise<boolean> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    const sql = 'SELECT pg_try_advisory_lock($1) AS locked';
    const { rows } = await connection.query<{ locked: boolean }>(sql, [OWNER_LOCK]);
    if (rows[0]?.locked === true) return true;
    if (Date.now() >= deadline) return false;
    await sleep(100);
  }
}

async function ownerOf(connection: Client): Promise<string> {
  const sql = `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1`;
  const { rows } = await connection.query<{ name: string }>(sql, [OWNER_LOCK]);
  return rows[0]?.name.replace(/^offerdock owner /, 'process ') ?? 'which is about to exit';
}
