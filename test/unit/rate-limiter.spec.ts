import { rateLimitHeaders, mostRestrictive } from '../../src/rate-limits/rate-limit-headers.js';
import { RateLimiter } from '../../src/rate-limits/rate-limiter.js';

const minute = { name: 'burst', quota: 3, windowMs: 60_000 };
const hour = { name: 'sustained', quota: 5, windowMs: 3_600_000 };

let now: number;
beforeEach(() => {
  now = 1_000_000;
});
const createLimiter = (...policies: (typeof minute)[]) => new RateLimiter(policies, () => now);

it('allows the quota in a window that starts with the first request', () => {
  const limiter = createLimiter(minute);
  expect([1, 2, 3, 4].map(() => limiter.consume('a').allowed)).toEqual([true, true, true, false]);
  now += 59_999;
  expect(limiter.consume('a')).toMatchObject({ allowed: false, statuses: [{ remaining: 0, resetMs: 1 }] });
  now += 1;
  expect(limiter.consume('a')).toMatchObject({
    allowed: true,
    statuses: [{ remaining: 2, resetMs: 60_000 }],
  });
});

it('counts each key separately', () => {
  const limiter = createLimiter(minute);
  for (const _ of [1, 2, 3, 4]) limiter.consume('a');
  expect(limiter.consume('b').allowed).toBe(true);
});

it('does not count rejected requests', () => {
  const limiter = createLimiter(minute, hour);
  for (let n = 0; n < 10; n += 1) limiter.consume('a');
  now += 60_000;
  expect([1, 2, 3].map(() => limiter.consume('a').allowed)).toEqual([true, true, false]);
  expect(limiter.consume('a').statuses.map(({ remaining }) => remaining)).toEqual([1, 0]);
});

it('ignores a policy with a quota of 0', () => {
  const limiter = createLimiter({ ...minute, quota: 0 });
  for (let n = 0; n < 10; n += 1) expect(limiter.consume('a')).toEqual({ allowed: true, statuses: [] });
  expect(rateLimitHeaders([], now)).toEqual({});
});

it('deletes expired windows', () => {
  const limiter = createLimiter(minute);
  for (let n = 0; n < 1000; n += 1) limiter.consume(`key ${n}`);
  now += 120_000;
  limiter.consume('one');
  const { windows } = limiter as unknown as { windows: { size: number }[] };
  expect(windows[0]?.size).toBe(1);
});

it('reports the policy with the fewest requests left', () => {
  const limiter = createLimiter(minute, hour);
  for (const _ of [1, 2, 3]) limiter.consume('a');
  const { statuses } = limiter.consume('a');
  expect(mostRestrictive(statuses)?.policy.name).toBe('burst');
  expect(rateLimitHeaders(statuses, now)).toEqual({
    'ratelimit-policy': '"burst";q=3;w=60, "sustained";q=5;w=3600',
    ratelimit: '"burst";r=0;t=60',
    'x-ratelimit-limit': '3',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '1060',
  });
});
