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
import { clusterOf, passwordFileOf } from './paths.js';
import { giveTo, launch, type User } from './system-user.js';
import type { Log } from '../log.js';

const UNFINISHED = 'postgres.new-';
const UNFINISHED_FOR_MS = 10 * 60_000;

/**
 * Makes the data directory, with mode 0700, unless it is there.
 * @returns whether this call made it.
 * @throws DatabaseError when it cannot be made or used.
 */
export async function makeDataDir(dataDir: string): Promise<boolean> {
  try {
    await mkdir(dirname(dataDir), { recursive: true });
    const isNew = await makeNew(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return isNew;
  } catch (error) {
    const advice = 'Start the service as the owner of the directory, or set DATA_DIR or DATABASE_URL.';
    throw new DatabaseError(`Cannot use the data directory ${dataDir}: ${errorText(error)}. ${advice}`);
  }
}

/**
 * Makes the cluster unless it is there, in a temporary directory that is renamed at the end: whoever is
 * killed half-way, or comes second, leaves nothing half made. Everything is synced to disk.
 * @returns the password of the role `offerdock`.
 */
export async function makeCluster(
  dataDir: string,
  binaries: Binaries,
  user: User,
  log: Log,
): Promise<string> {
  await removeUnfinished(dataDir);
  if (await exists(clusterOf(dataDir))) return readPassword(dataDir);
  log.info(`Making a new Postgres cluster in ${clusterOf(dataDir)}`);
  const password = await makePassword(dataDir, user);
  const workDir = await mkdtemp(join(dataDir, UNFINISHED));
  try {
    await initialise(workDir, password, binaries, user);
    await publish(join(workDir, 'cluster'), clusterOf(dataDir));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return password;
}

async function makeNew(dir: string): Promise<boolean> {
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
    return (await readFile(passwordFileOf(dataDir), 'utf8')).trim();
  } catch (error) {
    const advice = 'Restore that file, or set DATA_DIR to another place to start empty.';
    throw new DatabaseError(`Cannot read the password of the database: ${errorText(error)}. ${advice}`);
  }
}

/** A link appears at once and with its content, and only for the first of several processes. */
async function makePassword(dataDir: string, user: User): Promise<string> {
  const draft = join(dataDir, `${UNFINISHED}password-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
    await giveTo(user, draft);
    await link(draft, passwordFileOf(dataDir));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readPassword(dataDir);
}

async function initialise(workDir: string, password: string, binaries: Binaries, user: User): Promise<void> {
  const pwfile = join(workDir, 'password');
  await writeFile(pwfile, password, { mode: 0o600 });
  await giveTo(user, pwfile);
  await giveTo(user, workDir);
  await chmod(workDir, 0o700);
  const args = ['--pgdata', join(workDir, 'cluster'), '--pwfile', pwfile, '--username=offerdock'];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions');
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  // pg_trgm asks the C library what a letter is; under plain C it knows ASCII only.
  const failure = await run(binaries.initdb, [...args, '--lc-ctype=C.UTF-8'], user);
  if (failure === undefined) return;
  const again = /invalid locale name/.test(failure) ? await run(binaries.initdb, args, user) : failure;
  if (again !== undefined)
    throw new DatabaseError(`Cannot make the Postgres cluster. initdb said:\n${again}`);
}

/** @returns what the program said when it failed, else `undefined`. */
async function run(file: string, args: string[], user: User): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = launch(user, file, args, ['ignore', 'pipe', 'pipe']);
    let said = '';
    const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000));
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : said.trim() || `exit code ${code}`));
  });
}

/** A directory cannot be renamed over one that has files: the first process wins, and the others use its. */
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

async function removeUnfinished(dataDir: string): Promise<void> {
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
