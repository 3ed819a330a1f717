// Adds new migrations to the list of released migrations. Run this script for each release. A test ensures
// that released migrations are never edited. Existing checksums in the list are never changed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const list = 'test/rules/released-migrations.json';
const released = JSON.parse(readFileSync(list, 'utf8'));
for (const name of readdirSync('migrations').toSorted()) {
  const file = `migrations/${name}`;
  if (file in released) continue;
  released[file] = createHash('sha256').update(readFileSync(file)).digest('hex');
  process.stdout.write(`Added ${file}\n`);
}
writeFileSync(list, `${JSON.stringify(released, null, 2)}\n`);
