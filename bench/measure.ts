import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import type { Ask, LoadPlan, LoadResult } from './load.js';
import { endedByStop } from './stop.js';
import { onCpu, program, type Subject } from './subject.js';
import { cpuUs } from './usage.js';

/** What one stretch of load has shown; microseconds are for each request. */
export interface Slice {
  rate: number;
  p50: number;
  p99: number;
  serverUs: number;
  postgresUs: number;
  requests: number;
  errors: number;
}

export interface LoadOptions {
  connections: number;
  seconds: number;
  expected: number;
  cpu?: number;
  postmaster?: number;
}

const warmUpSeconds = 1;

/** Loads the subject for some seconds, after a warm-up. */
export async function loadSubject(subject: Subject, asks: Ask[], options: LoadOptions): Promise<Slice> {
  const { connections, seconds, expected, cpu, postmaster } = options;
  const directory = await mkdtemp(join(tmpdir(), 'offerdock-load-'));
  try {
    const file = join(directory, 'plan.json');
    const plan: LoadPlan = { port: subject.port, connections, warmUpSeconds, seconds, expected, asks };
    await writeFile(file, JSON.stringify(plan));
    const loader = onCpu(cpu, process.execPath, [program('load.js'), file]);
    const child = endedByStop(spawn(...loader, { stdio: ['ignore', 'pipe', 'inherit'] }));
    const used: { server: number; postgres: number }[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{')) used.push({ server: cpuUs(subject.pid), postgres: cpuUs(postmaster) });
      else return sliceOf(JSON.parse(line) as LoadResult, used);
    }
    throw new Error('The load ended without a result');
  } finally {
    await rm(directory, { recursive: true });
  }
}

function sliceOf(result: LoadResult, used: { server: number; postgres: number }[]): Slice {
  const each = (name: 'server' | 'postgres') =>
    ((used[1]?.[name] ?? NaN) - (used[0]?.[name] ?? NaN)) / result.requests;
  const { requests, errors, seconds, p50, p99 } = result;
  if (requests === 0) throw new Error('No request was answered');
  const rate = requests / seconds;
  return { rate, p50, p99, requests, errors, serverUs: each('server'), postgresUs: each('postgres') };
}

/** What the server decides anew for every write. */
const own = new Set(['id', 'createdAt', 'updatedAt', 'version']);

function comparable(body: unknown, writing: boolean): unknown {
  if (!writing || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, own.has(name) ? typeof value : value]),
  );
}

/**
 * Sends the same requests to all subjects. @throws unless all answer the same, with the expected status, so that none
 * wins by answering less
 */
export async function agree(
  subjects: readonly Subject[],
  asks: Ask[],
  expected: number,
  clear: () => Promise<void>,
): Promise<void> {
  for (const ask of asks.slice(0, 20)) {
    const answers = [];
    for (const subject of subjects) {
      const { status, body } = await subject.send(ask);
      if (status !== expected)
        throw new Error(`${subject.name}: ${ask.method} ${ask.path}: ${status} ${JSON.stringify(body)}`);
      answers.push({ name: subject.name, body: comparable(body, ask.method !== 'GET') });
      await clear();
    }
    for (const { name, body } of answers.slice(1))
      if (!isDeepStrictEqual(body, answers[0]?.body))
        throw new Error(
          `${name} answers ${ask.method} ${ask.path} differently:\n${JSON.stringify(body)}\n${JSON.stringify(answers[0]?.body)}`,
        );
  }
}
