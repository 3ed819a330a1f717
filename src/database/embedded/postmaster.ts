import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../database-error.js';
import type { Binaries } from './binaries.js';

/** A Postgres server as described by its `postmaster.pid` file. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Whether the server accepts connections; false while it starts, recovers or stops. */
  readonly ready: boolean;
}

/**
 * Returns the server that runs on `cluster`; null if none is running,
 * even if a dead server left its PID file.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readPidFile(cluster);
  const postmaster = text === null ? null : parsePidFile(text);
  return postmaster && (await isServerOf(postmaster.pid, cluster)) ? postmaster : null;
}

/**
 * Removes the `postmaster.pid` file of a dead server if another program now has its process ID, because
 * Postgres would mistake that program for a server and refuse to start. Call this only while no server is
 * running.
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const text = await readPidFile(cluster);
  const postmaster = text === null ? null : parsePidFile(text);
  if (!postmaster || !isAlive(postmaster.pid) || (await isServerOf(postmaster.pid, cluster))) return;
  const aside = join(cluster, `postmaster.pid.stale-${process.pid}`);
  await rename(pidFile(cluster), aside);
  // Restores the file if a server was started between the check and the rename.
  if ((await readFile(aside, 'utf8')) === text) await rm(aside);
  else await rename(aside, pidFile(cluster));
}

/** Returns the arguments of the last server on `cluster`, without the port; empty if unknown. */
export async function previousArguments(cluster: string): Promise<string[]> {
  const text = await readFile(join(cluster, 'postmaster.opts'), 'utf8').catch(() => '');
  const [, , ...args] = [...text.matchAll(/"([^"]*)"/g)].map(([, argument = '']) => argument);
  return args;
}

/**
 * Stops the server with this PID if it still runs on `cluster`: first with a "fast" shutdown, which ends
 * connections and writes all data to disk, and after 10 s with an "immediate" shutdown, which requires
 * recovery on the next start. Takes about 15 s at most.
 * @returns whether the server has exited
 */
export async function stopPostmaster(pid: number, cluster: string, binaries: Binaries): Promise<boolean> {
  for (const [signal, timeoutMs] of [
    ['INT', 10_000],
    ['QUIT', 5_000],
  ] as const) {
    if ((await runningPostmaster(cluster))?.pid !== pid) break;
    await send(signal, pid, binaries);
    if (await isGone(pid, cluster, timeoutMs)) return true;
  }
  return isGone(pid, cluster, 0);
}

async function send(signal: 'INT' | 'QUIT', pid: number, binaries: Binaries): Promise<void> {
  try {
    if (process.platform !== 'win32') process.kill(pid, `SIG${signal}`);
    else await promisify(execFile)(binaries.pg_ctl, ['kill', signal, String(pid)]);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

async function isGone(pid: number, cluster: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while ((await runningPostmaster(cluster))?.pid === pid) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  // The PID file is removed just before the process exits. The wait is limited, because a server that was
  // taken over can remain a zombie process.
  for (let attempts = 0; isAlive(pid) && attempts < 25; attempts += 1) await sleep(20);
  return true;
}

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

async function readPidFile(cluster: string): Promise<string | null> {
  try {
    return await readFile(pidFile(cluster), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Parses the lines: PID, directory, start time, port, socket directory, address, shared memory, status. */
function parsePidFile(text: string): Postmaster | null {
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port: port || 0, ready: lines[7] === 'ready' } : null;
}

/**
 * Returns whether the process is the server of `cluster`. On Linux, this is the case if `cluster` is its
 * working directory; on other systems, if the process is alive.
 */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster));
  } catch (error) {
    return errorCode(error) !== 'ENOENT';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
