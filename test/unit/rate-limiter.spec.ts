import { rateLimitHeaders, tightest } from '../../src/rate-limits/rate-limit-headers.js';
import { RateLimiter } from '../../src/rate-limits/rate-limiter.js';

const minute = { name: 'burst', quota: 3, windowMs: 60_000 };
const hour = { name: 'sustained', quota: 5, windowMs: 3_600_000 };

let now: number;
beforeEach(() => {
  now = 1_000_000;
});
const limiter = (...policies: (typeof minute)[]) => new RateLimiter(policies, () => now);

it('allows the quota in a window that starts with the first request', () => {
  const limits = limiter(minute);
  expect([1, 2, 3, 4].map(() => limits.take('a').allowed)).toEqual([true, true, true, false]);
  now += 59_999;
  expect(limits.take('a')).toMatchObject({ allowed: false, allowances: [{ remaining: 0, resetMs: 1 }] });
  now += 1;
  expect(limits.take('a')).toMatchObject({ allowed: true, allowances: [{ remaining: 2, resetMs: 60_000 }] });
});

it('counts each key by itself', () => {
  const limits = limiter(minute);
  for (const _ of [1, 2, 3, 4]) limits.take('a');
  expect(limits.take('b').allowed).toBe(true);
});

it('counts what is refused against nothing', () => {
  const limits = limiter(minute, hour);
  for (let n = 0; n < 10; n += 1) limits.take('a');
  now += 60_000;
  expect([1, 2, 3].map(() => limits.take('a').allowed)).toEqual([true, true, false]);
  expect(limits.take('a').allowances.map(({ remaining }) => remaining)).toEqual([1, 0]);
});

it('has no policy with a quota of 0', () => {
  const limits = limiter({ ...minute, quota: 0 });
  for (let n = 0; n < 10; n += 1) expect(limits.take('a')).toEqual({ allowed: true, allowances: [] });
  expect(rateLimitHeaders([], now)).toEqual({});
});

it('forgets windows that are over', () => {
  const limits = limiter(minute);
  for (let n = 0; n < 1000; n += 1) limits.take(`key ${n}`);
  now += 120_000;
  limits.take('one');
  const { windows } = limits as unknown as { windows: { size: number }[] };
  expect(windows[0]?.size).toBe(1);
});

it('shows the policy that runs out first', () => {
  const limits = limiter(minute, hour);
  for (const _ of [1, 2, 3]) limits.take('a');
  const { allowances } = limits.take('a');
  expect(tightest(allowances)?.policy.name).toBe('burst');
  expect(rateLimitHeaders(allowances, now)).toEqual({
    'ratelimit-policy': '"burst";q=3;w=60, "sustained";q=5;w=3600',
    ratelimit: '"burst";r=0;t=60',
    'x-ratelimit-limit': '3',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '1060',
  });
});
