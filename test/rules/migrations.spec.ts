import { createHash } from 'node:crypto';
import { filesIn, readSource } from '../support/source-files.js';

const list = 'test/rules/released-migrations.json';
const released = JSON.parse(readSource(list)) as Record<string, string>;
const files = filesIn('migrations');
const checksumOf = (file: string) => createHash('sha256').update(readSource(file)).digest('hex');

describe('a released migration', () => {
  it.each(Object.entries(released))('is never edited or removed: %s', (file, checksum) => {
    const advice =
      'Databases that have run it never run it again: restore the file and write a new migration.';
    if (!files.includes(file)) throw new Error(`${file} was released and is missing. ${advice}`);
    if (checksumOf(file) !== checksum) throw new Error(`${file} was edited after its release. ${advice}`);
  });

  it('runs before every migration that is not released', () => {
    const last = files.findLastIndex((file) => file in released);
    const early = files.slice(0, last).filter((file) => !(file in released));
    if (early.length === 0) return;
    const lines = early.map((file) => `  "${file}": "${checksumOf(file)}"`);
    throw new Error(
      `These migrations run before a released one. If they are new, give them a later timestamp. If they are part ` +
        `of a release, run \`node scripts/release-migrations.mjs\`, which adds to ${list}:\n${lines.join('\n')}`,
    );
  });
});
