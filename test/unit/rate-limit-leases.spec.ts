import { LeaseServer } from '../../src/rate-limits/lease-server.js';
import { LeasedLimiter } from '../../src/rate-limits/leased-limiter.js';
import type { RateLimitPolicy } from '../../src/rate-limits/rate-limit-windows.js';
import type { Channel } from '../../src/common/channel.js';
import { channelPair } from '../support/fake-channel.js';
import { seededRandom } from '../support/seed.js';

const minute: RateLimitPolicy = { name: 'burst', quota: 100, windowMs: 60_000 };
const hour: RateLimitPolicy = { name: 'sustained', quota: 150, windowMs: 3_600_000 };
const team: RateLimitPolicy = { name: 'team', quota: 120, windowMs: 60_000, per: 'group' };

const random = seededRandom();

let now: number;
let server: LeaseServer;
let messages: number;

beforeEach(() => {
  now = 1_000_000;
  messages = 0;
  server = new LeaseServer(() => now);
});

interface Worker {
  limiter: LeasedLimiter;
  channel: Channel;
}

/** Delivers messages in their order, each after a random number of turns of the event loop. */
function slowly(channel: Channel): Channel {
  let last = Promise.resolve();
  return {
    ...channel,
    send: (topic, content) => {
      messages += 1;
      const previous = last;
      const deliver = async () => {
        await previous;
        for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1)
          await new Promise((resolve) => setImmediate(resolve));
        await channel.send(topic, content);
      };
      last = deliver();
      return last;
    },
  };
}

function join(policies: RateLimitPolicy[] = [minute], delay: (channel: Channel) => Channel = slowly): Worker {
  const [primary, worker] = channelPair();
  const channel = delay(primary);
  server.join(channel);
  return { limiter: new LeasedLimiter('requests', policies, delay(worker), () => now), channel };
}

async function allowed({ limiter }: Worker, times: number, key = 'a', group = key): Promise<number> {
  const results = Array.from({ length: times }, () => limiter.consume(key, { group }));
  return (await Promise.all(results)).filter((result) => result.allowed).length;
}
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

it.each([1, 2, 5])('allows exactly the quota with %d workers, whoever asks first', async (count) => {
  const workers = Array.from({ length: count }, () => join());
  let total = 0;
  for (let round = 0; round < 13; round += 1)
    total += sum(await Promise.all(workers.map((worker) => allowed(worker, 10))));
  expect(total).toBe(minute.quota);
});

it('allows exactly the quota to one worker after another held some of it', async () => {
  const [one, two, three] = [join(), join(), join()];
  expect([await allowed(one, 1), await allowed(two, 1)]).toEqual([1, 1]);
  expect(await allowed(three, 120)).toBe(98);
  expect([await allowed(one, 5), await allowed(two, 5)]).toEqual([0, 0]);
});

it('never allows more than the quota of a key or of its group, and leaves nothing unused', async () => {
  const workers = [join([minute, team]), join([minute, team]), join([minute, team])];
  const keys = ['a', 'b', 'c'];
  const byKey = new Map<string, number>();
  const tasks = [];
  for (let n = 0; n < 60; n += 1)
    for (const [index, key] of keys.entries()) {
      const worker = workers[Math.floor(random() * workers.length)] as Worker;
      const ask = async () => {
        const count = await allowed(worker, index + 1, key, 'team');
        byKey.set(key, (byKey.get(key) ?? 0) + count);
      };
      tasks.push(ask());
      if (n % 7 === 0) await Promise.all(tasks);
    }
  await Promise.all(tasks);
  expect(sum([...byKey.values()])).toBe(team.quota);
  for (const count of byKey.values()) expect(count).toBeLessThanOrEqual(minute.quota);
});

it('starts a window with its first request, in whichever worker, and allows the quota again after it', async () => {
  const [one, two] = [join([minute, hour]), join([minute, hour])];
  await allowed(one, 1);
  now += 59_999;
  expect(await allowed(two, 200)).toBe(99);
  now += 1;
  // Of the 150 requests in an hour, 100 are used; what a worker held at the end of a window is not lost.
  expect([await allowed(one, 1), await allowed(two, 200)]).toEqual([1, 49]);
  now += 60_000;
  const { statuses } = await one.limiter.consume('a');
  expect(statuses.map(({ remaining }) => remaining)).toEqual([100, 0]);
});

it('reports what remains; what another worker holds does not count as remaining', async () => {
  const [one, two] = [join(), join()];
  const remaining = async ({ limiter }: Worker) => (await limiter.consume('a')).statuses[0]?.remaining;
  expect([await remaining(one), await remaining(one)]).toEqual([99, 98]);
  expect(await remaining(two)).toBeLessThan(98);
  expect(await one.limiter.peek('a')).toMatchObject({ allowed: true, statuses: [{ resetMs: 60_000 }] });
});

it('asks seldom, and does not ask at all once the quota is exhausted', async () => {
  const [one, two] = [join(), join()];
  for (let n = 0; n < 60; n += 1) for (const worker of [one, two]) await allowed(worker, 1);
  expect(messages).toBeLessThan(80);
  messages = 0;
  expect(await allowed(one, 100)).toBe(0);
  expect(messages).toBe(0);
});

it('counts amounts, and keeps what is left for smaller ones', async () => {
  const [one, two] = [join(), join()];
  const consume = async ({ limiter }: Worker, amount: number) =>
    (await limiter.consume('a', { amount })).allowed;
  expect([await consume(one, 60), await consume(two, 60), await consume(two, 30)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([await consume(one, 20), await consume(one, 10), await consume(two, 1)]).toEqual([
    false,
    true,
    false,
  ]);
});

it('counts what a worker held as used if the worker exits, and does not wait for it', async () => {
  const one = join();
  const two = join();
  await allowed(one, 1);
  const held = messages;
  server.leave(one.channel);
  const total = await allowed(two, 200);
  expect(total).toBeGreaterThanOrEqual(50);
  expect(total).toBeLessThan(100);
  expect(messages).toBeGreaterThan(held);
});

it('answers requests that wait for a worker that exits', async () => {
  const one = join();
  const two = join();
  await allowed(one, 1);
  const waiting = allowed(two, 100);
  server.leave(one.channel);
  expect(await waiting).toBeLessThanOrEqual(99);
});

it('sends nothing for disabled policies', async () => {
  expect(await allowed(join([{ ...minute, quota: 0 }]), 10)).toBe(10);
  expect(messages).toBe(0);
});

it('forgets leases whose windows have ended', async () => {
  const one = join();
  for (let n = 0; n < 100; n += 1) await allowed(one, 1, `key ${n}`);
  now += 120_000;
  await allowed(one, 1, 'one');
  const { leases } = one.limiter as unknown as { leases: Map<string, unknown> };
  const { limiters } = server as unknown as {
    limiters: Map<string, { sharing: Map<string, unknown>; limiter: { windows: { size: number }[] } }>;
  };
  expect(leases.size).toBe(1);
  expect(limiters.get('requests')?.sharing.size).toBe(2);
  expect(limiters.get('requests')?.limiter.windows[0]?.size).toBe(1);
});
