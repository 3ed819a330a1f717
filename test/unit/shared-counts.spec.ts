import { CountsRelay } from '../../src/rate-limits/counts-relay.js';
import { RateLimiter } from '../../src/rate-limits/rate-limiter.js';
import { SharedCounts, type Later } from '../../src/rate-limits/shared-counts.js';
import type { Channel } from '../../src/common/channel.js';
import { channelPair } from '../support/fake-channel.js';

const minute = { name: 'burst', quota: 10, windowMs: 60_000 };
const hour = { name: 'sustained', quota: 15, windowMs: 3_600_000 };
/** From a use in one worker until all the others know of it. */
const lagMs = 125;

let now: number;
let due: { at: number; run: () => void }[];
let relay: CountsRelay;
let messages: number;

beforeEach(() => {
  now = 1_000_000;
  due = [];
  messages = 0;
  relay = new CountsRelay(() => now, later);
});

const later: Later = (run, ms) => void due.push({ at: now + ms, run });

/** Lets the time pass, and what is due in it happen. */
function pass(ms: number): void {
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

function join(policies = [minute]): { limits: RateLimiter; channel: Channel } {
  const [primary, worker] = channelPair();
  const counted: Channel = {
    ...worker,
    send: (topic, content) => {
      messages += 1;
      return worker.send(topic, content);
    },
  };
  relay.join(primary);
  return { limits: new RateLimiter(policies, () => now, new SharedCounts(counted, later)), channel: primary };
}

const allowed = (limits: RateLimiter, times: number, key = 'a') =>
  Array.from({ length: times }, () => limits.take(key).allowed).filter(Boolean).length;

it('adds up what all workers allow', () => {
  const [one, two, three] = [join().limits, join().limits, join().limits];
  expect([allowed(one, 4), allowed(two, 3)]).toEqual([4, 3]);
  pass(lagMs);
  for (const limits of [one, two, three]) expect(limits.peek('a').allowances[0]?.remaining).toBe(3);
  expect(allowed(three, 20)).toBe(3);
  pass(lagMs);
  for (const limits of [one, two, three]) expect(allowed(limits, 20)).toBe(0);
  expect(allowed(one, 1, 'b')).toBe(1);
});

it('allows no more than the quota of a key that takes its time, and of a hasty one what one interval lets through', () => {
  const [one, two] = [join().limits, join().limits];
  let slow = 0;
  for (let n = 0; n < 40; n += 1) {
    slow += allowed(n % 2 ? one : two, 1, 'slow');
    pass(lagMs);
  }
  expect(slow).toBe(10);
  let hasty = allowed(one, 50, 'hasty') + allowed(two, 50, 'hasty');
  expect(hasty).toBe(20);
  pass(lagMs);
  hasty += allowed(one, 50, 'hasty') + allowed(two, 50, 'hasty');
  expect(hasty).toBe(20);
  expect(one.take('hasty').allowances[0]?.remaining).toBe(0);
});

it('has one window for all, which starts with the first use anywhere', () => {
  const [one, two] = [join().limits, join().limits];
  two.peek('a'); // starts nothing
  pass(10_000);
  one.take('a');
  pass(50);
  two.take('a');
  pass(lagMs);
  const left = (limits: RateLimiter) => limits.peek('a').allowances[0];
  expect(left(one)).toMatchObject({ remaining: 8, resetMs: 60_000 - 175 });
  expect(left(two)).toEqual(left(one));
  pass(60_000 - 175);
  expect(allowed(two, 1)).toBe(1);
  pass(lagMs);
  expect(left(one)).toMatchObject({ remaining: 9, resetMs: 60_000 - lagMs });
});

it('leaves uses of a window that is over out of the next one', () => {
  const [one, two] = [join().limits, join().limits];
  two.take('a');
  pass(lagMs);
  pass(60_000 - lagMs - 20);
  one.take('a');
  pass(20);
  two.take('a');
  pass(lagMs);
  expect(two.peek('a').allowances[0]).toMatchObject({ remaining: 9 });
});

it('counts each policy by itself', () => {
  const [one, two] = [join([minute, hour]).limits, join([minute, hour]).limits];
  allowed(one, 10);
  pass(60_000);
  expect(allowed(two, 20)).toBe(5);
  pass(lagMs);
  expect(one.take('a').allowances.map(({ remaining }) => remaining)).toEqual([5, 0]);
});

it('sends one message an interval, and none when nothing is used', () => {
  const { limits } = join();
  join();
  const before = messages;
  for (let n = 0; n < 10; n += 1) limits.take(`key ${n % 3}`);
  pass(10_000);
  expect(messages - before).toBe(1);
  allowed(limits, 100, 'key 0');
  pass(100);
  allowed(limits, 100, 'key 0'); // all refused
  pass(10_000);
  expect(messages - before).toBe(2);
});

it('tells a worker that starts later, and nobody twice', () => {
  const one = join();
  allowed(one.limits, 4);
  pass(100); // the primary has it, and has not passed it on
  const two = join().limits;
  pass(lagMs);
  for (const limits of [one.limits, two]) expect(limits.peek('a').allowances[0]?.remaining).toBe(6);
  relay.leave(one.channel);
  expect(allowed(two, 20)).toBe(6);
  pass(lagMs);
  expect(one.limits.peek('a').allowances[0]?.remaining).toBe(6);
});

it('sends nothing for limits that are off', () => {
  const { limits } = join([{ ...minute, quota: 0 }]);
  allowed(limits, 10);
  pass(10_000);
  expect(messages).toBe(0);
});

it('forgets in the primary what is over', () => {
  const { limits } = join();
  for (let n = 0; n < 100; n += 1) limits.take(`key ${n}`);
  pass(120_000);
  limits.take('one');
  pass(lagMs);
  const { windows } = relay as unknown as { windows: Map<string, { size: number }> };
  expect(windows.get('burst')?.size).toBe(1);
});
