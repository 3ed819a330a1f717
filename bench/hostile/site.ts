import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { withClient } from '../environment/databases.js';
import { freePort } from '../environment/free-port.js';
import { killOnInterrupt, throwIfInterrupted } from '../environment/interrupts.js';
import { postmasterOf } from '../environment/process-usage.js';
import { serviceArgsIn } from '../environment/service-args.js';
import { send } from './hostile-client.js';

const adminKey = 'od_admin_for_hostile_load_0123456789';
const startMs = 60_000;
const stopMs = 10_000;

/** The defaults of the service, except for what would hide a fault: the limits on the number of requests. */
const serviceEnv = {
  HOST: '127.0.0.1',
  DEMO: 'false',
  ADMIN_API_KEY: adminKey,
  RATE_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_HOUR: '0',
  AUTH_FAILURES_PER_MINUTE: '0',
  SHUTDOWN_DELAY_MS: '0',
  SHUTDOWN_TIMEOUT_MS: '2000',
};

export interface SiteTeam {
  id: string;
  key: string;
}

export interface SiteOptions {
  /** Distinguishes the databases of the compared checkouts. */
  name: string;
  /** The folder of the checkout, which has been built. */
  root: string;
  offers: number;
}

/** A checkout of the service on its own database with a catalog, and the teams that attack it. */
export class Site {
  private child: ChildProcess | undefined;
  private teams = 0;
  provider: SiteTeam;
  reseller: SiteTeam;

  private constructor(
    readonly options: SiteOptions,
    private readonly clusterUrl: string,
    private readonly databaseUrl: string,
    readonly client: Client,
    readonly port: number,
    readonly postmaster: number | undefined,
  ) {}

  /** Creates the database, fills it with the seed program of the checkout, and starts the service. */
  static async open(clusterUrl: string, options: SiteOptions): Promise<Site> {
    const url = new URL(clusterUrl);
    url.pathname = `/offerdock_hostile_${options.name}_${process.pid}`;
    await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${url.pathname.slice(1)}`));
    const client = new Client({ connectionString: url.href });
    client.on('error', () => undefined);
    await client.connect();
    const port = await freePort();
    const site = new Site(options, clusterUrl, url.href, client, port, await postmasterOf(client));
    try {
      await site.seed();
      await client.query('VACUUM (ANALYZE)');
      await site.restart();
      site.provider = await site.createTeam('provider');
      site.reseller = await site.createTeam('reseller');
      return site;
    } catch (cause) {
      await site.close();
      throw cause;
    }
  }

  private spawn(args: string[], env: Record<string, string> = {}): ChildProcess {
    const all = { ...process.env, ...env, DATABASE_URL: this.databaseUrl };
    return killOnInterrupt(
      spawn(process.execPath, args, { env: all, stdio: ['ignore', 'ignore', 'inherit'] }),
    );
  }

  private async seed(): Promise<void> {
    const seeder = join(this.options.root, 'dist/seed/seed-cli.js');
    const child = this.spawn(['--max-semi-space-size=64', seeder, '--offers', String(this.options.offers)]);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`Seeding exited with code ${code}`);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the service; if it is running, stops it first. @throws if it does not answer within a minute */
  async restart(): Promise<void> {
    await this.stop();
    throwIfInterrupted();
    const env = { ...serviceEnv, PORT: String(this.port) };
    this.child = this.spawn(serviceArgsIn(this.options.root), env);
    const deadline = Date.now() + startMs;
    while ((await send(this.port, { path: '/health/ready', timeoutMs: 2000 })).how !== '200') {
      throwIfInterrupted();
      if (!this.isAlive || Date.now() > deadline) throw new Error('The service did not start');
      await sleep(20);
    }
  }

  async ensureRunning(): Promise<void> {
    if (!this.isAlive) await this.restart();
  }

  private async stop(): Promise<void> {
    const { child } = this;
    if (!child || !this.isAlive) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(timer);
  }

  /** Stops the service and deletes the database. */
  async close(): Promise<void> {
    await this.stop();
    await this.client.end();
    const name = new URL(this.databaseUrl).pathname.slice(1);
    await withClient(this.clusterUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }

  /** Returns a connection to the database of the service. The caller ends it. */
  async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    return client;
  }

  /** Sends a request and returns the JSON of its answer. @throws unless the status is 2xx */
  async call<T = Record<string, string>>(
    method: string,
    path: string,
    key: string,
    body?: object,
  ): Promise<T> {
    const json = body && JSON.stringify(body);
    const { how, text } = await send(this.port, { method, path, key, body: json, keepText: true });
    if (!/^2\d\d$/.test(how)) throw new Error(`${method} ${path}: ${how} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** Creates a verified team with an API key. */
  async createTeam(role: 'provider' | 'reseller'): Promise<SiteTeam> {
    this.teams += 1;
    const body = { name: `Hostile load ${this.teams}`, role, verified: true };
    const { id = '' } = await this.call('POST', '/admin/teams', adminKey, body);
    const path = `/admin/teams/${id}/api-keys`;
    const { key = '' } = await this.call('POST', path, adminKey, { name: 'Hostile load' });
    return { id, key };
  }

  /** Returns the number of connections of the service that are running a statement or hold a transaction open. */
  async busyConnections(): Promise<number> {
    const { rows } = await this.client.query<{ busy: number }>(
      `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE datname = current_database()
          AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'`,
    );
    return rows[0]?.busy ?? 0;
  }

  /** Waits until no connection is busy. @returns the number of those that still are after `timeoutMs` */
  async untilIdle(timeoutMs: number): Promise<number> {
    const deadline = Date.now() + timeoutMs;
    let busy = await this.busyConnections();
    while (busy > 0 && Date.now() < deadline) {
      await sleep(50);
      busy = await this.busyConnections();
    }
    return busy;
  }

  /**
   * Returns how many TCP connections the service has open with clients on these ports. A client that does not read
   * cannot tell whether the service has closed the connection. Linux only; otherwise NaN.
   */
  openConnections(clientPorts: readonly (number | undefined)[]): number {
    try {
      const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n');
      const ports = new Set(clientPorts);
      // The columns are the number, the local address, the remote address and the state; 01 is ESTABLISHED. The list
      // may contain a connection twice if it changes while it is read.
      const open = new Set<number>();
      for (const line of lines) {
        const [, local = '', remote = ''] = /^ *\d+: \w+:(\w+) \w+:(\w+) 01 /.exec(line) ?? [];
        const clientPort = parseInt(remote, 16);
        if (parseInt(local, 16) === this.port && ports.has(clientPort)) open.add(clientPort);
      }
      return open.size;
    } catch {
      return NaN;
    }
  }
}
