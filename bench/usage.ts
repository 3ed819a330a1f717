import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Client } from 'pg';

/*
 * What processes use, as Linux tells it in /proc. Elsewhere everything is NaN and nothing is pinned.
 */

/** A tick of utime and stime: 100 a second on every Linux that Node runs on. */
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
    // utime, stime, and those of children that have ended
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

function everyStat(): Stat[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)) ?? []);
  } catch {
    return [];
  }
}

/** The process and all its descendants. */
function family(root: number): Stat[] {
  const all = everyStat();
  const found = all.filter(({ pid }) => pid === root);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.pid));
  return found;
}

/** Processor time of the process and all its descendants, those that ended among them, in microseconds. */
export function cpuUs(root: number | undefined): number {
  const members = root === undefined ? [] : family(root);
  return members.length === 0 ? NaN : members.reduce((sum, { ticks }) => sum + ticks, 0) * tickUs;
}

/** Memory of the process and its descendants in MiB: now, and the most that it was. */
export function memoryMib(root: number): { now: number; peak: number } {
  const sumOf = (line: string) => {
    const values = family(root).map(({ pid }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    });
    return values.length === 0 ? NaN : Math.round(values.reduce((sum, value) => sum + value, 0));
  };
  return { now: sumOf('VmRSS'), peak: sumOf('VmHWM') };
}

/** The process id of the Postgres behind the connection, when it runs on this machine and Linux. */
export async function postmasterOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const backend = statOf(rows[0]?.pid ?? 0);
  const parent = backend && statOf(backend.parent);
  return backend?.name === 'postgres' && parent?.name === 'postgres' ? parent.pid : undefined;
}

/** Which processor serves and which one does all the rest. */
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

/** Keeps Postgres on one processor. @returns what gives it all of them back, or undefined when it cannot be done */
export function pinPostgres(postmaster: number | undefined, cpu: number): (() => void) | undefined {
  if (postmaster === undefined) return undefined;
  const pin = (list: string) => {
    for (const { pid } of family(postmaster))
      try {
        taskset('-a', '-p', '-c', list, String(pid));
      } catch {
        if (pid === postmaster) throw new Error('Not allowed');
      }
  };
  try {
    // Those of this process; Postgres may still be pinned by a run that was killed.
    const every = taskset('-p', '-c', String(process.pid)).split(':').at(-1)?.trim() ?? '';
    pin(String(cpu));
    return () => pin(every);
  } catch {
    return undefined;
  }
}
