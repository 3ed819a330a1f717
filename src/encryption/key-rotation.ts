import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../sql/sql.js';
import type { Transaction } from '../sql/transaction.js';
import { sealContext, type Encryption } from './encryption.js';
import type { SealedTable } from './sealed-table.js';

const batchSize = 100;
const pauseMs = 200;
/** How often a table is read again because of rows that were locked or added meanwhile. */
const maxPasses = 100;

/**
 * Encrypts again, with the current key, everything that is encrypted with another one. It can be interrupted and run
 * again, and several processes can run it, while the service is running.
 * @param onProgress called after each batch with the number of rows that have been encrypted again
 * @returns the number of rows
 * @throws Error if a value cannot be decrypted, or if rows remain locked
 */
export async function rotateKeys(
  sql: Sql,
  encryption: Encryption,
  tables: readonly SealedTable[],
  onProgress: (rows: number) => void = () => undefined,
): Promise<number> {
  let total = 0;
  for (const table of tables)
    for (let passes = 1; await hasOldKeys(sql, table, encryption.currentKeyId); passes += 1) {
      if (passes > maxPasses) throw new Error(`Rows of ${table.table} are locked; run this again`);
      if (passes > 1) await sleep(pauseMs);
      let after: string | undefined;
      do {
        const batch = await sql.transaction((tx) => rotateBatch(tx, encryption, table, after));
        total += batch.rows;
        after = batch.last;
        onProgress(total);
      } while (after !== undefined);
    }
  return total;
}

async function hasOldKeys(sql: Sql, { table, keyIdColumn }: SealedTable, keyId: string): Promise<boolean> {
  const text = `SELECT EXISTS (SELECT 1 FROM ${table} WHERE ${keyIdColumn} <> $1)`;
  const [[exists] = []] = await sql.rows({ text, values: [keyId] });
  return exists === 't';
}

/** Encrypts the next rows again. @returns their number, and the ID of the last one; none if these were all */
async function rotateBatch(
  tx: Transaction,
  encryption: Encryption,
  { table, idColumn, sealedColumn, keyIdColumn, reindex }: SealedTable,
  after: string | undefined,
): Promise<{ rows: number; last?: string }> {
  const rows = await tx.rows({
    text: `SELECT ${idColumn}::text, ${keyIdColumn}, encode(${sealedColumn}, 'base64') FROM ${table}
            WHERE ${keyIdColumn} <> $1 ${after === undefined ? '' : `AND ${idColumn} > $2`}
            ORDER BY ${idColumn} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
    values: [encryption.currentKeyId, ...(after === undefined ? [] : [after])],
  });
  for (const [id, keyId, bytes] of rows as [string, string, string][]) {
    const context = sealContext(table, sealedColumn, id);
    const value = encryption.open({ keyId, bytes: Buffer.from(bytes, 'base64') }, context);
    const sealed = encryption.seal(value, context);
    await tx.rows({
      text: `UPDATE ${table} SET ${keyIdColumn} = $1, ${sealedColumn} = $2 WHERE ${idColumn} = $3`,
      values: [sealed.keyId, sealed.bytes, id],
    });
    await reindex?.(tx, encryption, id, value);
  }
  return { rows: rows.length, last: rows.at(-1)?.[0] ?? undefined };
}

/**
 * Erases everything that is encrypted with a key that is lost.
 * @returns the number of rows
 */
export function giveUpKey(sql: Sql, tables: readonly SealedTable[], keyId: string): Promise<number> {
  return sql.transaction(async (tx) => {
    let total = 0;
    for (const { table, sealedColumn, keyIdColumn, whenKeyIsLost } of tables) {
      const change =
        whenKeyIsLost === 'delete'
          ? `DELETE FROM ${table}`
          : `UPDATE ${table} SET ${keyIdColumn} = NULL, ${sealedColumn} = NULL`;
      const text = `WITH changed AS (${change} WHERE ${keyIdColumn} = $1 RETURNING 1) SELECT count(*) FROM changed`;
      const [[count] = []] = await tx.rows({ text, values: [keyId] });
      total += Number(count);
    }
    return total;
  });
}
