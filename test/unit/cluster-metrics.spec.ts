import { Counter, Registry } from 'prom-client';
import { MetricsAggregator, ClusterMetrics } from '../../src/health/cluster-metrics.js';
import { channelPair } from '../support/fake-channel.js';

function join(sum: MetricsAggregator, count: number, answers = true) {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(count);
  const [primary, worker] = channelPair();
  sum.join(primary);
  const own = answers ? () => registry.getMetricsAsJSON() : () => new Promise<never>(() => undefined);
  return { channel: primary, shared: new ClusterMetrics(worker, own) };
}

const figure = async (shared: ClusterMetrics) => /^things_total (\d+)$/m.exec(await shared.read())?.[1];

it('sums the figures of all workers, whoever is asked', async () => {
  const sum = new MetricsAggregator(1_000);
  const [one, two] = [join(sum, 3), join(sum, 4)];
  expect(await Promise.all([figure(one.shared), figure(one.shared), figure(two.shared)])).toEqual([
    '7',
    '7',
    '7',
  ]);
  sum.leave(two.channel);
  expect(await figure(one.shared)).toBe('3');
});

it('leaves out a worker that does not answer in time, and does not wait for one that dies', async () => {
  const sum = new MetricsAggregator(100);
  const one = join(sum, 3);
  const stuck = join(sum, 4, false);
  expect(await figure(one.shared)).toBe('3');
  const patient = new MetricsAggregator(600_000);
  const [other, dying] = [join(patient, 5), join(patient, 6, false)];
  const answer = figure(other.shared);
  patient.leave(dying.channel);
  expect(await answer).toBe('5');
  sum.leave(stuck.channel);
});
