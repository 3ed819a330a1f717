import { DatabaseError } from './database-error.js';

const OLDEST = 150_000;

/** Runs one statement and answers its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** @throws DatabaseError when the server is older than Postgres 15. */
export async function assertServerVersion(query: Query): Promise<void> {
  const [row] = await query(`SELECT current_setting('server_version_num')::int AS number,
    current_setting('server_version') AS version`);
  if (Number(row?.['number']) >= OLDEST) return;
  throw new DatabaseError(`Postgres 15 or newer is needed; this server is ${String(row?.['version'])}.`);
}
