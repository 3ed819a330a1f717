import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Registers a child process with clean-up.mjs, which kills it if the test run is interrupted. */
export function killWithRun(child: ChildProcess): void {
  const file = join(tmpdir(), 'processes', String(child.pid));
  writeFileSync(file, '');
  child.once('exit', () => rmSync(file, { force: true }));
}
