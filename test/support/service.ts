import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { until } from './until.js';

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** The real service in a process of its own, with its data in a directory of its own. */
export class Service {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(env: Record<string, string>, args: readonly string[] = [main]) {
    const quiet = { LOG_LEVEL: 'warn', PORT: '0', RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_PER_HOUR: '0' };
    this.child = spawn(process.execPath, [...args], {
      env: { PATH: process.env.PATH ?? '', ...quiet, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return /answers on (http:\S+)/.exec(this.output)?.[1]?.replace('localhost', '127.0.0.1') ?? '';
  }

  /** A demo key from the greeting. */
  key(role: 'provider' | 'reseller'): string {
    return new RegExp(`${role} +(od_live_\\w+)`).exec(this.output)?.[1] ?? '';
  }

  /** Waits until it has greeted; throws what it said when it ends instead. */
  async ready(): Promise<this> {
    await until(() => this.url !== '' || this.hasEnded(), 50_000);
    if (this.hasEnded()) throw new Error(`The service did not start:\n${this.output}`);
    return this;
  }

  /** Its exit status, once it has ended; null when a signal ended it. */
  async exit(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.hasEnded()) this.child.kill(signal);
    return this.exit();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  call(method: string, path: string, key = '', body?: object): Promise<Response> {
    const headers = { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) };
    return fetch(this.url + path, { method, headers, body: body ? JSON.stringify(body) : undefined });
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** A data directory in a temporary place, and the embedded Postgres in it. */
export class DataDir {
  private readonly parent = mkdtempSync(join(tmpdir(), 'offerdock-service-'));
  readonly path = join(this.parent, 'data');

  /** The process id of its Postgres; undefined when none runs. */
  postgres(): number | undefined {
    const pid = Number(this.pidFile()[0]);
    return pid > 0 && isAlive(pid) ? pid : undefined;
  }

  async connect(): Promise<Client> {
    const password = readFileSync(join(this.path, 'postgres-password'), 'utf8').trim();
    const port = Number(this.pidFile()[3]);
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'offerdock',
      password,
      database: 'offerdock',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Stops a Postgres that was left behind, and removes everything. */
  async remove(): Promise<void> {
    const left = this.postgres();
    if (left !== undefined) process.kill(left, 'SIGQUIT');
    await until(() => this.postgres() === undefined);
    rmSync(this.parent, { recursive: true, force: true });
  }

  private pidFile(): string[] {
    const file = join(this.path, 'postgres', 'postmaster.pid');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
