import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConfigError } from '../config/config.js';
import type { DataKey } from '../config/data-keys.js';
import type { RawRow, SqlRunner } from '../sql/transaction.js';
import type { SealedTable } from './sealed-table.js';

type Runner = Pick<SqlRunner, 'rows'>;

/** Says whether a key is the same one, and nothing else about it. */
const fingerprintOf = ({ base64 }: DataKey) =>
  createHmac('sha256', Buffer.from(base64, 'base64')).update('offerdock fingerprint').digest();

/**
 * Records the configured data keys in the database, and checks that they can decrypt everything in it. Call this at
 * startup, after the migrations.
 * @throws ConfigError if a key is missing with which something is encrypted, or has been replaced under the same ID
 */
export async function registerDataKeys(
  runner: Runner,
  keys: readonly DataKey[],
  tables: readonly SealedTable[],
): Promise<void> {
  for (const key of keys)
    await runner.rows({
      text: 'INSERT INTO data_keys (id, fingerprint) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
      values: [key.id, fingerprintOf(key)],
    });
  const known = await runner.rows({
    text: "SELECT id, encode(fingerprint, 'hex') FROM data_keys",
    values: [],
  });
  const problems: string[] = [];
  for (const [id = '', fingerprint] of known as [string, string][]) {
    const key = keys.find((each) => each.id === id);
    if (!key) problems.push(...(await problemsWithout(runner, id, tables)));
    else if (!timingSafeEqual(fingerprintOf(key), Buffer.from(fingerprint, 'hex')))
      problems.push(
        `DATA_KEYS has another key under the ID ${id} than the one with which this database is encrypted; ` +
          'restore that key, and give the new one another ID',
      );
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Returns the problem of a key that is not configured, if something is still encrypted with it. Otherwise, forgets it. */
async function problemsWithout(
  runner: Runner,
  id: string,
  tables: readonly SealedTable[],
): Promise<string[]> {
  const uses: string[] = [];
  for (const { table, keyIdColumn } of tables) {
    const [[count = '0'] = []] = await runner.rows({
      text: `SELECT count(*) FROM ${table} WHERE ${keyIdColumn} = $1`,
      values: [id],
    });
    if (count !== '0') uses.push(`${count} in ${table}`);
  }
  if (uses.length === 0) {
    await runner.rows({ text: 'DELETE FROM data_keys WHERE id = $1', values: [id] });
    return [];
  }
  return [
    `DATA_KEYS does not contain the key ${id}, with which rows are encrypted (${uses.join(', ')}); add it after the ` +
      `current key, or restore the file data-keys of the data directory from a backup. If it is lost for good, ` +
      `npm run keys:rotate -- --give-up ${id} erases what it encrypts (docs/personal-data.md)`,
  ];
}

/** Returns whether the service has been started with the key. */
export async function isRegistered(runner: Runner, keyId: string): Promise<boolean> {
  const rows: RawRow[] = await runner.rows({
    text: 'SELECT 1 FROM data_keys WHERE id = $1',
    values: [keyId],
  });
  return rows.length > 0;
}
