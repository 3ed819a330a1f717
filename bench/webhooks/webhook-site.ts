import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { newId } from '../../src/common/new-id.js';
import { migrate } from '../../src/database/migrate.js';
import { Encryption } from '../../src/encryption/encryption.js';
import { insertEvents } from '../../src/events/events.write.js';
import { eventContext, newEvent, type NewEvent } from '../../src/events/new-event.js';
import { sealEndpoint } from '../../src/webhooks/endpoints/endpoint-secrets.js';
import { newWebhookSecret } from '../../src/webhooks/signature.js';
import { benchDataKey, benchDataKeys, report, withClient } from '../environment/databases.js';
import { freePort } from '../environment/free-port.js';
import { killOnInterrupt, stopChild, throwIfInterrupted } from '../environment/interrupts.js';
import { postmasterOf } from '../environment/process-usage.js';
import { repositoryRoot } from '../environment/programs.js';
import { workerArgsIn } from '../environment/service-args.js';
import { send } from '../hostile/hostile-client.js';

const startMs = 60_000;
const log = { info: () => undefined, warn: report, error: report };

export interface SiteEndpoint {
  id: string;
  teamId: string;
}

/** A database with teams and endpoints, and the process that delivers to them. */
export class WebhookSite {
  private readonly encryption = new Encryption([benchDataKey]);
  private child: ChildProcess | undefined;

  private constructor(
    private readonly clusterUrl: string,
    private readonly databaseUrl: string,
    readonly client: Client,
    readonly postmaster: number | undefined,
  ) {}

  /** Creates an empty database. */
  static async open(clusterUrl: string): Promise<WebhookSite> {
    const name = `offerdock_webhooks_${process.pid}`;
    const url = Object.assign(new URL(clusterUrl), { pathname: `/${name}` }).href;
    await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${name}`));
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    const site = new WebhookSite(clusterUrl, url, client, await postmasterOf(client));
    try {
      await migrate(url, log);
      return site;
    } catch (cause) {
      await site.close();
      throw cause;
    }
  }

  /** Stops the worker and deletes the database. */
  async close(): Promise<void> {
    await this.stopWorker();
    await this.client.end();
    const name = new URL(this.databaseUrl).pathname.slice(1);
    await withClient(this.clusterUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }

  /**
   * Starts a process that only delivers, with the defaults of the service and the options of Node for such a process.
   * @param profileDir where to write a CPU profile of the process when it ends
   */
  async startWorker(profileDir?: string): Promise<void> {
    throwIfInterrupted();
    const port = await freePort();
    const env = {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ROLE: 'worker',
      DEMO: 'false',
      DATABASE_URL: this.databaseUrl,
      DATA_KEYS: benchDataKeys,
      LOG_LEVEL: 'warn',
      WEBHOOK_ALLOW_INSECURE: 'true',
      SHUTDOWN_DELAY_MS: '0',
      SHUTDOWN_TIMEOUT_MS: '2000',
    };
    const profile = profileDir ? ['--cpu-prof', '--cpu-prof-dir', profileDir] : [];
    const args = [...profile, ...workerArgsIn(repositoryRoot)];
    const child = killOnInterrupt(
      spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    this.child = child;
    const deadline = Date.now() + startMs;
    while ((await send(port, { path: '/health/ready', timeoutMs: 2000 })).how !== '200') {
      throwIfInterrupted();
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('The worker did not start');
      await sleep(20);
    }
  }

  async stopWorker(): Promise<void> {
    if (this.child) await stopChild(this.child);
    this.child = undefined;
  }

  get workerPid(): number {
    return this.child?.pid ?? 0;
  }

  /** Creates resellers. @returns their IDs */
  async createTeams(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => newId());
    await this.client.query(
      `INSERT INTO teams (id, name, role, default_currency, verified_at, version, created_at, updated_at)
       SELECT id, 'Benchmark', 'reseller', 'USD', now(), 1, now(), now() FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    return ids;
  }

  /** Creates an endpoint for all events of a team. */
  async createEndpoint(teamId: string, url: string): Promise<SiteEndpoint> {
    const id = newId();
    const { bytes, keyId } = sealEndpoint(this.encryption, id, { secret: newWebhookSecret(), headers: {} });
    await this.client.query(
      `INSERT INTO webhook_endpoints (id, team_id, url, events, enabled, sealed, data_key_id, version, created_at, updated_at)
       VALUES ($1, $2, $3, '{*}', true, $4, $5, 1, now(), now())`,
      [id, teamId, url, bytes, keyId],
    );
    return { id, teamId };
  }

  /** Returns an event about a change of an order item, encrypted as the service does it. Each has a subject of its own. */
  newEvent(teamId: string): NewEvent {
    const itemId = randomUUID();
    const data = {
      orderId: randomUUID(),
      itemId,
      offerId: randomUUID(),
      productOfferingId: null,
      offerName: 'High-Speed Internet 1 Gbps',
      version: 3,
      providerTeamId: randomUUID(),
      externalId: 'CRM-2026-004711',
      providerNotes: 'The technician calls half an hour before the visit.',
      previousStatus: 'accepted',
      status: 'in_progress',
      reason: null,
      reasonCode: null,
      metadata: { referralSource: 'store 12', campaign: 'spring' },
    } as const;
    return newEvent(this.encryption, {
      type: 'order.status_changed',
      teamId,
      subject: itemId,
      data: data as never,
      at: new Date(),
    });
  }

  /** Returns the text that is sent for such an event. */
  payload(teamId: string): string {
    const { id, sealed } = this.newEvent(teamId);
    return sealed ? this.encryption.open<string>(sealed, eventContext(id)) : '';
  }

  /** Stores events with the statement of the service. */
  async store(events: readonly NewEvent[]): Promise<void> {
    await this.client.query({ name: 'insert events', ...insertEvents(events) });
  }

  /** Stores events, and wakes the worker. @returns the time after the commit */
  async write(events: readonly NewEvent[]): Promise<number> {
    await this.store(events);
    const committedAt = monotonicMs();
    await this.wake('events');
    return committedAt;
  }

  /** Wakes the worker as another process of the service does. */
  async wake(channel: 'events' | 'lanes'): Promise<void> {
    await this.client.query('SELECT pg_notify($1, $2)', [`offerdock_${channel}`, 'benchmark']);
  }

  /** Returns the single number that a query selects. */
  async number(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.client.query<[string]>({ text: sql, values, rowMode: 'array' });
    return Number(rows[0]?.[0]);
  }

  /** Waits until a query selects `expected`. @throws after the timeout */
  async until(sql: string, expected: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let found = NaN; found !== expected; await sleep(20)) {
      throwIfInterrupted();
      found = await this.number(sql);
      if (Date.now() > deadline) throw new Error(`Still ${found} instead of ${expected}: ${sql}`);
    }
  }
}

/** Milliseconds of the clock that all processes of the machine share. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;
