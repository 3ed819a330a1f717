import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom, chance, pick, type Random } from '../../../seed/random.js';
import { customerInfo, serviceAddress } from '../../support/order-factories.js';
import { testSeed } from '../../support/seed.js';
import { jsonOf, mayTryAgain, TeamClient, type Answer } from '../load/client.js';
import { TrafficLog } from '../load/traffic-log.js';
import type { Site } from '../site/site.js';
import {
  auditOrders,
  itemsPerOrder,
  readOrders,
  type OrderLedger,
  type StoredItem,
  type StormTeam,
} from './order-audit.js';

export interface StormSizes {
  clients: number;
  orders: number;
  kills: number;
}

export const fullStorm: StormSizes = { clients: 32, orders: 500, kills: 3 };
export const shortStorm: StormSizes = { clients: 8, orders: 60, kills: 1 };

/** What became of the orders of a storm. */
export interface StormResult {
  orders: number;
  /** Orders and moves that were confirmed. */
  confirmedOrders: number;
  confirmedMoves: number;
  /** Requests that were sent again with the same key, and answers that came from memory. */
  resent: number;
  replayed: number;
  kills: number;
  /** What must not have happened. */
  faults: string[];
  endings: Record<string, number>;
  slowestMs: number;
  seconds: number;
}

const providers = 2;
const resellers = 4;
const journeys = [
  ['accepted'],
  ['accepted', 'active'],
  ['rejected'],
  ['accepted', 'scheduled', 'in_progress', 'completed', 'active'],
];
const maxKillWaitMs = 120_000;
const maxTries = 500;

/**
 * Places orders and moves their items with many clients, which repeat requests with the same idempotency key, while the
 * service and Postgres are killed together. Then compares all that was confirmed with all that is stored.
 */
export async function runStorm(site: Site, sizes: StormSizes): Promise<StormResult> {
  const startedAt = Date.now();
  const storm = await OrderStorm.create(site);
  const { killed } = await storm.run(sizes);
  const faults = await storm.audit();
  const { log, ledger } = storm;
  return {
    orders: sizes.orders,
    confirmedOrders: ledger.orders.size,
    confirmedMoves: ledger.moves.length,
    resent: storm.resent,
    replayed: storm.replayed,
    kills: killed,
    faults: [...log.wrong, ...log.faults.map(({ what, how }) => `${what}: ${how}`), ...faults],
    endings: log.endings,
    slowestMs: log.slowestMs,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** Clients of several providers and resellers, and what they know. */
export class OrderStorm {
  readonly log = new TrafficLog();
  readonly ledger: OrderLedger = { keys: new Map(), orders: new Map(), moves: [] };
  resent = 0;
  replayed = 0;
  private started = 0;

  private constructor(
    private readonly site: Site,
    readonly resellers: StormTeam[],
    readonly providers: StormTeam[],
    private readonly offers: string[],
  ) {}

  static async create(site: Site): Promise<OrderStorm> {
    const team = async (role: 'hybrid' | 'reseller'): Promise<StormTeam> => {
      const { id, key } = await site.createTeam('Storm', role);
      return { id, client: new TeamClient(site.url, key, storm.log) };
    };
    const storm = new OrderStorm(site, [], [], []);
    while (storm.providers.length < providers) storm.providers.push(await team('hybrid'));
    while (storm.resellers.length < resellers) storm.resellers.push(await team('reseller'));
    for (let index = 0; index < itemsPerOrder; index += 1) {
      const body = { name: `Offer ${index}`, status: 'active', monthlyPrice: 10 };
      const answer = await storm.providers[index % providers]?.client.send('POST', '/provider/offers', {
        body,
      });
      if (answer?.status !== 201) throw new Error(answer?.text);
      storm.offers.push(jsonOf<{ id: string }>(answer).id);
    }
    return storm;
  }

  async run({ clients, orders, kills }: StormSizes): Promise<{ killed: number }> {
    const [killed] = await Promise.all([this.killRepeatedly(orders, kills), this.order({ clients, orders })]);
    return { killed };
  }

  /** Places orders and moves their items. */
  async order({ clients, orders }: Pick<StormSizes, 'clients' | 'orders'>): Promise<void> {
    const working = Array.from({ length: clients }, async (_, client) => {
      const random = randomFrom(testSeed, client);
      while (this.started < orders) await this.placeAndMove((this.started += 1), random);
    });
    await Promise.all(working);
  }

  audit(): Promise<string[]> {
    return auditOrders({ ...this.ledger, resellers: this.resellers, providers: this.providers });
  }

  /** Reads all items. */
  async items(): Promise<StoredItem[]> {
    return (await readOrders(this.resellers)).flatMap(({ order }) => order.items);
  }

  /** Kills the service and Postgres each time that the next part of the orders is confirmed, and starts them again. */
  private async killRepeatedly(orders: number, kills: number): Promise<number> {
    const deadline = Date.now() + maxKillWaitMs;
    for (let killed = 0; killed < kills; killed += 1) {
      while (this.ledger.orders.size < (orders * (killed + 1)) / (kills + 1)) {
        if (Date.now() > deadline) return killed;
        await sleep(5);
      }
      this.site.cluster.kill();
      await this.site.stopService('SIGKILL');
      await this.site.cluster.start();
      this.site.startService();
      await this.site.started();
    }
    return kills;
  }

  private async placeAndMove(number: number, random: Random): Promise<void> {
    const { id: resellerId, client } = pick(random, this.resellers);
    const key = `storm-${number}`;
    this.ledger.keys.set(key, resellerId);
    const body = {
      items: this.offers.map((offerId) => ({ offerId })),
      customerInfo,
      serviceAddress,
      metadata: { key },
    };
    const place = () => this.persist(() => client.send('POST', '/reseller/orders', keyed(key, body)));
    const answers = await this.sometimesTwice(random, place);
    const ids = new Set(answers.map((answer) => jsonOf<{ orderId: string }>(answer).orderId));
    for (const { status, text } of answers)
      if (status !== 201) this.log.addWrong(`POST order: ${status} ${text.slice(0, 300)}`);
    const [answer] = answers;
    if (answer?.status !== 201) return;
    if (ids.size !== 1) this.log.addWrong(`${key} resulted in the orders ${[...ids].join(', ')}`);
    const { orderId, items } = jsonOf<{ orderId: string; items: { itemId: string }[] }>(answer);
    this.ledger.orders.set(key, orderId);
    for (const [index, { itemId }] of items.entries())
      if (chance(random, 0.5)) await this.move(itemId, index, `${key}-${index}`, random);
    if (chance(random, 0.2)) await this.cancel(orderId, client, key, random);
  }

  /** Moves an item along, with a key for each move. */
  private async move(itemId: string, index: number, key: string, random: Random): Promise<void> {
    const client = this.providers[index % providers]?.client;
    const journey = pick(random, journeys);
    for (const status of journey) {
      const body = { status, providerNotes: `${key} is ${status}` };
      const path = `/provider/orders/${itemId}/status`;
      const send = () =>
        this.persist(
          async () => (await client?.send('PATCH', path, keyed(`${key}-${status}`, body))) ?? none,
        );
      for (const answer of await this.sometimesTwice(random, send))
        if (answer.status !== 200)
          this.log.addWrong(`PATCH ${status}: ${answer.status} ${answer.text.slice(0, 300)}`);
      this.ledger.moves.push({ itemId, status });
    }
  }

  private async cancel(orderId: string, client: TeamClient, key: string, random: Random): Promise<void> {
    const path = `/reseller/orders/${orderId}/cancel`;
    const send = () =>
      this.persist(() => client.send('PATCH', path, keyed(`${key}-cancel`, { reason: key })));
    const answers = await this.sometimesTwice(random, send);
    const statuses = new Set(answers.map(({ status }) => status));
    // 409 if all items are active or rejected.
    if (statuses.size !== 1 || ![200, 409].includes(answers[0]?.status ?? 0))
      this.log.addWrong(
        `PATCH cancel: ${answers.map(({ status, text }) => `${status} ${text.slice(0, 300)}`).join(', ')}`,
      );
  }

  /** Sends a request once, twice at the same time, or again after its answer. */
  private async sometimesTwice(random: Random, send: () => Promise<Answer>): Promise<Answer[]> {
    const [atOnce, again] = [chance(random, 0.2), chance(random, 0.2)];
    const answers = await Promise.all(atOnce ? [send(), send()] : [send()]);
    if (again) answers.push(await send());
    this.resent += answers.length - 1;
    return answers;
  }

  /** Sends a request until the service has handled it, as a careful client does with an idempotency key. */
  private async persist(send: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const answer = await send();
      if (answer.isReplayed) this.replayed += 1;
      const isInUse =
        answer.status === 409 && jsonOf<{ code: string }>(answer).code === 'IDEMPOTENCY_KEY_IN_USE';
      if (!isInUse && !mayTryAgain(answer)) return answer;
      this.resent += 1;
      await sleep(isInUse ? 50 : 200);
    }
    return none;
  }
}

const none: Answer = { status: 0, text: '{}', retryAfterMs: 0 };
const keyed = (key: string, body: object) => ({ body, headers: { 'idempotency-key': key } });
