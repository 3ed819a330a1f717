import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Statement } from '../src/sql/statement.js';
import { endedByStop } from './stop.js';
import { onCpu } from './subject.js';
import { cpuUs } from './usage.js';

const command = process.env.PGBENCH ?? 'pgbench';
/** As many connections as the service has to Postgres. */
const connections = 10;
/** Every connection prepares every script on its own; with so few they have done so when the counting begins. */
const maxScripts = 32;

export function hasPgbench(): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether Postgres plans a prepared statement for each set of values or once for all of them. */
export type PlanMode = 'custom' | 'generic';

export interface PgbenchOptions {
  databaseUrl: string;
  planMode: PlanMode;
  seconds: number;
  cpu?: number;
  postmaster?: number;
}

/** A value as text of its type: a list becomes an array of Postgres. */
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? `{${value.map((each) => `"${String(each).replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`
    : String(value);

/** A script for each request, and the definitions of all their values. */
function scriptsOf(requests: Statement[][]): { scripts: string[]; definitions: string[] } {
  const definitions: string[] = [];
  const lineOf = ({ text, values }: Statement) => {
    const first = definitions.length;
    definitions.push(...values.map((value, index) => `v${first + index}=${textOf(value)}`));
    const named = text.replaceAll(/\$(\d+)/g, (_, number: string) => `:v${first + Number(number) - 1}`);
    return `${named.replaceAll(/\s+/g, ' ')};\n`;
  };
  const scripts = requests.map((statements) => statements.map(lineOf).join(''));
  return { scripts, definitions: definitions.flatMap((each) => ['-D', each]) };
}

const connectionEnv = (databaseUrl: string) => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
};

/**
 * Runs the statements of requests as fast as Postgres answers them, prepared once on each connection. The first
 * second, in which that happens, does not count.
 * @returns requests a second and what Postgres used for each, in microseconds
 */
export async function runPgbench(
  requests: Statement[][],
  options: PgbenchOptions,
): Promise<{ rate: number; postgresUs: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'offerdock-pgbench-'));
  try {
    const { scripts, definitions } = scriptsOf(requests.slice(0, maxScripts));
    const files = scripts.map((_, index) => join(directory, `${index}.sql`));
    for (const [index, file] of files.entries()) await writeFile(file, scripts[index] ?? '');
    const time = ['-T', String(options.seconds + 2), '-P', '1'];
    const args = ['-n', '-M', 'prepared', '-c', String(connections), '-j', '1', ...time];
    return await rateOf([...args, ...files.flatMap((file) => ['-f', file]), ...definitions], options);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function rateOf(
  args: string[],
  { databaseUrl, planMode, cpu, postmaster, seconds }: PgbenchOptions,
): Promise<{ rate: number; postgresUs: number }> {
  const PGOPTIONS = `-c plan_cache_mode=force_${planMode}_plan`;
  const env = { ...process.env, ...connectionEnv(databaseUrl), PGOPTIONS };
  const child = endedByStop(
    spawn(...onCpu(cpu, command, args), { env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  const said: string[] = [];
  /** Of each second: its length, what was done in it, and the processor time of Postgres at its end. */
  const marks: { at: number; done: number; usedUs: number }[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    const [, at, rate] = /^progress: ([\d.]+) s, ([\d.]+) tps/.exec(line) ?? [];
    if (at === undefined) return void said.push(line);
    const before = marks.at(-1) ?? { at: 0, done: 0 };
    const done = before.done + Number(rate) * (Number(at) - before.at);
    marks.push({ at: Number(at), done, usedUs: cpuUs(postmaster) });
  });
  const [code] = (await once(child, 'close')) as [number];
  const [first] = marks;
  const last = marks[seconds] ?? marks.at(-1);
  if (code !== 0 || !first || !last) throw new Error(`pgbench: ${said.join('\n')}`);
  const done = last.done - first.done;
  return { rate: done / (last.at - first.at), postgresUs: (last.usedUs - first.usedUs) / done };
}
