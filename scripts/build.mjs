// Compiles the project to dist/. With --if-stale, compiles only if a source is newer than the last build.
// The compiler runs in this process, so that no compiler keeps running if this process is stopped.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const output = 'dist';
const stamp = join(output, '.built');
const sources = [
  'src',
  'seed',
  'migrations',
  'bench',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Returns the modification time in ms of the newest file at `path`; 0 if no file exists. */
function modifiedAt(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info?.isDirectory()) return info?.mtimeMs ?? 0;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => modifiedAt(join(path, name))));
}

const isFresh = sources.every((source) => modifiedAt(source) < modifiedAt(stamp));
if (!(process.argv.includes('--if-stale') && isFresh)) {
  rmSync(output, { recursive: true, force: true });
  process.argv.splice(2, Infinity, '--project', 'tsconfig.build.json');
  process.on('exit', (code) => {
    if (code === 0) writeFileSync(stamp, '');
  });
  await import('typescript/lib/tsc.js'); // runs `tsc`, which exits with its own status
}
