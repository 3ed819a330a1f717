import { DatabaseError } from './database-error.js';

const OLDEST = 150_000;

/** Runs one statement and answers its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** @throws DatabaseError when the server is older than Postgres 15, or the database not in UTF8. */
export async function assertServer(query: Query): Promise<void> {
  const [row] = await query(`SELECT current_setting('server_version_num')::int AS number,
    current_setting('server_version') AS version, current_setting('server_encoding') AS encoding`);
  if (Number(row?.['number']) < OLDEST)
    throw new DatabaseError(`Postgres 15 or newer is needed; this server is ${String(row?.['version'])}.`);
  if (row?.['encoding'] !== 'UTF8') {
    const advice = "Make one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.";
    throw new DatabaseError(`The database must be in UTF8; it is in ${String(row?.['encoding'])}. ${advice}`);
  }
}
