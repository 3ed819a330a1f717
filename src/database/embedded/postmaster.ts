import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../database-error.js';
import type { Binaries } from './binaries.js';

/** A Postgres server as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Whether it takes connections; false while it starts, recovers or stops. */
  readonly ready: boolean;
}

/** The server that runs on `cluster`; `null` when there is none, or only what a dead one left behind. */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readPidFile(cluster);
  const postmaster = text === null ? null : parsePidFile(text);
  return postmaster && (await runsOn(postmaster.pid, cluster)) ? postmaster : null;
}

/**
 * Removes the `postmaster.pid` of a dead server whose number another program has got since; Postgres would
 * take that program for a server and refuse to start. Call it only when no server is running.
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const text = await readPidFile(cluster);
  const postmaster = text === null ? null : parsePidFile(text);
  if (!postmaster || !isAlive(postmaster.pid) || (await runsOn(postmaster.pid, cluster))) return;
  const aside = join(cluster, `postmaster.pid.stale-${process.pid}`);
  await rename(pidFileOf(cluster), aside);
  // A server may have started between the look and the rename: then put its file back.
  if ((await readFile(aside, 'utf8')) === text) await rm(aside);
  else await rename(aside, pidFileOf(cluster));
}

/** The command line of the last server on `cluster`, without the port; empty when unknown. */
export async function lastArguments(cluster: string): Promise<string[]> {
  const text = await readFile(join(cluster, 'postmaster.opts'), 'utf8').catch(() => '');
  const [, , ...args] = [...text.matchAll(/"([^"]*)"/g)].map(([, argument = '']) => argument);
  return args;
}

/**
 * Stops the server with this pid, if it is still the one on `cluster`: at first by ending its connections
 * and writing everything out ("fast"), at last by leaving the rest to the next start ("immediate").
 * @returns whether it is gone; it takes 15 s at most.
 */
export async function stopPostmaster(pid: number, cluster: string, binaries: Binaries): Promise<boolean> {
  for (const [signal, patienceMs] of [
    ['INT', 10_000],
    ['QUIT', 5_000],
  ] as const) {
    if ((await runningPostmaster(cluster))?.pid !== pid) break;
    await send(signal, pid, binaries);
    if (await isGone(pid, cluster, patienceMs)) return true;
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

async function isGone(pid: number, cluster: string, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while ((await runningPostmaster(cluster))?.pid === pid) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  // The pid file goes last but one; nobody may be there to collect an adopted server's remains.
  for (let tries = 0; isAlive(pid) && tries < 25; tries += 1) await sleep(20);
  return true;
}

function pidFileOf(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

async function readPidFile(cluster: string): Promise<string | null> {
  try {
    return await readFile(pidFileOf(cluster), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Lines: pid, directory, start time, port, socket directory, address, shared memory, status. */
function parsePidFile(text: string): Postmaster | null {
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port: port || 0, ready: lines[7] === 'ready' } : null;
}

/** Linux tells where a process is at home, and Postgres is at home in its cluster. */
async function runsOn(pid: number, cluster: string): Promise<boolean> {
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
