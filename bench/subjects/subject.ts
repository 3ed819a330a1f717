import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../environment/free-port.js';
import { stopChild, throwIfInterrupted } from '../environment/interrupts.js';
import { benchDataKeys } from '../environment/databases.js';
import { compiled, onCpu, serviceArgs } from '../environment/programs.js';
import { serviceArgsIn } from '../environment/service-args.js';
import type { BenchRequest } from '../load/load-generator.js';

/** The compared servers, and pgbench, which runs the same SQL without a server. */
export const subjectNames = ['service', 'bare', 'nest', 'pgbench'] as const;
export type SubjectName = (typeof subjectNames)[number];
export type ServerName = Exclude<SubjectName, 'pgbench'>;

const programs: Record<ServerName, string[]> = {
  service: serviceArgs,
  bare: [compiled('bench/subjects/bare/main.js')],
  nest: [compiled('bench/subjects/nest/main.js')],
};

const serviceEnv = {
  HOST: '127.0.0.1',
  DEMO: 'false',
  LOG_LEVEL: 'info',
  // Rate limits are on, but too high for any request to be rejected.
  RATE_LIMIT_PER_MINUTE: '1000000',
  RATE_LIMIT_PER_HOUR: '100000000',
  PROMO_FAILURES_PER_MINUTE: '1000000',
  TEAM_ZIP_CODES: '1000000000',
  TEAM_BULK_MIB_PER_HOUR: '1000000',
  // Encrypts the customers of orders. Not a secret: the databases of the benchmark have no real ones.
  DATA_KEYS: benchDataKeys,
  SHUTDOWN_DELAY_MS: '0',
};

export interface SubjectOptions {
  databaseUrl: string;
  /** The subject counts as started when this request returns 200. */
  probe: BenchRequest;
  cpu?: number;
  env?: Record<string, string>;
  /** The folder of the checkout of the service, if it is not this one. */
  root?: string;
}

export interface SubjectResponse {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A server under test, in its own process. */
export class Subject {
  /** Milliseconds from spawn to the first 200. */
  startMs = NaN;

  private constructor(
    readonly name: SubjectName,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(name: ServerName, options: SubjectOptions): Promise<Subject> {
    const port = await freePort();
    const { databaseUrl, probe, cpu, root } = options;
    const env = {
      ...process.env,
      ...serviceEnv,
      ...options.env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
    };
    const startedAt = performance.now();
    const [command, args] = onCpu(
      cpu,
      process.execPath,
      root === undefined ? programs[name] : serviceArgsIn(root),
    );
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const subject = new Subject(name, child, port);
    try {
      await subject.waitUntilReady(probe);
    } catch (cause) {
      await subject.stop();
      throw cause;
    }
    subject.startMs = performance.now() - startedAt;
    return subject;
  }

  private async waitUntilReady(probe: BenchRequest): Promise<void> {
    while ((await statusOf(this.port, probe)) !== 200) {
      if (this.child.exitCode !== null) throw new Error(`${this.name} did not start`);
      throwIfInterrupted();
      await sleep(2);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a request once; each `@` in its body becomes a digit. */
  async send({ method, path, headers, body }: BenchRequest): Promise<SubjectResponse> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body?.replaceAll('@', '7'),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  stop(): Promise<void> {
    return stopChild(this.child);
  }
}

const statusOf = (port: number, { path, headers }: BenchRequest) =>
  new Promise<number | undefined>((resolve) => {
    get({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
