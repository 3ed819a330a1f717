import type { PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { whenCommitted } from '../common/request/request-scope.js';
import type { CopyStatement, Statement } from './statement.js';
import type { ResultLimits } from './wire/raw-query.js';
import type { WireRow } from './wire/wire-row.js';

/** A row as text: one entry per column, in the order of the statement. */
export type RawRow = readonly (string | null)[];

/** The rows that fit into a limit. */
export interface WirePage {
  rows: WireRow[];
  /** Whether the result has further rows. */
  truncated: boolean;
  /** The number of bytes that Postgres sent. */
  bytes: number;
}

/** Runs prepared SQL, on any connection of the pool or within one transaction. */
export interface SqlRunner {
  /** Returns the rows as text. */
  rows(statement: Statement): Promise<RawRow[]>;
  /** Returns the rows as the bytes that Postgres sent, for a JsonRowWriter. */
  wireRows(statement: Statement): Promise<WireRow[]>;
  /** Like `wireRows`, but keeps only the first rows, up to a number of bytes. */
  wirePage(statement: Statement, limits: ResultLimits): Promise<WirePage>;
  /** Stores all of the rows, or none. */
  copy(statement: CopyStatement): Promise<void>;
}

/** One database transaction: TypeORM and prepared SQL on the same connection. */
export interface Transaction extends SqlRunner {
  readonly manager: EntityManager;
  /** Runs `action` as soon as others can see the changes of the transaction; never if it is rolled back. */
  afterCommit(action: () => void): void;
}

/** Runs `work` in a transaction, which is rolled back if `work` throws. Services call `Sql.transaction()`. */
export async function runTransaction<T>(
  dataSource: DataSource,
  runnerOn: (client: PoolClient) => SqlRunner,
  work: (tx: Transaction, client: PoolClient) => Promise<T>,
): Promise<T> {
  const actions: (() => void)[] = [];
  const result = await dataSource.transaction(async (manager) => {
    const client = (await manager.queryRunner?.connect()) as PoolClient;
    const afterCommit = (action: () => void) => void actions.push(action);
    return work(Object.assign(runnerOn(client), { manager, afterCommit }), client);
  });
  for (const action of actions) whenCommitted(action);
  return result;
}
