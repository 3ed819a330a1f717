import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Config } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from './database-error.js';
import type { Log } from './log.js';
import { migrations } from './migrations.js';
import { assertRights, assertServer, type Query } from './server-check.js';
import { unlimitedSessions } from './session.js';
import { startupAdvice } from './startup-advice.js';
import { fairDriver } from '../sql/pool/fair-pool.js';

const MIGRATION_LOCK = 1_835_624_306;
const RETRY_MS = 200;
/** Migrations take as long as they take, but a connection that Postgres does not answer is given up. */
const ANSWER_TIMEOUT_MS = 10_000;
const UNDEFINED_TABLE = '42P01';

type MigrateOptions = Pick<Config, 'allowNewerSchema' | 'databasePooler'>;

/** Releases the migration lock. */
type Unlock = () => Promise<void>;

const defaults: MigrateOptions = { allowNewerSchema: false, databasePooler: 'none' };

/**
 * Runs the pending migrations, each in its own transaction. If several processes call this at the same time,
 * one migrates while the others wait.
 * @param options.allowNewerSchema whether migrations of a newer release are accepted
 * @param options.databasePooler the pooler that the URL leads to
 * @returns the names of the migrations that ran, oldest first
 * @throws DatabaseError if the server is older than Postgres 15, its encoding is not UTF8, a newer release has migrated
 * the database, a migration fails, or the role cannot use the tables
 */
export async function migrate(url: string, log: Log, options: MigrateOptions = defaults): Promise<string[]> {
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
    extra: {
      keepAlive: true,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      ...unlimitedSessions(options.databasePooler),
    },
  });
  await dataSource.initialize();
  try {
    return await migrateWith(dataSource, log, options);
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
  return knownNames().filter((name) => !done.has(name));
}

const knownNames = () => migrations.map((migration) => new migration().name ?? migration.name);

async function migratedNames(query: Query): Promise<unknown[]> {
  try {
    const rows = await query('SELECT name FROM migrations');
    return rows.map((row) => row['name']);
  } catch (error) {
    if (errorCode(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}

async function migrateWith(
  dataSource: DataSource,
  log: Log,
  { allowNewerSchema, databasePooler }: MigrateOptions,
): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  const query: Query = (sql) => runner.query(sql);
  let unlock: Unlock = () => Promise.resolve();
  try {
    await assertServer(query, databasePooler);
    unlock = databasePooler === 'none' ? await lockSession(runner, log) : await lockBeside(dataSource, log);
    if (!allowNewerSchema) await assertKnown(query);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    const ran = await executor.executePendingMigrations();
    await assertRights(query);
    return ran.map((migration) => migration.name);
  } catch (cause) {
    throw cause instanceof DatabaseError ? cause : await migrationError(cause, query);
  } finally {
    await unlock();
    await runner.release();
  }
}

/** Throws unless this release knows all migrations that have run, because it may not fit the schema. */
async function assertKnown(query: Query): Promise<void> {
  const known = new Set<unknown>(knownNames());
  const unknown = (await migratedNames(query)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DatabaseError(
    `The database belongs to a newer release: this one does not know the migration ${unknown.join(', ')}. ` +
      'Start the newer release. To go back to the release just before it, set ALLOW_NEWER_SCHEMA=true.',
  );
}

/** Describes for the operator why a migration could not run. */
async function migrationError(cause: unknown, query: Query): Promise<DatabaseError> {
  const [name] = await pendingMigrations(query).catch(() => []);
  const subject = name === undefined ? 'The migrations could not run' : `The migration ${name} failed`;
  const advice = startupAdvice(cause) ?? 'What it changed was rolled back; migrations before it remain.';
  return new DatabaseError(`${subject}: ${errorText(cause)}. ${advice}`, { cause });
}

/**
 * Acquires the lock on the connection that runs the migrations. If this process is killed, the lock is
 * therefore released once the server has finished the last statement. A statement that waited for the lock,
 * instead of polling, would block CREATE INDEX CONCURRENTLY.
 */
async function lockSession(runner: QueryRunner, log: Log): Promise<Unlock> {
  await poll(log, () => tryLock(runner, 'pg_try_advisory_lock'));
  // The lock ends with the connection, which is closed next.
  return () => Promise.resolve();
}

/**
 * Acquires the same lock behind a pooler in transaction mode, where only a transaction keeps its session: in a
 * transaction on a second connection, which is open until the migrations have run.
 */
async function lockBeside(dataSource: DataSource, log: Log): Promise<Unlock> {
  const runner = dataSource.createQueryRunner();
  const unlock: Unlock = async () => {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  };
  try {
    await poll(log, async () => {
      await runner.startTransaction();
      const isLocked = await tryLock(runner, 'pg_try_advisory_xact_lock');
      if (!isLocked) await runner.rollbackTransaction();
      return isLocked;
    });
    return unlock;
  } catch (cause) {
    await unlock();
    throw cause;
  }
}

async function tryLock(runner: QueryRunner, lock: string): Promise<boolean> {
  const rows: { locked: boolean }[] = await runner.query(`SELECT ${lock}(${MIGRATION_LOCK}) AS locked`);
  return rows[0]?.locked === true;
}

async function poll(log: Log, attempt: () => Promise<boolean>): Promise<void> {
  for (let count = 1; !(await attempt()); count += 1) {
    if (count === 1) log.info('Waiting for another process to finish migrating the database');
    await sleep(RETRY_MS);
  }
}
