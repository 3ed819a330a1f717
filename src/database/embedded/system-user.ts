import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { chown, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseError, errorCode } from '../database-error.js';
import { clusterDir } from './paths.js';

/**
 * The account that Postgres runs under if this process is root; null if it runs under this process's account.
 */
export type User = {
  readonly uid: number;
  readonly gid: number;
  /** Whether the account needs a capability to access the directories. */
  readonly needsCapability: boolean;
} | null;

const SETPRIV = ['--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
const BOUNDING = '--bounding-set=-all,+dac_override';
/** The programs do not inherit the environment of this process, which contains secrets. */
const ENV = process.platform === 'win32' ? undefined : { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/**
 * Chooses the account for Postgres, which refuses to run as root. If this process is root, Postgres runs
 * under the account that owns the existing cluster, otherwise `postgres`, otherwise `nobody`; no account is
 * created. If that account cannot access one of the directories (for example, in a repository under /root),
 * `setpriv` grants it the required capability.
 * @param postgres the path of the program
 * @param isNew whether this process has just created `dataDir`; if so, the account becomes its owner
 * @throws DatabaseError if a directory cannot be accessed
 */
export async function chooseUser(postgres: string, dataDir: string, isNew: boolean): Promise<User> {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = (await clusterOwner(clusterDir(dataDir))) ?? (await accountOf('postgres', 'nobody'));
  if (isNew) await chown(dataDir, uid, gid);
  const barrier = (await firstUnreachable(postgres, uid, gid)) ?? (await firstUnreachable(dataDir, uid, gid));
  const user = { uid, gid, needsCapability: barrier !== undefined };
  if (barrier !== undefined) assertSetpriv(user, postgres, barrier);
  return user;
}

/** Transfers ownership of `path` to the account that Postgres runs under. */
export async function changeOwner(user: User, path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

/** Starts a Postgres program under `user`, in a separate session so that Ctrl-C does not reach it. */
export function launch(user: User, file: string, args: string[], stdio: StdioOptions): ChildProcess {
  const options = { stdio, detached: true, env: ENV, cwd: dirname(file), windowsHide: true };
  if (user === null) return spawn(file, args, options);
  if (user.needsCapability) return spawn('setpriv', [...setprivArgs(user), file, ...args], options);
  return spawn(file, args, { ...options, uid: user.uid, gid: user.gid });
}

function setprivArgs(user: { uid: number; gid: number }): string[] {
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, ...SETPRIV, BOUNDING];
}

async function clusterOwner(cluster: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(cluster);
    return uid === 0 ? undefined : { uid, gid };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function accountOf(...names: string[]): Promise<{ uid: number; gid: number }> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (uid !== undefined && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new DatabaseError(
    'Postgres cannot run as root, and neither the account `postgres` nor the account `nobody` exists. ' +
      'Start the service as another user, or set DATABASE_URL.',
  );
}

/** Returns the first directory on the path, or `path` itself, that the account cannot access. */
async function firstUnreachable(path: string, uid: number, gid: number): Promise<string | undefined> {
  const real = await realpath(path);
  const { mode, uid: owner, gid: group } = await stat(real);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  const above = dirname(real);
  const barrier = above === real ? undefined : await firstUnreachable(above, uid, gid);
  return barrier ?? ((mode & bit) === 0 ? real : undefined);
}

function assertSetpriv(user: { uid: number; gid: number }, postgres: string, barrier: string): void {
  const { status } = spawnSync('setpriv', [...setprivArgs(user), postgres, '--version'], {
    stdio: 'ignore',
    env: ENV,
  });
  if (status === 0) return;
  throw new DatabaseError(
    `Postgres cannot run as root, and the account with UID ${user.uid} cannot access ${barrier}, ` +
      `even with setpriv. Start the service as a user who can, run chmod o+x ${barrier}, set DATA_DIR to a ` +
      'directory that all users can access, or set DATABASE_URL.',
  );
}
