import { RestartPolicy } from '../../src/server/cluster/restart-policy.js';

let now = 0;
const exits = (restarts: RestartPolicy, count: number) =>
  Array.from({ length: count }, () => restarts.nextDelayMs());

it('replaces the first worker immediately and the next ones later, and gives up at the sixth within ten seconds', () => {
  const restarts = new RestartPolicy(2, () => now);
  expect(exits(restarts, 6)).toEqual([0, 500, 1000, 1500, 2000, undefined]);
});

it('forgets exits older than ten seconds', () => {
  const restarts = new RestartPolicy(2, () => now);
  for (let n = 0; n < 20; n += 1) {
    expect(restarts.nextDelayMs()).toBeLessThanOrEqual(2000);
    now += 2_500;
  }
  now += 10_000;
  expect(restarts.nextDelayMs()).toBe(0);
});

it('tolerates the simultaneous exit of all workers', () => {
  const restarts = new RestartPolicy(8, () => now);
  expect(exits(restarts, 9).map((delayMs) => delayMs !== undefined)).toEqual([...Array(8).fill(true), false]);
});
