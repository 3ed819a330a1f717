import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Client } from 'pg';

/*
 * CPU time and memory of processes, read from /proc on Linux. On other systems every figure is NaN and nothing is
 * pinned.
 */

/** One tick of utime and stime: 1/100 s on every Linux that Node runs on. */
const tickUs = 10_000;

interface Stat {
  pid: number;
  name: string;
  parent: number;
  ticks: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // utime, stime, cutime and cstime; the last two are for children that have exited.
    const ticks = rest.slice(11, 15).reduce((sum, value) => sum + Number(value), 0);
    return {
      pid,
      name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
      parent: Number(rest[1]),
      ticks,
    };
  } catch {
    return undefined;
  }
}

function allStats(): Stat[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)) ?? []);
  } catch {
    return [];
  }
}

/** Returns the process and all its descendants. */
function processTree(root: number): Stat[] {
  const all = allStats();
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** Returns the CPU time, in microseconds, of the process and all its descendants, including those that have exited. */
export function cpuUs(root: number | undefined): number {
  const members = root === undefined ? [] : processTree(root);
  return members.length === 0 ? NaN : members.reduce((sum, { ticks }) => sum + ticks, 0) * tickUs;
}

/** Returns the current and peak resident memory, in MiB, of the process and its descendants. */
export function memoryMib(root: number): { now: number; peak: number } {
  const sumOf = (field: string) => {
    const values = processTree(root).map(({ pid }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    });
    return values.length === 0 ? NaN : Math.round(values.reduce((sum, value) => sum + value, 0));
  };
  return { now: sumOf('VmRSS'), peak: sumOf('VmHWM') };
}

/** Returns the process ID of the connection's Postgres server if it runs on this machine under Linux. */
export async function postmasterOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const backend = statOf(rows[0]?.pid ?? 0);
  const parent = backend && statOf(backend.parent);
  return backend?.name === 'postgres' && parent?.name === 'postgres' ? parent.pid : undefined;
}

/** The CPU of the server under test, and the one for everything else. */
export const serverCpu = 0;
export const otherCpu = 1;

const taskset = (...args: string[]) =>
  execFileSync('taskset', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

export function canPin(): boolean {
  try {
    taskset('--version');
    return cpus().length >= 2;
  } catch {
    return false;
  }
}

/** Pins Postgres to one CPU. @returns a function that undoes it, or undefined if pinning failed */
export function pinPostgres(postmaster: number | undefined, cpu: number): (() => void) | undefined {
  if (postmaster === undefined) return undefined;
  const pin = (list: string) => {
    for (const { pid } of processTree(postmaster))
      try {
        taskset('-a', '-p', '-c', list, String(pid));
      } catch {
        if (pid === postmaster) throw new Error('Not permitted');
      }
  };
  try {
    // Uses the CPUs of this process, because Postgres may still be pinned by a run that was killed.
    const allCpus = taskset('-p', '-c', String(process.pid)).split(':').at(-1)?.trim() ?? '';
    pin(String(cpu));
    return () => pin(allCpus);
  } catch {
    return undefined;
  }
}
