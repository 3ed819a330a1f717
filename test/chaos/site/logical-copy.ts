import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../../src/database/migrate.js';
import { Cluster } from './cluster.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Table {
  name: string;
}

/** Copies the rows of all tables into a new cluster, as pg_dump and pg_restore do. The cluster is left running. */
export async function copyRows(source: Cluster): Promise<Cluster> {
  const copy = await Cluster.start();
  const folder = await mkdtemp(join(tmpdir(), 'offerdock-chaos-'));
  try {
    await chmod(folder, 0o777); // Postgres may run under another account
    await migrate(copy.url, quiet);
    const tables = await source.query<Table>(
      `SELECT format('%I', relname) AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    const files = tables.map(({ name }) => ({ name, file: join(folder, name) }));
    await source.query(
      [
        'BEGIN ISOLATION LEVEL REPEATABLE READ',
        ...files.map(({ name, file }) => `COPY ${name} TO '${file}'`),
        'COMMIT',
      ].join(';'),
    );
    await copy.query(
      [
        'BEGIN',
        // Triggers and foreign keys have already taken effect in the source database.
        'SET LOCAL session_replication_role = replica',
        `TRUNCATE ${files.map(({ name }) => name).join()}`,
        ...files.map(({ name, file }) => `COPY ${name} FROM '${file}'`),
        'COMMIT',
      ].join(';'),
    );
    const sequences = await source.query<{ set: string }>(
      `SELECT format('SELECT setval(%L, %s)', sequencename, last_value) AS set FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL`,
    );
    for (const { set } of sequences) await copy.query(set);
    return copy;
  } catch (cause) {
    await copy.remove();
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
