import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/config.js';
import { parseDataKeys, type DataKey } from '../config/data-keys.js';

/**
 * Returns the path of the file with the data keys of an embedded installation, in the format of DATA_KEYS. Only its
 * owner can read the file.
 */
export const dataKeysFile = (dataDir: string) => join(dataDir, 'data-keys');

/**
 * Reads the data keys from the data directory, or creates one on the first start.
 * @throws ConfigError if the file is not valid
 */
export async function loadOrCreateDataKeys(dataDir: string): Promise<readonly DataKey[]> {
  const file = dataKeysFile(dataDir);
  const stored = (await readFile(file, 'utf8').catch(ifMissing)).trim();
  if (stored === '') return [await createDataKey(dataDir)];
  const keys = parseDataKeys(stored);
  if (!keys)
    throw new ConfigError([`${file} is not valid; expected the format of DATA_KEYS (see .env.example)`]);
  return keys;
}

/** Creates a key and puts it in front of the keys in the file. */
export async function createDataKey(dataDir: string, others: readonly DataKey[] = []): Promise<DataKey> {
  const key = { id: `k${randomBytes(4).toString('hex')}`, base64: randomBytes(32).toString('base64') };
  const file = dataKeysFile(dataDir);
  const text = [key, ...others].map(({ id, base64 }) => `${id}:${base64}`).join(',');
  await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return key;
}

function ifMissing(cause: unknown): string {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
  throw cause;
}
