import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Statement } from '../../src/sql/statement.js';
import { killOnInterrupt } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import { onCpu } from '../environment/programs.js';

const command = process.env.PGBENCH ?? 'pgbench';
/** The service's default pool size. */
const connections = 10;
/** The maximum number of scripts. Each connection prepares all of them, which must be done before the measurement. */
const maxScripts = 32;

export function hasPgbench(): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether Postgres plans a prepared statement for each set of values, or once for all of them. */
export type PlanMode = 'custom' | 'generic';

export interface PgbenchOptions {
  databaseUrl: string;
  planMode: PlanMode;
  seconds: number;
  cpu?: number;
  postmaster?: number;
}

/** Formats a value as text that Postgres can parse; a list becomes an array literal. */
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? `{${value.map((entry) => `"${String(entry).replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`
    : String(value);

/** Returns one script per request, and the definitions of all variables. */
function scriptsOf(requests: Statement[][]): { scripts: string[]; definitions: string[] } {
  const definitions: string[] = [];
  const lineOf = ({ text, values }: Statement) => {
    const first = definitions.length;
    definitions.push(...values.map((value, index) => `v${first + index}=${textOf(value)}`));
    const named = text.replaceAll(/\$(\d+)/g, (_, number: string) => `:v${first + Number(number) - 1}`);
    return `${named.replaceAll(/\s+/g, ' ')};\n`;
  };
  const scripts = requests.map((statements) => statements.map(lineOf).join(''));
  return { scripts, definitions: definitions.flatMap((definition) => ['-D', definition]) };
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
 * Runs the statements of requests as fast as Postgres executes them, prepared once on each connection. The first
 * second, in which they are prepared, is not measured.
 * @returns requests per second, and the CPU time of Postgres in microseconds per request
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
    const duration = ['-T', String(options.seconds + 2), '-P', '1'];
    const args = ['-n', '-M', 'prepared', '-c', String(connections), '-j', '1', ...duration];
    return await measure([...args, ...files.flatMap((file) => ['-f', file]), ...definitions], options);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function measure(
  args: string[],
  { databaseUrl, planMode, cpu, postmaster, seconds }: PgbenchOptions,
): Promise<{ rate: number; postgresUs: number }> {
  const PGOPTIONS = `-c plan_cache_mode=force_${planMode}_plan`;
  const env = { ...process.env, ...connectionEnv(databaseUrl), PGOPTIONS };
  const child = killOnInterrupt(
    spawn(...onCpu(cpu, command, args), { env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  const messages: string[] = [];
  /** The seconds, transactions and CPU time of Postgres so far, recorded at the end of each second. */
  const marks: { at: number; done: number; usedUs: number }[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    const [, at, rate] = /^progress: ([\d.]+) s, ([\d.]+) tps/.exec(line) ?? [];
    if (at === undefined) return void messages.push(line);
    const previous = marks.at(-1) ?? { at: 0, done: 0 };
    const done = previous.done + Number(rate) * (Number(at) - previous.at);
    marks.push({ at: Number(at), done, usedUs: cpuUs(postmaster) });
  });
  const [code] = (await once(child, 'close')) as [number];
  const [first] = marks;
  const last = marks[seconds] ?? marks.at(-1);
  if (code !== 0 || !first || !last) throw new Error(`pgbench: ${messages.join('\n')}`);
  const done = last.done - first.done;
  return { rate: done / (last.at - first.at), postgresUs: (last.usedUs - first.usedUs) / done };
}
