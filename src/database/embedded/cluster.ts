import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseError, errorCode, errorText } from '../database-error.js';
import type { Binaries } from './binaries.js';
import { clusterDir, passwordFile } from './paths.js';
import { ownerRole } from './service-role.js';
import { changeOwner, launch, type User } from './system-user.js';
import type { Log } from '../log.js';

const UNFINISHED = 'postgres.new-';
const UNFINISHED_FOR_MS = 10 * 60_000;

/**
 * Creates the data directory with mode 0700 unless it exists.
 * @returns whether this call created it
 * @throws DatabaseError if it cannot be created or used
 */
export async function createDataDir(dataDir: string): Promise<boolean> {
  try {
    await mkdir(dirname(dataDir), { recursive: true });
    const isNew = await createDirectory(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return isNew;
  } catch (error) {
    const advice = 'Start the service as the owner of the directory, or set DATA_DIR or DATABASE_URL.';
    throw new DatabaseError(`Could not use the data directory ${dataDir}: ${errorText(error)}. ${advice}`);
  }
}

/**
 * Creates the cluster unless it exists. It is created in a temporary directory that is renamed at the end, so
 * that a process that is killed, or that is not the first to finish, leaves no incomplete cluster. All data
 * is synced to disk.
 * @returns the password of the owner's role
 * @throws DatabaseError if initdb fails, the reason of `interrupt`
 */
export async function createCluster(
  dataDir: string,
  binaries: Binaries,
  user: User,
  log: Log,
  interrupt?: AbortSignal,
): Promise<string> {
  await removeUnfinishedClusters(dataDir);
  if (await exists(clusterDir(dataDir))) return readPassword(dataDir);
  log.info(`Creating a Postgres cluster in ${clusterDir(dataDir)}`);
  const password = await createPassword(dataDir, user);
  const workDir = await mkdtemp(join(dataDir, UNFINISHED));
  try {
    await initialize(workDir, password, binaries, user, interrupt);
    await publish(join(workDir, 'cluster'), clusterDir(dataDir));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return password;
}

async function createDirectory(dir: string): Promise<boolean> {
  try {
    await mkdir(dir, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readPassword(dataDir: string): Promise<string> {
  try {
    return (await readFile(passwordFile(dataDir), 'utf8')).trim();
  } catch (error) {
    const advice = 'Restore that file, or set DATA_DIR to a new directory to start empty.';
    throw new DatabaseError(`Could not read the password of the database: ${errorText(error)}. ${advice}`);
  }
}

/**
 * Creates the password file as a hard link,
 * so that it is complete from the start and only one process can create it.
 */
async function createPassword(dataDir: string, user: User): Promise<string> {
  const draft = join(dataDir, `${UNFINISHED}password-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
    await changeOwner(user, draft);
    await link(draft, passwordFile(dataDir));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readPassword(dataDir);
}

async function initialize(
  workDir: string,
  password: string,
  binaries: Binaries,
  user: User,
  interrupt?: AbortSignal,
): Promise<void> {
  const pwfile = join(workDir, 'password');
  await writeFile(pwfile, password, { mode: 0o600 });
  await changeOwner(user, pwfile);
  await changeOwner(user, workDir);
  await chmod(workDir, 0o700);
  const args = ['--pgdata', join(workDir, 'cluster'), '--pwfile', pwfile, `--username=${ownerRole}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions');
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  // pg_trgm uses the C library to recognize letters. With the locale C, only ASCII letters are recognized.
  const initdb = (...more: string[]) => run(binaries.initdb, [...args, ...more], user, interrupt);
  let failure = await initdb('--lc-ctype=C.UTF-8');
  if (failure !== undefined && /invalid locale name/.test(failure)) failure = await initdb();
  if (failure !== undefined)
    throw new DatabaseError(`Could not create the Postgres cluster. Output of initdb:\n${failure}`);
}

/**
 * Runs a program, or ends it on `interrupt`.
 * @returns its output if it failed
 * @throws the reason of `interrupt`
 */
async function run(
  file: string,
  args: string[],
  user: User,
  interrupt?: AbortSignal,
): Promise<string | undefined> {
  interrupt?.throwIfAborted();
  const child = launch(user, file, args, ['ignore', 'pipe', 'pipe']);
  const kill = () => void child.kill();
  interrupt?.addEventListener('abort', kill);
  const failure = await failureOf(child);
  interrupt?.removeEventListener('abort', kill);
  interrupt?.throwIfAborted();
  return failure;
}

function failureOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let output = '';
    const append = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000));
    child.stdout?.on('data', append);
    child.stderr?.on('data', append);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : output.trim() || `exit code ${code}`));
  });
}

/**
 * Moves the cluster to its final path. Only the first process succeeds, because a directory cannot replace a
 * non-empty one; the others use its cluster.
 */
async function publish(finished: string, cluster: string): Promise<void> {
  try {
    await rename(finished, cluster);
  } catch (error) {
    if (await exists(cluster)) return;
    throw error;
  }
  if (process.platform === 'win32') return;
  const parent = await open(dirname(cluster), 'r');
  await parent.sync().finally(() => parent.close());
}

async function removeUnfinishedClusters(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(dataDir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > UNFINISHED_FOR_MS) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
