import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { copyFolder } from './copy-folder.js';
import { killWithRun } from './processes.js';
import { until } from './until.js';

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** The real service in its own process. */
export class Service {
  output = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(env: Record<string, string>, command: readonly string[] = [process.execPath, main]) {
    const defaults = { LOG_LEVEL: 'warn', PORT: '0', RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_PER_HOUR: '0' };
    const [program = '', ...args] = command;
    this.child = spawn(program, args, { env: { PATH: process.env.PATH ?? '', ...defaults, ...env } });
    killWithRun(this.child);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.closed = once(this.child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return /listening on (http:\S+)/.exec(this.output)?.[1]?.replace('localhost', '127.0.0.1') ?? '';
  }

  /** Returns a demo key from the startup message. */
  key(role: 'provider' | 'reseller'): string {
    return new RegExp(`${role} +(od_live_\\w+)`).exec(this.output)?.[1] ?? '';
  }

  /** Waits until the service is listening. @throws an error with its output if it exits instead */
  async ready(): Promise<this> {
    await until(() => this.url !== '' || this.hasExited(), 50_000);
    if (this.hasExited()) throw new Error(`The service did not start:\n${this.output}`);
    return this;
  }

  /** Waits until the service has exited. @returns its exit status; null if a signal ended it */
  async exit(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.hasExited()) this.child.kill(signal);
    return this.exit();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  call(method: string, path: string, key = '', body?: object): Promise<Response> {
    const headers = { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) };
    return fetch(this.url + path, { method, headers, body: body ? JSON.stringify(body) : undefined });
  }

  private hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** A temporary data directory, and the embedded Postgres in it. */
export class DataDir {
  private readonly parent = mkdtempSync(join(tmpdir(), 'offerdock-service-'));
  readonly path = join(this.parent, 'data');

  /** Returns a directory that the service has used before, so that it need not create the database. */
  static async prepared(): Promise<DataDir> {
    const dataDir = new DataDir();
    await dataDir.prepare();
    return dataDir;
  }

  /** Creates what the service leaves in its data directory when it stops after its first start. */
  async prepare(): Promise<void> {
    copyFolder(await preparedDirectory(), this.path);
  }

  /** Returns the process ID of its Postgres; undefined if none is running. */
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

  /** Stops Postgres if it was left running, and removes the directory. */
  async remove(): Promise<void> {
    const postgres = this.postgres();
    if (postgres !== undefined) process.kill(postgres, 'SIGQUIT');
    await until(() => this.postgres() === undefined);
    rmSync(this.parent, { recursive: true, force: true });
  }

  private pidFile(): string[] {
    try {
      return readFileSync(join(this.path, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    } catch {
      return []; // Postgres removes it when it stops
    }
  }
}

/**
 * Returns the path of a data directory to copy, with the demo data. The first test that needs it creates it; if two of
 * them do so at the same time, one of the copies is kept.
 */
async function preparedDirectory(): Promise<string> {
  const path = join(tmpdir(), 'prepared-data');
  if (existsSync(path)) return path;
  const dataDir = new DataDir();
  const service = await new Service({ DATA_DIR: dataDir.path, SHUTDOWN_DELAY_MS: '0' }).ready();
  await service.kill('SIGTERM');
  try {
    renameSync(dataDir.path, path);
  } catch (cause) {
    if (!existsSync(path)) throw cause;
  }
  await dataDir.remove();
  return path;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
