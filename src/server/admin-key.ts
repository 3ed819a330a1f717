import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the admin key of an embedded installation is kept, readable by its owner only. */
export const adminKeyFile = (dataDir: string) => join(dataDir, 'admin-key');

/** The admin key kept in the data directory; made on the first start. */
export async function keptAdminKey(dataDir: string): Promise<string> {
  const file = adminKeyFile(dataDir);
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const key = `od_admin_${randomBytes(24).toString('hex')}`;
  await writeFile(`${file}.new`, `${key}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return key;
}
