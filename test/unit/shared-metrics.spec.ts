import { Counter, Registry } from 'prom-client';
import { MetricsSum, SharedMetrics } from '../../src/health/shared-metrics.js';
import { channelPair } from '../support/fake-channel.js';

function join(sum: MetricsSum, count: number, answers = true) {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(count);
  const [primary, worker] = channelPair();
  sum.join(primary);
  const own = answers ? () => registry.getMetricsAsJSON() : () => new Promise<never>(() => undefined);
  return { channel: primary, shared: new SharedMetrics(worker, own) };
}

const total = async (shared: SharedMetrics) => /^things_total (\d+)$/m.exec(await shared.read())?.[1];

it('sums the metrics of all workers, whichever one is asked', async () => {
  const sum = new MetricsSum(1_000);
  const [one, two] = [join(sum, 3), join(sum, 4)];
  expect(await Promise.all([total(one.shared), total(one.shared), total(two.shared)])).toEqual([
    '7',
    '7',
    '7',
  ]);
  sum.leave(two.channel);
  expect(await total(one.shared)).toBe('3');
});

it('omits a worker that does not respond in time, and does not wait for one that exits', async () => {
  const sum = new MetricsSum(100);
  const one = join(sum, 3);
  const stuck = join(sum, 4, false);
  expect(await total(one.shared)).toBe('3');
  const patient = new MetricsSum(600_000);
  const [other, dying] = [join(patient, 5), join(patient, 6, false)];
  const answer = total(other.shared);
  patient.leave(dying.channel);
  expect(await answer).toBe('5');
  sum.leave(stuck.channel);
});
