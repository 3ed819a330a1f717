import { DataSource } from 'typeorm';
import type { Harness } from './harness.js';

/** Returns the number of rows in each table, except those of the search vocabulary, which a background job keeps. */
export async function countRows(harness: Harness): Promise<Record<string, number>> {
  const dataSource = harness.app.get(DataSource);
  const tables: { name: string }[] = await dataSource.query(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^search_' ORDER BY 1",
  );
  const counts = tables.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS n FROM "${name}"`);
  const [row]: { counts: Record<string, number> }[] = await dataSource.query(
    `SELECT json_object_agg(name, n ORDER BY name) AS counts FROM (${counts.join(' UNION ALL ')}) each`,
  );
  return row?.counts ?? {};
}
