import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cleanUp = fileURLToPath(new URL('./clean-up.mjs', import.meta.url));

/**
 * Starts one Postgres for the whole run, without durability and with passwords that cost little to check, unless
 * TEST_DATABASE_URL or DATABASE_URL names another server. All temporary files of the run are in one folder, so that they
 * can be removed even if the run is interrupted.
 */
export default async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'offerdock-test-'));
  await chmod(folder, 0o711); // if the tests run as root, Postgres runs under another account
  await mkdir(join(folder, 'processes'));
  startCleanUp(folder);
  stopWithNpm();
  process.env.TMPDIR = folder;
  globalThis.offerdockTestRun = { folder };
  const external = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (external) {
    process.env.TEST_CLUSTER_URL = external;
    return;
  }
  const { startEmbedded } = await import('../../dist/src/database/embedded/start.js');
  const log = { info: () => {}, warn: () => {}, error: (text) => process.stderr.write(`${text}\n`) };
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'scram_iterations=1'];
  const extraFlags = settings.flatMap((setting) => ['-c', setting]);
  const dataDir = join(folder, 'cluster');
  const database = await startEmbedded({ dataDir, log, maxConnections: 300, extraFlags });
  process.env.TEST_CLUSTER_URL = database.ownerUrl;
  globalThis.offerdockTestRun.database = database;
}

/**
 * Stops this process when npm ends, because the shell that `npm test` uses does not forward the SIGTERM sent to npm.
 */
function stopWithNpm() {
  const shell = process.ppid;
  const check = () => process.ppid !== shell && process.kill(process.pid, 'SIGTERM');
  setInterval(check, 500).unref();
}

/** Starts a process that outlives this one, detects its end from the closed pipe, and then cleans up. */
function startCleanUp(folder) {
  const child = spawn(process.execPath, [cleanUp, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.unref();
}
