import { until } from '../support/until.js';
import { ConnectionShares, shareLimits } from '../../src/sql/pool/connection-shares.js';

const limits = { perGroup: 2, total: 4, maxWaiting: 3, waitMs: 60_000, streamWaitMs: 60_000 };
let shares: ConnectionShares;
let log: string[];

beforeEach(() => {
  shares = new ConnectionShares(limits);
  log = [];
});

const take = (group: string, name: string, isStream = false) =>
  shares.take(group, isStream, {
    grant: () => log.push(name),
    refuse: (cause) => log.push(`${name}: ${cause.message.split(' ')[0]}`),
  });

it('grants a group its share, and the next waiting request when one ends', () => {
  for (const name of ['a1', 'a2', 'a3', 'a4']) take('a', name);
  expect(log).toEqual(['a1', 'a2']);
  shares.release('a');
  expect(log).toEqual(['a1', 'a2', 'a3']);
});

it('lets the groups take turns if they want more than all connections', () => {
  for (const name of ['a1', 'a2', 'a3']) take('a', name);
  for (const name of ['b1', 'b2', 'b3']) take('b', name);
  for (const name of ['c1', 'c2']) take('c', name);
  expect(log).toEqual(['a1', 'a2', 'b1', 'b2']);
  log = [];
  shares.release('a');
  shares.release('b');
  shares.release('b');
  expect(log).toEqual(['a3', 'b3', 'c1']);
});

it('serves other requests before streams', () => {
  take('a', 'a1');
  take('a', 'a2');
  take('a', 'stream', true);
  take('a', 'short');
  shares.release('a');
  shares.release('a');
  expect(log).toEqual(['a1', 'a2', 'short', 'stream']);
});

it('refuses requests beyond the queue, and forgets those that stop waiting', () => {
  take('a', 'a1');
  take('a', 'a2');
  const stops = ['a3', 'a4', 'a5', 'a6'].map((name) => take('a', name));
  expect(log).toEqual(['a1', 'a2', 'a6: Your']);
  for (const stop of stops) stop();
  expect(shares.waiting).toBe(0);
  shares.release('a');
  shares.release('a');
  expect(log).toHaveLength(3);
});

it('refuses a request that has waited too long', async () => {
  shares = new ConnectionShares({ ...limits, waitMs: 1 });
  take('a', 'a1');
  take('a', 'a2');
  take('a', 'stream', true);
  take('a', 'a3');
  await until(() => log.length === 3);
  expect(log).toEqual(['a1', 'a2', 'a3: No']);
  expect(shares.waiting).toBe(1);
});

it.each([
  [1, 1, 1],
  [3, 1, 3],
  [4, 1, 3],
  [20, 5, 18],
  [500, 125, 450],
])('a pool of %i connections has shares of %i and lets requests use %i of them', (size, perGroup, total) => {
  expect(shareLimits(size)).toMatchObject({ perGroup, total });
});
