import { RestartPolicy } from '../../src/server/cluster/restart-policy.js';

let now = 0;
const deaths = (restarts: RestartPolicy, count: number) =>
  Array.from({ length: count }, () => restarts.next());

it('replaces the first at once, the next ones later, and gives up at the sixth within ten seconds', () => {
  const restarts = new RestartPolicy(2, () => now);
  expect(deaths(restarts, 6)).toEqual([0, 500, 1000, 1500, 2000, undefined]);
});

it('forgets deaths of long ago', () => {
  const restarts = new RestartPolicy(2, () => now);
  for (let n = 0; n < 20; n += 1) {
    expect(restarts.next()).toBeLessThanOrEqual(2000);
    now += 2_500;
  }
  now += 10_000;
  expect(restarts.next()).toBe(0);
});

it('bears the death of every worker at once', () => {
  const restarts = new RestartPolicy(8, () => now);
  expect(deaths(restarts, 9).map((pause) => pause !== undefined)).toEqual([...Array(8).fill(true), false]);
});
