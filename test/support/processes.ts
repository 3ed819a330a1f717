import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes sure that a child process does not outlive an interrupted test run; clean-up.mjs then kills it. */
export function killWithRun(child: ChildProcess): void {
  const file = join(tmpdir(), 'processes', String(child.pid));
  writeFileSync(file, '');
  child.once('exit', () => rmSync(file, { force: true }));
}
