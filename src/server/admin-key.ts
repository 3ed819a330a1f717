import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the path of the file with the admin key of an embedded installation.
 * Only its owner can read the file.
 */
export const adminKeyFile = (dataDir: string) => join(dataDir, 'admin-key');

/** Reads the admin key from the data directory, or creates it on the first start. */
export async function loadOrCreateAdminKey(dataDir: string): Promise<string> {
  const file = adminKeyFile(dataDir);
  const stored = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (stored !== '') return stored;
  const key = `od_admin_${randomBytes(24).toString('hex')}`;
  await writeFile(`${file}.new`, `${key}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return key;
}
