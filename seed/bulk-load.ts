import { availableParallelism } from 'node:os';
import type { Client } from 'pg';

/** SQL statements that restore what `setAside` removed from a table. */
export type Restore = readonly string[];

/**
 * Drops a table's secondary indexes, its foreign keys and those that refer to it, and disables its triggers for a load,
 * in the client's transaction, so a failed load changes nothing. The definitions are read from the Postgres catalog, so that the migrations remain
 * their only source.
 */
export async function setAside(client: Client, table: string): Promise<Restore> {
  const indexes = await client.query<{ name: string; sql: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS sql FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid)
      ORDER BY c.relname`,
    [table],
  );
  const keys = await client.query<{ owner: string; name: string; sql: string }>(
    `SELECT conrelid::regclass::text AS owner, conname AS name, pg_get_constraintdef(oid) AS sql FROM pg_constraint
      WHERE $1::regclass IN (conrelid, confrelid) AND contype = 'f' ORDER BY conname`,
    [table],
  );
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  for (const { name } of indexes.rows) await client.query(`DROP INDEX "${name}"`);
  for (const { owner, name } of keys.rows)
    await client.query(`ALTER TABLE ${owner} DROP CONSTRAINT "${name}"`);
  return [
    ...indexes.rows.map(({ sql }) => sql),
    ...keys.rows.map(({ owner, name, sql }) => `ALTER TABLE ${owner} ADD CONSTRAINT "${name}" ${sql}`),
    `ALTER TABLE ${table} ENABLE TRIGGER USER`,
  ];
}

/**
 * Settings of this transaction that speed up building indexes. The number of processes is limited to the CPUs of this
 * machine, because Postgres is likely to run on it.
 */
export const buildSettings = `SET LOCAL maintenance_work_mem = '512MB';
  SET LOCAL max_parallel_maintenance_workers = ${Math.min(2, availableParallelism() - 1)}`;
