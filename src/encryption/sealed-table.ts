import type { Transaction } from '../sql/transaction.js';
import type { Encryption } from './encryption.js';

/**
 * A column with encrypted values. Each table lists its sealed column in `src/sealed-tables.ts`, so that `npm run
 * keys:rotate` and the check at startup find it. A row has one such column, which can hold an object; a table with two
 * of them has two entries, each with a key ID of its own.
 */
export interface SealedTable {
  table: string;
  /** The primary key: one column, by whose text the value is bound to its row. */
  idColumn: string;
  /** A `bytea` column; null if nothing is stored. */
  sealedColumn: string;
  /** A `text` column with the ID of the key; null whenever the sealed column is null. */
  keyIdColumn: string;
  /** Whether a row is deleted, or only its sealed column set to null, if its key is lost and the operator gives it up. */
  whenKeyIsLost: 'delete' | 'blank';
  /**
   * Stores what else depends on the current key, such as blind indexes, after the value has been encrypted with it.
   * Runs in the same transaction, while the row is locked.
   */
  reindex?(tx: Transaction, encryption: Encryption, id: string, value: unknown): Promise<void>;
}
