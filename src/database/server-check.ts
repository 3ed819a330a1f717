import type { Config } from '../config/config.js';
import { DatabaseError } from './database-error.js';
import { missingRights } from './startup-advice.js';

const OLDEST_VERSION = 150_000;

/** Runs one statement and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * Checks the server.
 * @throws DatabaseError if it is older than Postgres 15, the database encoding is not UTF8, or transactions behind a
 * pooler are not isolated as the code expects
 */
export async function assertServer(query: Query, pooler: Config['databasePooler']): Promise<void> {
  const [row] = await query(`SELECT current_setting('server_version_num')::int AS number,
    current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
    current_setting('default_transaction_isolation') AS isolation`);
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
  // All other settings are set for each transaction, but its isolation is fixed before them.
  if (pooler !== 'none' && row?.['isolation'] !== 'read committed') {
    const advice = "Run ALTER ROLE <role> SET default_transaction_isolation = 'read committed'";
    throw new DatabaseError(
      `Behind a connection pooler, default_transaction_isolation must be read committed, but it is ` +
        `${String(row?.['isolation'])}. ${advice}, and restart the pooler.`,
    );
  }
}

/**
 * Checks the rights to the tables of the service: those that belong to the same role as the list of migrations, because
 * a schema can be shared.
 * @throws DatabaseError if the role cannot read and write all of them
 */
export async function assertRights(query: Query): Promise<void> {
  const rows =
    await query(`SELECT current_user AS role, string_agg(relname, ', ' ORDER BY relname) AS tables FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
      AND relowner = (SELECT relowner FROM pg_class WHERE oid = 'migrations'::regclass)
      AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
           AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))`);
  const { role, tables } = rows[0] ?? {};
  if (typeof tables === 'string')
    throw new DatabaseError(
      `The role ${String(role)} cannot read and write the tables ${tables}. ${missingRights}`,
    );
}
