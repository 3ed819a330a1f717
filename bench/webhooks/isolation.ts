import { setTimeout as sleep } from 'node:timers/promises';
import { publicEventId } from '../../src/events/new-event.js';
import { report } from '../environment/databases.js';
import { freePort } from '../environment/free-port.js';
import { throwIfInterrupted } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import { percentile } from '../hostile/hostile-client.js';
import type { Receivers } from './receivers.js';
import { monotonicMs, type WebhookSite } from './webhook-site.js';

/** One round. Times are from the commit to the receipt by a healthy endpoint, in milliseconds. */
export interface IsolationRound {
  p50: number;
  p99: number;
  slowest: number;
  /** Deliveries to healthy endpoints that were expected, and that have not arrived. */
  expected: number;
  missing: number;
  repeated: number;
  /** CPU of the worker and of Postgres for each of these deliveries, in microseconds. */
  workerUs: number;
  postgresUs: number;
}

export interface IsolationResult {
  healthy: number;
  broken: number;
  eventsPerSecond: number;
  /** The rounds without and with the broken endpoints; those with the same index are neighbours. */
  without: IsolationRound[];
  with: IsolationRound[];
}

export interface IsolationSizes {
  teams: number;
  endpointsPerTeam: number;
  /** Of these endpoints, half refuse connections, and half answer after 30 s. */
  broken: number;
  /** Each becomes a delivery to each endpoint of a team. */
  eventsPerSecond: number;
  seconds: number;
  rounds: number;
}

const arrivalMs = 30_000;
const settleMs = 20_000;

/** Measures how long healthy endpoints wait for events, in turn without and with others that are broken. */
export async function measureIsolation(
  site: WebhookSite,
  receivers: Receivers,
  sizes: IsolationSizes,
): Promise<IsolationResult> {
  const teams = await site.createTeams(sizes.teams);
  const total = sizes.teams * sizes.endpointsPerTeam;
  const healthyPorts = await receivers.open(total - sizes.broken);
  const late = Math.floor(sizes.broken / 2);
  const brokenPorts = await receivers.open(late, true);
  while (brokenPorts.length < sizes.broken) brokenPorts.push(await freePort());
  const healthyOf = new Map<string, number>();
  const broken: string[] = [];
  for (let index = 0; index < total; index += 1) {
    const teamId = teams[index % teams.length] ?? '';
    // The broken ones are spread over the teams.
    const port = index < sizes.broken ? brokenPorts[index] : healthyPorts[index - sizes.broken];
    const { id } = await site.createEndpoint(teamId, `http://127.0.0.1:${port}/webhooks`);
    if (index < sizes.broken) broken.push(id);
    else healthyOf.set(teamId, (healthyOf.get(teamId) ?? 0) + 1);
  }
  const healthyReceivers = healthyPorts.length;
  const result: IsolationResult = {
    healthy: healthyReceivers,
    broken: broken.length,
    eventsPerSecond: sizes.eventsPerSecond,
    without: [],
    with: [],
  };
  const run = (seconds: number) =>
    runRound(site, receivers, { ...sizes, seconds, teams, healthyOf, healthyReceivers });
  await setBroken(site, broken, false);
  await run(Math.min(3, sizes.seconds)); // a warm-up
  for (let round = 0; round < sizes.rounds; round += 1)
    for (const name of round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
      await setBroken(site, broken, name === 'with');
      const measured = await run(sizes.seconds);
      result[name].push(measured);
      report(
        `${name} broken endpoints: p50 ${measured.p50.toFixed(1)} ms, p99 ${measured.p99.toFixed(1)} ms, ${measured.missing} of ${measured.expected} missing`,
      );
    }
  return result;
}

/**
 * Disables the broken endpoints, or enables them, as if they had just been created: everything about their failures has to
 * be found out again.
 */
async function setBroken(site: WebhookSite, broken: readonly string[], enabled: boolean): Promise<void> {
  const update =
    'UPDATE webhook_endpoints SET enabled = $2, version = version + 1 WHERE id = ANY ($1::uuid[])';
  await site.client.query(update, [broken, false]);
  await site.until('SELECT count(*) FROM webhook_lanes WHERE leased_by IS NOT NULL', 0, settleMs);
  await site.client.query('DELETE FROM webhook_deliveries WHERE endpoint_id = ANY ($1::uuid[])', [broken]);
  await site.client.query('DELETE FROM webhook_lanes WHERE endpoint_id = ANY ($1::uuid[])', [broken]);
  await site.client.query('VACUUM (ANALYZE)');
  if (enabled) await site.client.query(update, [broken, true]);
}

interface RoundPlan extends Omit<IsolationSizes, 'teams'> {
  teams: readonly string[];
  /** The number of healthy endpoints of each team. */
  healthyOf: ReadonlyMap<string, number>;
  /** The first receivers are the healthy ones. */
  healthyReceivers: number;
}

async function runRound(site: WebhookSite, receivers: Receivers, plan: RoundPlan): Promise<IsolationRound> {
  const { eventsPerSecond, seconds, teams, healthyOf, healthyReceivers } = plan;
  await receivers.take();
  const before = { worker: cpuUs(site.workerPid), postgres: cpuUs(site.postmaster) };
  const commits = new Map<string, number>();
  let expected = 0;
  const startedAt = monotonicMs();
  for (let index = 0; index < eventsPerSecond * seconds; index += 1) {
    throwIfInterrupted();
    await sleep(Math.max(0, startedAt + (index / eventsPerSecond) * 1000 - monotonicMs()));
    const teamId = teams[index % teams.length] ?? '';
    const event = site.newEvent(teamId);
    commits.set(publicEventId(event.id), await site.write([event]));
    expected += healthyOf.get(teamId) ?? 0;
  }
  const times: number[] = [];
  const found = new Set<string>();
  let repeated = 0;
  const deadline = Date.now() + arrivalMs;
  while (found.size < expected && Date.now() < deadline) {
    throwIfInterrupted();
    await sleep(100);
    const receipts = await receivers.take();
    for (const [index, id] of receipts.ids.entries()) {
      const receiver = receipts.receivers[index] ?? 0;
      const committedAt = commits.get(id);
      if (receiver >= healthyReceivers || committedAt === undefined) continue;
      if (found.has(`${receiver} ${id}`)) repeated += 1;
      else times.push((receipts.times[index] ?? NaN) - committedAt);
      found.add(`${receiver} ${id}`);
    }
  }
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    slowest: percentile(times, 1),
    expected,
    missing: expected - found.size,
    repeated,
    workerUs: (cpuUs(site.workerPid) - before.worker) / expected,
    postgresUs: (cpuUs(site.postmaster) - before.postgres) / expected,
  };
}
