import { DataSource } from 'typeorm';
import { migrations } from '../../src/database/migrations.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { start } from '../support/harness.js';

/** Checks, and indexes that no entity can express, may stand in the migrations alone. */
const databaseOnly = /^(DROP INDEX "|ALTER TABLE "\w+" DROP CONSTRAINT "\w+_ck"$)/;

it('is the same in the entities and the migrations', async () => {
  const harness = await start();
  try {
    const { upQueries } = await harness.app.get(DataSource).driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((query) => !databaseOnly.test(query))).toEqual([]);
  } finally {
    await harness.stop();
  }
});

describe('migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createDatabase({ empty: true });
    const options = {
      migrations,
      migrationsTransactionMode: 'each',
      synchronize: false,
      poolSize: 2,
    } as const;
    dataSource = await new DataSource({ type: 'postgres', url: database.url, ...options }).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('can all be taken back and run again', async () => {
    await dataSource.runMigrations();
    const before = await everything();
    for (const _ of migrations) await dataSource.undoLastMigration();
    expect((await everything()).filter((line) => !/\bmigrations\b|_id_seq/.test(line))).toEqual([]);
    await dataSource.runMigrations();
    expect(await everything()).toEqual(before);
  });

  it('are named after their file and run in the order of their times', () => {
    const times = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(migrations.length);
  });

  it('name every constraint and index', async () => {
    await dataSource.runMigrations();
    const own = (await everything()).filter((line) => !/\bmigrations\b|not null/i.test(line));
    // Columns whose names end like those that Postgres would make up.
    const plain = own.map((line) => line.replaceAll(/\b(name|price|area)_key\b/g, ''));
    expect(plain.filter((line) => /_(pkey|fkey\d*|key\d*|check\d*|idx\d+)\b/.test(line))).toEqual([]);
  });

  /** Every column, constraint and index of the database, one line each. */
  async function everything(): Promise<string[]> {
    const rows: { line: string }[] = await dataSource.query(`
      SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
        FROM information_schema.columns WHERE table_schema = 'public'
      UNION ALL
      SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      UNION ALL
      SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL
      SELECT format('%s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      ORDER BY 1`);
    return rows.map(({ line }) => line);
  }
});
