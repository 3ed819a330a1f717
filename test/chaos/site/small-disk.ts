import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerOptions } from '../../../src/database/embedded/server.js';

const sizeMib = 96;
/** Where the server sees the disk. Its account must reach the folder without a capability. */
const folder = '/mnt';

/** Whether this process can give a server a disk of its own: it must be root on Linux. */
export const canMakeDisks = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' }).status ===
    0;

export interface SmallDisk {
  folder: string;
  options: ServerOptions;
}

/**
 * Returns options with which a server starts that sees a small disk in `folder`. Only its processes see the disk, which
 * vanishes with the last of them, so nothing has to be cleaned up; the server cannot be started a second time.
 */
export async function withSmallDisk(options: ServerOptions): Promise<SmallDisk> {
  const { dataDir, user, binaries } = options;
  const program = join(dataDir, 'postgres-with-small-disk');
  const { uid, gid } = user ?? { uid: 0, gid: 0 };
  const account = `--reuid=${uid} --regid=${gid} --clear-groups`;
  const capability =
    '--inh-caps=+dac_override --ambient-caps=+dac_override --bounding-set=-all,+dac_override';
  await writeFile(
    program,
    `#!/bin/sh
if [ "$1" != mounted ]; then exec unshare --mount "$0" mounted "$@"; fi
shift
mount -t tmpfs -o size=${sizeMib}m,mode=700,uid=${uid},gid=${gid} tmpfs ${folder} &&
  exec setpriv ${account} ${capability} '${binaries.postgres}' "$@"
`,
  );
  await chmod(program, 0o700);
  return { folder, options: { ...options, binaries: { ...binaries, postgres: program }, user: null } };
}
