import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { errorCode } from './database-error.js';
import type { Log } from './log.js';
import { migrations } from './migrations.js';
import { assertServer, type Query } from './server-check.js';
import { openUnlimitedSession } from './session.js';
import { fairDriver } from '../sql/pool/fair-pool.js';

const MIGRATION_LOCK = 1_835_624_306;
const RETRY_MS = 200;
/** Migrations take as long as they take, but a connection that Postgres does not answer is given up. */
const ANSWER_TIMEOUT_MS = 10_000;
const UNDEFINED_TABLE = '42P01';

/**
 * Runs the pending migrations, each in its own transaction. If several processes call this at the same time,
 * one migrates while the others wait.
 * @returns the names of the migrations that ran, oldest first
 * @throws DatabaseError if the server is older than Postgres 15 or its encoding is not UTF8, or the error of
 * a migration
 */
export async function migrate(url: string, log: Log): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations,
    migrationsTransactionMode: 'each',
    applicationName: 'offerdock migrate',
    synchronize: false,
    poolSize: 2,
    connectTimeoutMS: ANSWER_TIMEOUT_MS,
    driver: fairDriver,
    extra: { keepAlive: true, answerTimeoutMs: ANSWER_TIMEOUT_MS, onConnect: openUnlimitedSession },
  });
  await dataSource.initialize();
  try {
    return await migrateWith(dataSource, log);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Returns the names of the pending migrations; empty if the database is up to date with this release.
 * @param query runs one statement on the database
 */
export async function pendingMigrations(query: Query): Promise<string[]> {
  const done = new Set(await migratedNames(query));
  return migrations
    .map((migration) => new migration().name ?? migration.name)
    .filter((name) => !done.has(name));
}

async function migratedNames(query: Query): Promise<unknown[]> {
  try {
    const rows = await query('SELECT name FROM migrations');
    return rows.map((row) => row['name']);
  } catch (error) {
    if (errorCode(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}

async function migrateWith(dataSource: DataSource, log: Log): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await assertServer((sql) => runner.query(sql));
    await lock(runner, log);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    const ran = await executor.executePendingMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await runner.release();
  }
}

/**
 * Acquires the lock on the connection that runs the migrations. If this process is killed, the lock is
 * therefore released once the server has finished the last statement. A statement that waited for the lock,
 * instead of polling, would block CREATE INDEX CONCURRENTLY.
 */
async function lock(runner: QueryRunner, log: Log): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const rows: { locked: boolean }[] = await runner.query(
      `SELECT pg_try_advisory_lock(${MIGRATION_LOCK}) AS locked`,
    );
    if (rows[0]?.locked === true) return;
    if (attempt === 1) log.info('Waiting for another process to finish migrating the database');
    await sleep(RETRY_MS);
  }
}
