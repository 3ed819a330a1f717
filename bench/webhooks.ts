import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { report, withCluster } from './environment/databases.js';
import { describeMachine } from './environment/machine.js';
import { measureIsolation, type IsolationSizes } from './webhooks/isolation.js';
import { Receivers } from './webhooks/receivers.js';
import { measureSaturation, type SaturationSizes } from './webhooks/saturation.js';
import { webhookReport, type WebhookResults } from './webhooks/webhook-report.js';
import { WebhookSite } from './webhooks/webhook-site.js';
import { measureWrites } from './webhooks/write-cost.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '.' },
    rounds: { type: 'string' },
    against: { type: 'string' },
    offers: { type: 'string', default: '10000' },
    short: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
    out: { type: 'string', default: 'bench/RESULTS-webhooks.md' },
  },
});
const only = new RegExp(values.only);
const rounds = (given: number) => Number(values.rounds ?? given);

const isolation: IsolationSizes = values.short
  ? { teams: 4, endpointsPerTeam: 5, broken: 4, eventsPerSecond: 40, seconds: 0.5, rounds: rounds(1) }
  : { teams: 50, endpointsPerTeam: 10, broken: 50, eventsPerSecond: 15, seconds: 20, rounds: rounds(4) };
const saturation: SaturationSizes[] = values.short
  ? [{ endpoints: 5, deliveries: 300, rounds: rounds(1) }]
  : [20, 1].map((endpoints) => ({ endpoints, deliveries: 20_000, rounds: rounds(4) }));

async function measureDeliveries(clusterUrl: string, results: WebhookResults): Promise<void> {
  if (only.test('isolation'))
    await withSite(clusterUrl, async (site, receivers) => {
      results.isolation = await measureIsolation(site, receivers, isolation);
    });
  for (const sizes of saturation)
    if (only.test(`saturation ${sizes.endpoints}`))
      await withSite(clusterUrl, async (site, receivers) => {
        results.saturation.push(await measureSaturation(site, receivers, sizes));
      });
}

/** Runs the work with a new database, worker and process of receivers. */
async function withSite(
  clusterUrl: string,
  work: (site: WebhookSite, receivers: Receivers) => Promise<void>,
): Promise<void> {
  const site = await WebhookSite.open(clusterUrl);
  const receivers = new Receivers();
  try {
    await site.startWorker(values['cpu-prof'] && resolve(values['cpu-prof']));
    await work(site, receivers);
  } finally {
    await receivers.close();
    await site.close();
  }
}

async function run(clusterUrl: string): Promise<void> {
  const results: WebhookResults = { saturation: [], writes: [] };
  await measureDeliveries(clusterUrl, results);
  if (only.test('writes') && !values.short) {
    const options = {
      offers: Number(values.offers),
      rounds: rounds(6),
      against: values.against,
      subscribes: true,
    };
    results.writes = await measureWrites(clusterUrl, options);
  }
  const text = webhookReport(results, await describeMachine(clusterUrl));
  process.stdout.write(text);
  await writeFile(values.out, text);
  process.send?.(results);
  report(`Written to ${values.out}`);
}

// A program that starts this one with an IPC channel gets the results as a message. If it dies, this program cleans up
// and ends, too, although nobody reads its output any more.
const endWithParent = () => process.kill(process.pid, 'SIGTERM');
if (process.connected)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.once('disconnect', endWithParent);
await withCluster(run);
process.off('disconnect', endWithParent);
if (process.connected) process.disconnect();
