import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { sessionSettings } from '../../src/database/session.js';
import { Encryption } from '../../src/encryption/encryption.js';
import { insertKey } from '../../seed/team-rows.js';
import { newId } from '../../src/common/new-id.js';
import { sealEndpoint } from '../../src/webhooks/endpoints/endpoint-secrets.js';
import { newWebhookSecret } from '../../src/webhooks/signature.js';
import {
  benchDataKey,
  benchDataKeys,
  report,
  vacuum,
  waitUntilIdle,
  withClient,
} from '../environment/databases.js';
import { killOnInterrupt, throwIfInterrupted } from '../environment/interrupts.js';
import { postmasterOf } from '../environment/process-usage.js';
import { repositoryRoot } from '../environment/programs.js';
import type { BenchRequest } from '../load/load-generator.js';
import { loadSubject, type Slice } from '../load/load-subject.js';
import { createFixtures, type Fixtures } from '../suite/fixtures.js';
import { runBulk } from '../suite/run-bulk.js';
import { suiteCases } from '../suite/suite-cases.js';
import { Subject } from '../subjects/subject.js';

/** The cost of one kind of write, by round: before events existed, and now. */
export interface WriteCost {
  name: string;
  before: Slice[];
  after: Slice[];
}

export interface WriteCostOptions {
  offers: number;
  rounds: number;
  /** The folder of a checkout before events, which has been built; without it, only this checkout is measured. */
  against?: string;
  /** Whether all teams subscribe to all events in this checkout. */
  subscribes: boolean;
  /** The kinds of writes. */
  only?: RegExp;
}

const connections = 8;
const seconds = 3;
const placing = 'place an order of 3 items';
/** Number of orders placed so that their items can be changed. */
const placedOrders = 70;

/** A checkout of the service on a database of its own. */
export interface Checkout {
  name: 'before' | 'after';
  database: string;
  client: Client;
  fixtures: Fixtures;
  service: Subject;
  postmaster: number | undefined;
}

interface WriteCase {
  name: string;
  status: number;
  requests(checkout: Pick<Checkout, 'fixtures' | 'service' | 'client'>): Promise<BenchRequest[]>;
}

const ofSuite = (name: string): WriteCase => {
  const found = suiteCases.find((each) => each.name === name);
  if (!found) throw new Error(`The suite has no case ${name}`);
  return {
    name,
    status: found.expectedStatus,
    requests: async ({ fixtures, service }) => found.requests(fixtures, service),
  };
};

const cases: readonly WriteCase[] = [
  ofSuite(placing),
  { name: 'change the status of an order item', status: 200, requests: statusChanges },
  ofSuite('create an offer'),
  ofSuite('change the price of an offer'),
];

/** Measures the CPU time of writes of this checkout and of an earlier one, in turn. */
export async function measureWrites(clusterUrl: string, options: WriteCostOptions): Promise<WriteCost[]> {
  const { rounds, only = /./ } = options;
  return withCheckouts(clusterUrl, options, async (checkouts) => {
    const results: WriteCost[] = [];
    for (const each of cases.filter(({ name }) => only.test(name))) {
      const requests = new Map<Checkout, BenchRequest[]>();
      for (const checkout of checkouts) requests.set(checkout, await each.requests(checkout));
      const cost: WriteCost = { name: each.name, before: [], after: [] };
      // The first round is a warm-up: Node compiles what is new to it, which takes longer the more code there is.
      for (let round = -1; round < rounds; round += 1)
        for (const checkout of round % 2 === 0 ? checkouts : checkouts.toReversed()) {
          const slice = await measureOnce(checkout, each, requests.get(checkout) ?? []);
          if (round >= 0) cost[checkout.name].push(slice);
        }
      results.push(cost);
    }
    return results;
  });
}

/** Runs the work with the service of an earlier checkout, if there is one, and with that of this one. */
export async function withCheckouts<T>(
  clusterUrl: string,
  { offers, against, subscribes }: Pick<WriteCostOptions, 'offers' | 'against' | 'subscribes'>,
  work: (checkouts: readonly Checkout[]) => Promise<T>,
): Promise<T> {
  const checkouts: Checkout[] = [];
  try {
    if (against !== undefined)
      checkouts.push(await open(clusterUrl, 'before', { root: resolve(against), offers, subscribes: false }));
    checkouts.push(await open(clusterUrl, 'after', { root: repositoryRoot, offers, subscribes }));
    return await work(checkouts);
  } finally {
    for (const checkout of checkouts) await close(clusterUrl, checkout);
  }
}

async function measureOnce(
  { name, client, service, postmaster }: Checkout,
  { name: caseName, status }: WriteCase,
  requests: BenchRequest[],
): Promise<Slice> {
  throwIfInterrupted();
  await waitUntilIdle(client);
  const slice = await loadSubject(service, requests, {
    connections,
    seconds,
    expectedStatus: status,
    postmaster,
  });
  if (slice.errors > 0) throw new Error(`${caseName}, ${name}: ${slice.errors} unexpected responses`);
  report(
    `${caseName}, ${name}: service ${slice.serverUs.toFixed(0)} µs, Postgres ${slice.postgresUs.toFixed(0)} µs`,
  );
  await vacuum(client);
  return slice;
}

async function open(
  clusterUrl: string,
  name: Checkout['name'],
  { root, offers, subscribes }: { root: string; offers: number; subscribes: boolean },
): Promise<Checkout> {
  const database = `offerdock_writes_${name}_${process.pid}`;
  await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${database}`));
  const url = Object.assign(new URL(clusterUrl), { pathname: `/${database}` }).href;
  await seed(root, url, offers);
  await withClient(url, (client) =>
    client.query(sessionSettings.replace('SET', `ALTER DATABASE ${database} SET`)),
  );
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const fixtures = await createFixtures(client);
  if (subscribes) await subscribe(client, fixtures);
  await vacuum(client);
  // Without background work, so that only the writes are measured.
  const service = await Subject.start('service', {
    databaseUrl: url,
    probe: { method: 'GET', path: '/health/ready', headers: {} },
    env: { ROLE: 'api' },
    root,
  });
  return { name, database, client, fixtures, service, postmaster: await postmasterOf(client) };
}

async function close(clusterUrl: string, { service, client, database }: Checkout): Promise<void> {
  await service.stop();
  await client.end();
  await withClient(clusterUrl, (admin) => admin.query(`DROP DATABASE ${database} WITH (FORCE)`));
}

async function seed(root: string, databaseUrl: string, offers: number): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, DATA_KEYS: benchDataKeys };
  const args = ['--max-semi-space-size=64', join(root, 'dist/seed/seed-cli.js'), '--offers', String(offers)];
  const child = killOnInterrupt(
    spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`Seeding exited with code ${code}`);
}

/** Has all teams of the benchmark subscribe to all events. */
async function subscribe(client: Client, { resellers, writers, provider }: Fixtures): Promise<void> {
  const encryption = new Encryption([benchDataKey]);
  for (const { id: teamId } of [...resellers, ...writers, provider]) {
    const id = newId();
    const { bytes, keyId } = sealEndpoint(encryption, id, { secret: newWebhookSecret(), headers: {} });
    await client.query(
      `INSERT INTO webhook_endpoints (id, team_id, url, events, enabled, sealed, data_key_id, version, created_at, updated_at)
       VALUES ($1, $2, 'https://receiver.example/webhooks', '{*}', true, $3, $4, 1, now(), now())`,
      [id, teamId, bytes, keyId],
    );
  }
}

/** Returns requests that move items back and forth between two statuses: all of them, again and again. */
async function statusChanges({
  client,
  fixtures,
  service,
}: Pick<Checkout, 'fixtures' | 'service' | 'client'>): Promise<BenchRequest[]> {
  const orders = (await ofSuite(placing).requests({ client, fixtures, service })).slice(0, placedOrders);
  for (const [index, order] of orders.entries()) {
    // The load generator would replace each `@` with a digit.
    const body = order.body?.replace(/@+/, `MOVED-${index}`);
    const { status } = await service.send({ ...order, body });
    if (status !== 201) throw new Error(`An order could not be placed: ${status}`);
  }
  const { rows } = await client.query<{ id: string; team: string }>(
    `SELECT i.id, i.provider_team_id AS team FROM order_items i JOIN orders o ON o.id = i.order_id
      WHERE o.external_id LIKE 'BENCH-MOVED-%'`,
  );
  const keys = new Map<string, string>();
  for (const { team } of rows) if (!keys.has(team)) keys.set(team, await insertKey(client, team));
  const move = (status: object) =>
    rows.map(({ id, team }) => ({
      method: 'PATCH',
      path: `/provider/orders/${id}/status`,
      headers: { 'x-api-key': keys.get(team) ?? '' },
      body: JSON.stringify(status),
    }));
  for (const request of move({ status: 'accepted' })) {
    const { status } = await service.send(request);
    if (status !== 200) throw new Error(`An order item could not be accepted: ${status}`);
  }
  const scheduledFor = new Date(Date.now() + 86_400_000).toISOString();
  return [...move({ status: 'scheduled', scheduledFor }), ...move({ status: 'in_progress' })];
}

/** Measures the CPU time of bulk uploads of this checkout and of an earlier one, in turn. */
export const measureBulk = (clusterUrl: string, options: WriteCostOptions): Promise<WriteCost[]> =>
  withCheckouts(clusterUrl, options, async (checkouts) => {
    const costs = new Map<string, WriteCost>();
    for (let round = 0; round < options.rounds; round += 1)
      for (const { name: side, service, client, fixtures, postmaster } of round % 2 === 0
        ? checkouts
        : checkouts.toReversed()) {
        const pinning = { postmaster, description: '', release: () => undefined };
        for (const { name, perSecond, serverUs, postgresUs } of await runBulk(service, {
          fixtures,
          pinning,
          client,
          rounds: 1,
        })) {
          const cost = costs.get(name) ?? { name: `bulk: ${name}`, before: [], after: [] };
          costs.set(name, cost);
          report(
            `bulk, ${name}, ${side}: service ${serverUs.toFixed(0)} µs, Postgres ${postgresUs.toFixed(0)} µs`,
          );
          cost[side].push({
            rate: perSecond,
            p50: NaN,
            p99: NaN,
            serverUs,
            postgresUs,
            requests: 0,
            errors: 0,
          });
        }
      }
    return [...costs.values()];
  });
