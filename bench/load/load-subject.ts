import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { killOnInterrupt } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import { compiled, onCpu } from '../environment/programs.js';
import type { Subject } from '../subjects/subject.js';
import type { BenchRequest, LoadPlan, LoadResult } from './load-generator.js';

/** The result of one period of load. `rate` is requests per second, latencies are in ms, CPU is in µs per request. */
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
  expectedStatus: number;
  /** How long the subject is loaded before it is measured; 1 s by default. */
  warmUpSeconds?: number;
  cpu?: number;
  postmaster?: number;
}

/** Loads the subject for the given number of seconds, after a warm-up. */
export async function loadSubject(
  subject: Subject,
  requests: BenchRequest[],
  options: LoadOptions,
): Promise<Slice> {
  const { connections, seconds, expectedStatus, warmUpSeconds = 1, cpu, postmaster } = options;
  const directory = await mkdtemp(join(tmpdir(), 'offerdock-load-'));
  try {
    const file = join(directory, 'plan.json');
    const plan: LoadPlan = {
      port: subject.port,
      connections,
      warmUpSeconds,
      seconds,
      expectedStatus,
      requests,
    };
    await writeFile(file, JSON.stringify(plan));
    const command = onCpu(cpu, process.execPath, [compiled('bench/load/load-generator.js'), file]);
    const child = killOnInterrupt(spawn(...command, { stdio: ['ignore', 'pipe', 'inherit'] }));
    const usage: Usage[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{')) usage.push({ server: cpuUs(subject.pid), postgres: cpuUs(postmaster) });
      else return sliceOf(JSON.parse(line) as LoadResult, usage);
    }
    throw new Error('The load generator exited without a result');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** CPU time so far, in microseconds. */
interface Usage {
  server: number;
  postgres: number;
}

function sliceOf(result: LoadResult, [before, after]: Usage[]): Slice {
  const { requests, errors, seconds, p50, p99 } = result;
  if (requests === 0) throw new Error('No request was answered');
  const perRequest = (name: keyof Usage) => ((after?.[name] ?? NaN) - (before?.[name] ?? NaN)) / requests;
  const [serverUs, postgresUs] = [perRequest('server'), perRequest('postgres')];
  return { rate: requests / seconds, p50, p99, requests, errors, serverUs, postgresUs };
}
