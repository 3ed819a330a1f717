import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, randomFrom } from '../../../seed/random.js';
import { Service } from '../../support/service.js';
import { testSeed } from '../../support/seed.js';
import { jsonOf, type TeamClient } from '../load/client.js';
import { OrderStorm } from '../orders/order-storm.js';
import type { StormTeam } from '../orders/order-audit.js';
import type { Site } from '../site/site.js';
import { Receivers } from './receivers.js';
import {
  auditEvents,
  auditReceipts,
  countMissing,
  dueEvents,
  type AuditedEndpoint,
  type AuditedEvent,
} from './webhook-audit.js';

export interface WebhookStormSizes {
  clients: number;
  orders: number;
  /** How often a process is killed; two of the first 22 times, one is stopped (SIGSTOP) instead. */
  kills: number;
}

export const fullWebhookStorm: WebhookStormSizes = { clients: 16, orders: 300, kills: 22 };
export const shortWebhookStorm: WebhookStormSizes = { clients: 6, orders: 24, kills: 3 };

/** What became of the events of a storm. */
export interface WebhookStormResult {
  confirmedOrders: number;
  confirmedMoves: number;
  kills: number;
  events: number;
  /** Pairs of an event and an endpoint that receives it. */
  deliveries: number;
  /** Requests that the receivers got, how many were accepted, and how they were answered. */
  requests: number;
  accepted: number;
  answers: Record<string, number>;
  /** The number of processes that have sent something. */
  senders: number;
  /** What must not have happened. */
  faults: string[];
  seconds: number;
  calmSeconds: number;
}

/** The endpoints of each team: the types that they subscribe to, all without any, and their limit. */
const ofProvider = [{ types: [] }, { types: ['order.created'], maxPerSecond: 50 }];
const ofReseller = [{ types: [] }, { types: ['order.status_changed', 'order.rejected'] }];

const env = {
  WEBHOOK_ALLOW_INSECURE: 'true',
  WEBHOOK_TIMEOUT_MS: '400',
  WEBHOOK_RETRY_DELAYS: ['0.05', '0.1', ...Array.from({ length: 18 }, () => '0.4')].join(),
  DATABASE_POOL_SIZE: '10',
};
const preload = fileURLToPath(new URL('source-address.mjs', import.meta.url));

/** What is killed, in this order. */
const targets = [
  'service worker all postgres service worker pause postgres all service service',
  'worker postgres service all worker postgres pause service all service worker',
].flatMap((line) => line.split(' '));
/** More than a lease, which lasts ten seconds longer than two requests. */
const pauseMs = 13_000;
/** More than a lease, which ends some seconds after the process that held it. */
const calmMs = 90_000;
const maxStepMs = 20_000;
/** Requests that the receivers must have got between two kills. */
const requestsPerStep = 20;

/**
 * Places orders and moves their items, while receivers fail at random, and two processes that deliver events, and Postgres,
 * are killed. Then compares what the receivers got with what `GET /events` and the orders say.
 */
export async function runWebhookStorm(site: Site, sizes: WebhookStormSizes): Promise<WebhookStormResult> {
  const startedAt = Date.now();
  const storm = await WebhookStorm.create(site);
  try {
    const result = await storm.run(sizes);
    return { ...result, seconds: (Date.now() - startedAt) / 1000 };
  } finally {
    await storm.stop();
  }
}

interface StormEndpoint {
  id: string;
  team: StormTeam;
  secret: string;
  types: readonly string[];
}

class WebhookStorm {
  private readonly endpoints: StormEndpoint[] = [];
  private worker: Service | undefined;
  private kills = 0;

  private constructor(
    private readonly site: Site,
    private readonly orders: OrderStorm,
    private readonly receivers: Receivers,
  ) {}

  static async create(site: Site): Promise<WebhookStorm> {
    await site.stopService('SIGTERM');
    site.startService(envOf(1));
    await site.started();
    const orders = await OrderStorm.create(site);
    const planned = [
      ...orders.providers.flatMap((team) => ofProvider.map((body) => ({ team, ...body }))),
      ...orders.resellers.flatMap((team) => ofReseller.map((body) => ({ team, ...body }))),
    ];
    const storm = new WebhookStorm(site, orders, await Receivers.start(planned.length));
    for (const { team, types, ...more } of planned) {
      const url = storm.receivers.urls[storm.endpoints.length];
      const body = { url, events: types.length > 0 ? types : ['*'], ...more };
      const answer = await team.client.send('POST', '/webhooks/endpoints', { body });
      if (answer.status !== 201) throw new Error(answer.text);
      storm.endpoints.push({ ...jsonOf<{ id: string; secret: string }>(answer), team, types });
    }
    await storm.startWorker(2);
    return storm;
  }

  async run({ clients, orders, kills }: WebhookStormSizes): Promise<Omit<WebhookStormResult, 'seconds'>> {
    const ordering = this.orders.order({ clients, orders });
    await Promise.all([ordering, this.killRepeatedly(orders, kills)]);
    this.receivers.calm();
    const calmAt = Date.now();
    await this.becomesComplete();
    const calmSeconds = (Date.now() - calmAt) / 1000;
    const { log, ledger } = this.orders;
    const endpoints = await this.audited();
    const receipts = await this.receivers.receipts();
    const accepted = receipts.filter(({ status = 0 }) => status >= 200 && status < 300);
    return {
      confirmedOrders: ledger.orders.size,
      confirmedMoves: ledger.moves.length,
      kills: this.kills,
      events: new Set(endpoints.flatMap(({ events }) => events.map(({ id }) => id))).size,
      deliveries: endpoints.reduce((sum, endpoint) => sum + dueEvents(endpoint).length, 0),
      requests: receipts.length,
      accepted: accepted.length,
      answers: tally(receipts.map(({ behaviour = 'down' }) => behaviour)),
      senders: new Set(receipts.map(({ from }) => from)).size,
      faults: [
        ...log.wrong,
        ...log.faults.map(({ what, how }) => `${what}: ${how}`),
        ...(await this.orders.audit()),
        ...auditReceipts(endpoints, receipts),
        ...(await this.eventFaults()),
      ],
      calmSeconds,
    };
  }

  async stop(): Promise<void> {
    this.receivers.stop();
    await this.worker?.kill('SIGKILL');
  }

  /** Kills one process after the other, and starts it again, each time that there was some progress. */
  private async killRepeatedly(orders: number, kills: number): Promise<void> {
    const random = randomFrom(testSeed, 500);
    const steps = targets.slice(0, kills);
    for (const [step, target] of steps.entries()) {
      await this.progress((orders * (step + 0.5)) / kills);
      await sleep(between(random, 0, 30));
      if (target === 'pause') await this.pauseWorker();
      else await this.kill(target, 2 * step + 3);
      this.kills += 1;
    }
  }

  /** Stops a process for so long that another one takes over its lanes. */
  private async pauseWorker(): Promise<void> {
    this.worker?.signal('SIGSTOP');
    await sleep(pauseMs);
    this.worker?.signal('SIGCONT');
  }

  /** Waits until so many orders have been confirmed, and the receivers got something. */
  private async progress(orders: number): Promise<void> {
    const deadline = Date.now() + maxStepMs;
    const before = await this.receivers.count();
    while (
      Date.now() < deadline &&
      (this.orders.ledger.orders.size < orders || (await this.receivers.count()) < before + requestsPerStep)
    )
      await sleep(5);
  }

  /** @param source the number of the first process that is started */
  private async kill(target: string, source: number): Promise<void> {
    const { cluster } = this.site;
    const [hitsPostgres, hitsService, hitsWorker] = ['postgres', 'service', 'worker'].map(
      (each) => target === each || target === 'all',
    );
    if (hitsPostgres) cluster.kill();
    if (hitsService) await this.site.stopService('SIGKILL');
    if (hitsWorker) await this.worker?.kill('SIGKILL');
    if (hitsPostgres) await cluster.start();
    if (hitsService) this.site.startService(envOf(source));
    if (hitsWorker) await this.startWorker(source + 1);
    await this.site.started();
  }

  private async startWorker(source: number): Promise<void> {
    this.worker = new Service(this.site.environment({ ...envOf(source), ROLE: 'worker' }));
    await this.worker.ready();
  }

  /** Waits until everything was accepted and stored. What is missing in the end is a fault of the audit. */
  private async becomesComplete(): Promise<void> {
    const deadline = Date.now() + calmMs;
    while (Date.now() < deadline) {
      // Counting what is missing reads every event, so it waits until the service believes that it has sent them all.
      if ((await this.pending()) === 0 && (await this.missing()) === 0) return;
      await sleep(200);
    }
  }

  private async missing(): Promise<number> {
    return countMissing(await this.audited(), await this.receivers.receipts());
  }

  private async pending(): Promise<number> {
    let sum = 0;
    for (const { id, team } of this.endpoints) {
      const answer = await team.client.send('GET', `/webhooks/endpoints/${id}`);
      sum += jsonOf<{ pendingDeliveries: number }>(answer).pendingDeliveries;
    }
    return sum;
  }

  private async audited(): Promise<AuditedEndpoint[]> {
    const events = new Map<StormTeam, AuditedEvent[]>();
    for (const { team } of this.endpoints)
      if (!events.has(team)) events.set(team, await readEvents(team.client));
    return this.endpoints.map(({ secret, types, team }) => ({
      secret,
      types,
      events: events.get(team) ?? [],
    }));
  }

  /** Compares the events of the teams with the histories of the items, confirmed or not. */
  private async eventFaults(): Promise<string[]> {
    const { providers, resellers } = this.orders;
    const [sold, bought] = await Promise.all(
      [providers, resellers].map(async (teams) =>
        (await Promise.all(teams.map(({ client }) => readEvents(client)))).flat(),
      ),
    );
    return auditEvents(await this.orders.items(), sold ?? [], bought ?? []);
  }
}

/** Each process has an address of its own. Elsewhere than on Linux, loopback has only one. */
const envOf = (source: number): Record<string, string> => ({
  ...env,
  ...(process.platform === 'linux'
    ? { NODE_OPTIONS: `--import ${preload}`, SOURCE_ADDRESS: `127.0.0.${source}` }
    : {}),
});

async function readEvents(client: TeamClient): Promise<AuditedEvent[]> {
  const events: AuditedEvent[] = [];
  let page: { events: AuditedEvent[]; next: string; more: boolean } | undefined;
  do {
    const after = page ? `&after=${page.next}` : '';
    const answer = await client.send('GET', `/events?limit=100${after}`);
    if (answer.status !== 200) throw new Error(`GET /events: ${answer.status} ${answer.text}`);
    page = jsonOf(answer);
    events.push(...(page?.events ?? []));
  } while (page?.more);
  return events;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
