import { randomUUID } from 'node:crypto';
import { newWebhookSecret, signatureHeaders, signingKeys } from '../../src/webhooks/signature.js';
import { report, waitUntilIdle } from '../environment/databases.js';
import { throwIfInterrupted, stopChild } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import { percentile } from '../hostile/hostile-client.js';
import { ask, forkProgram, type Receivers } from './receivers.js';
import { monotonicMs, type SiteEndpoint, type WebhookSite } from './webhook-site.js';

/** What the bare loop has to send. */
export interface BareLoopRequest {
  ports: number[];
  bodies: string[];
  headers: Record<string, string>;
  /** The number of requests. */
  count: number;
  /** Requests in flight, altogether and to one receiver. */
  connections: number;
  perOrigin: number;
}

export interface BareLoopResult {
  /** Duration of each request in milliseconds. */
  times: number[];
  /** CPU time of the process for each request, in microseconds. */
  cpuUs: number;
}

/** One backlog, delivered by the worker or by the bare loop. Times are in ms, CPU in µs for each delivery. */
export interface SaturationRound {
  /** Deliveries per second, until the last receipt. */
  rate: number;
  p50: number;
  p99: number;
  /** CPU of the process that sends. */
  senderUs: number;
  postgresUs: number;
  /** Events routed per second; NaN for the bare loop. */
  routedRate: number;
  /** CPU of the worker and of Postgres for each delivery that is routed. */
  routingUs: number;
  routingPostgresUs: number;
  /** Deliveries that were received more than once. */
  repeated: number;
}

export interface SaturationResult {
  endpoints: number;
  deliveries: number;
  worker: SaturationRound[];
  bare: SaturationRound[];
}

export interface SaturationSizes {
  endpoints: number;
  deliveries: number;
  rounds: number;
}

/** As many requests as the worker has in flight, altogether and to one endpoint. */
const maxConnections = 128;
const perOrigin = 16;
const timeoutMs = 180_000;
const eventsPerStatement = 1_000;

/** Delivers a backlog with the worker and with a loop that does nothing but send, in turn. */
export async function measureSaturation(
  site: WebhookSite,
  receivers: Receivers,
  { endpoints: endpointCount, deliveries, rounds }: SaturationSizes,
): Promise<SaturationResult> {
  const ports = await receivers.open(endpointCount);
  const endpoints: SiteEndpoint[] = [];
  // The endpoints of one team share a quarter of the requests in flight.
  for (const [index, teamId] of (await site.createTeams(endpointCount)).entries())
    endpoints.push(await site.createEndpoint(teamId, `http://127.0.0.1:${ports[index]}/webhooks`));
  const loop = forkProgram('bare-loop');
  const bare = async (count: number): Promise<SaturationRound> => {
    const request: BareLoopRequest = {
      ports,
      bodies: sampleBodies(site, endpoints),
      headers: sampleHeaders(),
      count,
      connections: Math.min(maxConnections, perOrigin * endpointCount),
      perOrigin,
    };
    await waitUntilIdle(site.client);
    const startedAt = monotonicMs();
    const sending = ask<BareLoopResult>(loop, request, timeoutMs);
    await receivers.until(count, timeoutMs);
    const { times, cpuUs: senderUs } = await sending;
    const received = await receivers.take();
    const rate = (count / ((received.times.at(-1) ?? NaN) - startedAt)) * 1000;
    const routing = { routedRate: NaN, routingUs: NaN, routingPostgresUs: NaN };
    return { rate, ...percentiles(times), senderUs, postgresUs: 0, ...routing, repeated: 0 };
  };
  const result: SaturationResult = { endpoints: endpointCount, deliveries, worker: [], bare: [] };
  try {
    // The first round is a warm-up.
    for (let round = -1; round < rounds; round += 1) {
      throwIfInterrupted();
      const count = round < 0 ? Math.min(deliveries, 5_000) : deliveries;
      const measure = {
        worker: () => deliverBacklog(site, receivers, endpoints, count),
        bare: () => bare(count),
      };
      for (const name of round % 2 === 0 ? (['bare', 'worker'] as const) : (['worker', 'bare'] as const)) {
        const measured = await measure[name]();
        if (round >= 0) result[name].push(measured);
        if (round >= 0)
          report(
            `${endpointCount} endpoints, ${name}: ${measured.rate.toFixed(0)}/s, ${measured.senderUs.toFixed(0)} µs, Postgres ${measured.postgresUs.toFixed(0)} µs`,
          );
      }
    }
    return result;
  } finally {
    await stopChild(loop);
  }
}

const percentiles = (times: readonly number[]) => ({
  p50: percentile(times, 0.5),
  p99: percentile(times, 0.99),
});

/** Bodies as the worker sends them. */
const sampleBodies = (site: WebhookSite, endpoints: readonly SiteEndpoint[]) =>
  Array.from({ length: 100 }, (_, index) => site.payload(endpoints[index % endpoints.length]?.teamId ?? ''));

/** Headers as the worker sends them, with a signature that was computed before. */
function sampleHeaders(): Record<string, string> {
  const signed = signatureHeaders({
    eventId: `evt_${randomUUID().replaceAll('-', '')}`,
    timestamp: Math.floor(Date.now() / 1000),
    body: Buffer.from('{}'),
    keys: [signingKeys(newWebhookSecret())],
  });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'Offerdock-Webhooks/0.1.0',
  };
  for (let index = 0; index < signed.length; index += 2)
    headers[signed[index] ?? ''] = signed[index + 1] ?? '';
  return headers;
}

const release = `UPDATE webhook_lanes SET leased_by = NULL, lease_until = NULL, due_at = now(), wake = wake + 1
  WHERE endpoint_id = ANY ($1::uuid[])`;
/** Nobody else can take a lane that is leased. */
const hold = `INSERT INTO webhook_lanes (endpoint_id, leased_by, lease_until)
  SELECT id, gen_random_uuid(), now() + interval '1 hour' FROM unnest($1::uuid[]) AS id
  ON CONFLICT (endpoint_id) DO UPDATE SET leased_by = EXCLUDED.leased_by, lease_until = EXCLUDED.lease_until`;

/**
 * Stores a backlog, has the worker route it while the lanes are held back, and measures how it delivers it from the moment
 * at which they are released.
 */
async function deliverBacklog(
  site: WebhookSite,
  receivers: Receivers,
  endpoints: readonly SiteEndpoint[],
  count: number,
): Promise<SaturationRound> {
  const { client, postmaster, workerPid } = site;
  const ids = endpoints.map(({ id }) => id);
  await client.query('TRUNCATE events CASCADE');
  await client.query(hold, [ids]);
  // In one transaction, so that the worker finds all of them at once.
  await client.query('BEGIN');
  for (let from = 0; from < count; from += eventsPerStatement) {
    const events = Array.from({ length: Math.min(eventsPerStatement, count - from) }, (_, index) =>
      site.newEvent(endpoints[(from + index) % endpoints.length]?.teamId ?? ''),
    );
    await site.store(events);
  }
  await client.query('COMMIT');
  const routing = { sender: cpuUs(workerPid), postgres: cpuUs(postmaster), at: monotonicMs() };
  await site.wake('events');
  await site.until('SELECT count(*) FROM events WHERE NOT routed', 0, timeoutMs);
  const routedRate = (count / (monotonicMs() - routing.at)) * 1000;
  const routingUs = (cpuUs(workerPid) - routing.sender) / count;
  const routingPostgresUs = (cpuUs(postmaster) - routing.postgres) / count;
  // Otherwise autovacuum would do it during the measurement.
  for (const table of [
    'events',
    'event_recipients',
    'webhook_deliveries',
    'webhook_attempts',
    'webhook_lanes',
  ])
    await client.query(`VACUUM (ANALYZE) ${table}`);
  await client.query('CHECKPOINT');
  await waitUntilIdle(client);

  const before = { sender: cpuUs(workerPid), postgres: cpuUs(postmaster) };
  const startedAt = monotonicMs();
  await client.query(release, [ids]);
  await site.wake('lanes');
  await receivers.until(count, timeoutMs);
  await site.until(
    "SELECT (EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending'))::int + (SELECT count(*) FROM webhook_lanes WHERE leased_by IS NOT NULL)",
    0,
    timeoutMs,
  );
  const senderUs = (cpuUs(workerPid) - before.sender) / count;
  const postgresUs = (cpuUs(postmaster) - before.postgres) / count;
  const received = await receivers.take();
  const rate = (count / ((received.times[received.times.length - 1] ?? NaN) - startedAt)) * 1000;
  const { rows } = await client.query<{ ms: number }>('SELECT duration_ms AS ms FROM webhook_attempts');
  const times = rows.map(({ ms }) => ms);
  return {
    rate,
    ...percentiles(times),
    senderUs,
    postgresUs,
    routedRate,
    routingUs,
    routingPostgresUs,
    repeated: received.ids.length - count,
  };
}
