import type { EntityManager } from 'typeorm';
import type { CopyStatement, Statement } from './statement.js';
import type { RawRow } from './wire/raw-query.js';
import type { WireRow } from './wire/wire-row.js';

/** Runs prepared SQL, on any connection of the pool or within one transaction. */
export interface SqlRunner {
  /** Returns the rows as text, with one entry per column. */
  rows(statement: Statement): Promise<RawRow[]>;
  /** Returns the rows as the bytes that Postgres sent, for a JsonRowWriter. */
  wireRows(statement: Statement): Promise<WireRow[]>;
  /** Stores either all of the rows or none. */
  copy(statement: CopyStatement): Promise<void>;
}

/** One database transaction: TypeORM and prepared SQL on the same connection. */
export interface Transaction extends SqlRunner {
  readonly manager: EntityManager;
}
