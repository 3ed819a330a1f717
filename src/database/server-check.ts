import { DatabaseError } from './database-error.js';

const OLDEST_VERSION = 150_000;

/** Runs one statement and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * Checks the server.
 * @throws DatabaseError if it is older than Postgres 15 or the database encoding is not UTF8
 */
export async function assertServer(query: Query): Promise<void> {
  const [row] = await query(`SELECT current_setting('server_version_num')::int AS number,
    current_setting('server_version') AS version, current_setting('server_encoding') AS encoding`);
  if (Number(row?.['number']) < OLDEST_VERSION)
    throw new DatabaseError(
      `Postgres 15 or newer is required, but this server has version ${String(row?.['version'])}.`,
    );
  if (row?.['encoding'] !== 'UTF8') {
    const advice = "Create one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.";
    throw new DatabaseError(
      `The database encoding must be UTF8, but it is ${String(row?.['encoding'])}. ${advice}`,
    );
  }
}
