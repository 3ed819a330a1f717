import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ask } from './load.js';
import { end, throwIfStopped } from './stop.js';

/** A compiled program; this file stands in dist/bench. */
export const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const subjectNames = ['service', 'bare', 'usual', 'pgbench'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** What stands behind `node` in `npm start`. */
const [, ...startArgs] = (
  JSON.parse(readFileSync(program('../../package.json'), 'utf8')) as { scripts: { start: string } }
).scripts.start.split(' ');

/** The service as `npm start` runs it. */
export const serviceArgs = [...startArgs.slice(0, -1), program('../src/main.js')];

const programs: Record<Exclude<SubjectName, 'pgbench'>, string[]> = {
  service: serviceArgs,
  bare: [program('bare.js')],
  usual: [program('usual.js')],
};

const serviceEnv = {
  HOST: '127.0.0.1',
  DEMO: 'false',
  LOG_LEVEL: 'info',
  // On, and so high that nobody is refused.
  RATE_LIMIT_PER_MINUTE: '1000000',
  RATE_LIMIT_PER_HOUR: '100000000',
  PROMO_FAILURES_PER_MINUTE: '1000000',
  SHUTDOWN_DELAY_MS: '0',
};

/** `node program` with arguments, on one processor when it is given. */
export function onCpu(cpu: number | undefined, command: string, args: string[]): [string, string[]] {
  return cpu === undefined ? [command, args] : ['taskset', ['-c', String(cpu), command, ...args]];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface SubjectOptions {
  databaseUrl: string;
  /** What must be answered with 200 before the subject counts as started. */
  probe: Ask;
  cpu?: number;
  env?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A server under test as a process of its own. */
export class Subject {
  private constructor(
    readonly name: SubjectName,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Milliseconds from the spawn to the first 200. */
  startMs = NaN;

  static async start(name: Exclude<SubjectName, 'pgbench'>, options: SubjectOptions): Promise<Subject> {
    const port = await freePort();
    const { databaseUrl, probe, cpu } = options;
    const env = {
      ...process.env,
      ...serviceEnv,
      ...options.env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
    };
    const startedAt = performance.now();
    const [command, args] = onCpu(cpu, process.execPath, programs[name]);
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const subject = new Subject(name, child, port);
    try {
      await subject.answers(probe);
    } catch (cause) {
      await subject.stop();
      throw cause;
    }
    subject.startMs = performance.now() - startedAt;
    return subject;
  }

  private async answers(probe: Ask): Promise<void> {
    while ((await statusOf(this.port, probe)) !== 200) {
      if (this.child.exitCode !== null) throw new Error(`${this.name} did not start`);
      throwIfStopped();
      await sleep(2);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a request once; each `@` in its body becomes a digit. */
  async send({ method, path, headers, body }: Ask): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body?.replaceAll('@', '7'),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

const statusOf = (port: number, { path, headers }: Ask) =>
  new Promise<number | undefined>((resolve) => {
    get({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
