import { UsageRelay } from '../../src/rate-limits/usage-relay.js';
import { RateLimiter } from '../../src/rate-limits/rate-limiter.js';
import { UsageSync, type Schedule } from '../../src/rate-limits/usage-sync.js';
import type { Channel } from '../../src/common/channel.js';
import { channelPair } from '../support/fake-channel.js';

const minute = { name: 'burst', quota: 10, windowMs: 60_000 };
const hour = { name: 'sustained', quota: 15, windowMs: 3_600_000 };
/** The time from a request in one worker until all others have counted it. */
const syncMs = 125;

let now: number;
let due: { at: number; run: () => void }[];
let relay: UsageRelay;
let messages: number;

beforeEach(() => {
  now = 1_000_000;
  due = [];
  messages = 0;
  relay = new UsageRelay(() => now, schedule);
});

const schedule: Schedule = (run, delayMs) => void due.push({ at: now + delayMs, run });

/** Advances the clock and runs the callbacks that become due. */
function advance(ms: number): void {
  const end = now + ms;
  for (;;) {
    const next = due.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
    if (!next) break;
    due.splice(due.indexOf(next), 1);
    now = Math.max(now, next.at);
    next.run();
  }
  now = end;
}

function join(policies = [minute]): { limiter: RateLimiter; channel: Channel } {
  const [primary, worker] = channelPair();
  const counted: Channel = {
    ...worker,
    send: (topic, content) => {
      messages += 1;
      return worker.send(topic, content);
    },
  };
  relay.join(primary);
  return {
    limiter: new RateLimiter(policies, () => now, new UsageSync(counted, schedule)),
    channel: primary,
  };
}

const allowed = (limiter: RateLimiter, times: number, key = 'a') =>
  Array.from({ length: times }, () => limiter.consume(key).allowed).filter(Boolean).length;

it('adds up the usage of all workers', () => {
  const [one, two, three] = [join().limiter, join().limiter, join().limiter];
  expect([allowed(one, 4), allowed(two, 3)]).toEqual([4, 3]);
  advance(syncMs);
  for (const limiter of [one, two, three]) expect(limiter.peek('a').statuses[0]?.remaining).toBe(3);
  expect(allowed(three, 20)).toBe(3);
  advance(syncMs);
  for (const limiter of [one, two, three]) expect(allowed(limiter, 20)).toBe(0);
  expect(allowed(one, 1, 'b')).toBe(1);
});

it('enforces the quota of a slow key, and lets a fast key exceed it only within one sync interval', () => {
  const [one, two] = [join().limiter, join().limiter];
  let slowAllowed = 0;
  for (let n = 0; n < 40; n += 1) {
    slowAllowed += allowed(n % 2 ? one : two, 1, 'slow');
    advance(syncMs);
  }
  expect(slowAllowed).toBe(10);
  let fastAllowed = allowed(one, 50, 'fast') + allowed(two, 50, 'fast');
  expect(fastAllowed).toBe(20);
  advance(syncMs);
  fastAllowed += allowed(one, 50, 'fast') + allowed(two, 50, 'fast');
  expect(fastAllowed).toBe(20);
  expect(one.consume('fast').statuses[0]?.remaining).toBe(0);
});

it('shares one window, which starts with the first request in any worker', () => {
  const [one, two] = [join().limiter, join().limiter];
  two.peek('a'); // starts no window
  advance(10_000);
  one.consume('a');
  advance(50);
  two.consume('a');
  advance(syncMs);
  const statusOf = (limiter: RateLimiter) => limiter.peek('a').statuses[0];
  expect(statusOf(one)).toMatchObject({ remaining: 8, resetMs: 60_000 - 175 });
  expect(statusOf(two)).toEqual(statusOf(one));
  advance(60_000 - 175);
  expect(allowed(two, 1)).toBe(1);
  advance(syncMs);
  expect(statusOf(one)).toMatchObject({ remaining: 9, resetMs: 60_000 - syncMs });
});

it('does not count usage of an expired window in the next one', () => {
  const [one, two] = [join().limiter, join().limiter];
  two.consume('a');
  advance(syncMs);
  advance(60_000 - syncMs - 20);
  one.consume('a');
  advance(20);
  two.consume('a');
  advance(syncMs);
  expect(two.peek('a').statuses[0]).toMatchObject({ remaining: 9 });
});

it('counts each policy separately', () => {
  const [one, two] = [join([minute, hour]).limiter, join([minute, hour]).limiter];
  allowed(one, 10);
  advance(60_000);
  expect(allowed(two, 20)).toBe(5);
  advance(syncMs);
  expect(one.consume('a').statuses.map(({ remaining }) => remaining)).toEqual([5, 0]);
});

it('sends one message per interval, and none without usage', () => {
  const { limiter } = join();
  join();
  const before = messages;
  for (let n = 0; n < 10; n += 1) limiter.consume(`key ${n % 3}`);
  advance(10_000);
  expect(messages - before).toBe(1);
  allowed(limiter, 100, 'key 0');
  advance(100);
  allowed(limiter, 100, 'key 0'); // all rejected
  advance(10_000);
  expect(messages - before).toBe(2);
});

it('sends the totals to a worker that starts later, and nothing twice', () => {
  const one = join();
  allowed(one.limiter, 4);
  advance(100); // the primary has received it, but not relayed it
  const two = join().limiter;
  advance(syncMs);
  for (const limiter of [one.limiter, two]) expect(limiter.peek('a').statuses[0]?.remaining).toBe(6);
  relay.leave(one.channel);
  expect(allowed(two, 20)).toBe(6);
  advance(syncMs);
  expect(one.limiter.peek('a').statuses[0]?.remaining).toBe(6);
});

it('sends nothing for disabled policies', () => {
  const { limiter } = join([{ ...minute, quota: 0 }]);
  allowed(limiter, 10);
  advance(10_000);
  expect(messages).toBe(0);
});

it('deletes expired windows in the primary', () => {
  const { limiter } = join();
  for (let n = 0; n < 100; n += 1) limiter.consume(`key ${n}`);
  advance(120_000);
  limiter.consume('one');
  advance(syncMs);
  const { windows } = relay as unknown as { windows: Map<string, { size: number }> };
  expect(windows.get('burst')?.size).toBe(1);
});
