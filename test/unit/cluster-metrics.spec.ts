import { Counter, Registry } from 'prom-client';
import { MetricsAggregator, ClusterMetrics } from '../../src/health/cluster-metrics.js';
import { channelPair } from '../support/fake-channel.js';

function join(aggregator: MetricsAggregator, count: number, replies = true) {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(count);
  const [primary, worker] = channelPair();
  aggregator.join(primary);
  const own = replies ? () => registry.getMetricsAsJSON() : () => new Promise<never>(() => undefined);
  return { channel: primary, metrics: new ClusterMetrics(worker, own) };
}

const readTotal = async (metrics: ClusterMetrics) => /^things_total (\d+)$/m.exec(await metrics.read())?.[1];

it('adds up the metrics of all workers, whichever worker is asked', async () => {
  const aggregator = new MetricsAggregator(1_000);
  const [one, two] = [join(aggregator, 3), join(aggregator, 4)];
  expect(await Promise.all([readTotal(one.metrics), readTotal(one.metrics), readTotal(two.metrics)])).toEqual(
    ['7', '7', '7'],
  );
  aggregator.leave(two.channel);
  expect(await readTotal(one.metrics)).toBe('3');
});

it('omits a worker that does not reply in time, and does not wait for one that exits', async () => {
  const aggregator = new MetricsAggregator(100);
  const one = join(aggregator, 3);
  const stuck = join(aggregator, 4, false);
  expect(await readTotal(one.metrics)).toBe('3');
  const patient = new MetricsAggregator(600_000);
  const [other, dying] = [join(patient, 5), join(patient, 6, false)];
  const reply = readTotal(other.metrics);
  patient.leave(dying.channel);
  expect(await reply).toBe('5');
  aggregator.leave(stuck.channel);
});
