import {
  afterFailure,
  afterSuccess,
  verdictOn,
  type LaneHealth,
} from '../../src/webhooks/delivery/rules/lane-health.js';
import { RequestSlots } from '../../src/webhooks/delivery/rules/request-slots.js';
import { parseRetryAfter, RetrySchedule } from '../../src/webhooks/delivery/rules/retry-schedule.js';
import { SendRate } from '../../src/webhooks/delivery/rules/send-rate.js';

const defaults = [5, 30, 120, 600, 1800, 7200, 21_600, 43_200].map((seconds) => seconds * 1000);
const exact = new RetrySchedule(defaults, () => 0.5);

describe('the schedule of retries', () => {
  it('has a delay after each failure, until none is left', () => {
    expect(defaults.map((_, index) => exact.nextAttemptMs(index + 1))).toEqual(defaults);
    expect(exact.nextAttemptMs(9)).toBeUndefined();
  });

  it('varies each delay by up to a fifth', () => {
    expect(new RetrySchedule(defaults, () => 0).nextAttemptMs(1)).toBe(4_000);
    expect(new RetrySchedule(defaults, () => 0.999_999).nextAttemptMs(1)).toBe(6_000);
  });

  it('honours what the receiver asks for, from a second to an hour, but not beyond the last attempt', () => {
    expect(exact.nextAttemptMs(1, 90_000)).toBe(90_000);
    expect(exact.nextAttemptMs(1, 0)).toBe(1_000);
    expect(exact.nextAttemptMs(1, 86_400_000)).toBe(3_600_000);
    expect(exact.nextAttemptMs(9, 90_000)).toBeUndefined();
  });

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 28 Nov 2026 00:01:00 GMT', 60_000],
    ['Sat, 28 Nov 2020 00:01:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1e3', undefined],
    [undefined, undefined],
  ])('reads Retry-After: %s', (header, expected) => {
    expect(parseRetryAfter(header, Date.UTC(2026, 10, 28))).toBe(expected);
  });
});

describe('the circuit breaker', () => {
  const failure = { at: 1_000, durationMs: 20 };
  const failing = (times: number, from: LaneHealth = afterSuccess(20)) => {
    let health = from;
    for (let n = 0; n < times; n += 1) health = afterFailure(health, failure, exact);
    return health;
  };

  it('stays closed for nine failures and opens with the tenth', () => {
    expect(failing(9)).toMatchObject({ breaker: 'closed', failures: 9, failingSince: 1_000 });
    expect(failing(10)).toMatchObject({ breaker: 'open', failures: 10, openMs: 30_000 });
  });

  it('opens again after each failed probe, for up to ten minutes', () => {
    const pauses = [30_000, 120_000, 600_000, 600_000, 600_000];
    let health = failing(10);
    for (const pause of pauses) {
      expect(health).toMatchObject({ breaker: 'open', openMs: pause });
      health = failing(1, { ...health, breaker: 'probing' });
    }
  });

  it('stays open as long as before when requests fail that began before it opened', () => {
    expect(failing(3, failing(10))).toMatchObject({ breaker: 'open', failures: 13, openMs: 30_000 });
  });

  it('closes with a success', () => {
    expect(afterSuccess(20)).toEqual({
      breaker: 'closed',
      failures: 0,
      failingSince: null,
      openMs: null,
      slow: false,
    });
    expect(afterSuccess(2_001).slow).toBe(true);
  });

  it('leads to a warning after half of the time, and to the end after all of it', () => {
    const verdict = (ms: number, limit = 1_000) => verdictOn({ failingSince: 5_000 }, 5_000 + ms, limit);
    expect([verdict(499), verdict(500), verdict(999), verdict(1_000)]).toEqual([
      'continue',
      'warn',
      'warn',
      'disable',
    ]);
    expect(verdict(1_000_000, 0)).toBe('continue');
    expect(verdictOn({ failingSince: null }, 1_000_000, 1)).toBe('continue');
  });
});

describe('the places for requests', () => {
  const take = (slots: RequestSlots, count: number, isHealthy: boolean, team = 'team') =>
    Array.from({ length: count }, (_, n) => slots.take(`${team}${n}`, isHealthy)).filter(
      (slot) => slot !== undefined,
    );

  it('are all available to healthy endpoints, half of them to others', () => {
    expect(take(new RequestSlots(16), 100, true)).toHaveLength(16);
    expect(take(new RequestSlots(16), 100, false)).toHaveLength(8);
  });

  it('are available again when a request has ended', () => {
    const slots = new RequestSlots(16);
    const unhealthy = take(slots, 100, false);
    const healthy = take(slots, 100, true);
    for (const slot of [...unhealthy, ...healthy]) slot.release();
    expect(slots.total).toBe(0);
    expect(take(slots, 100, false)).toHaveLength(8);
    expect(take(slots, 100, true)).toHaveLength(8);
  });

  it('are limited to a quarter for each team', () => {
    const slots = new RequestSlots(16);
    const ofOne = Array.from({ length: 10 }, () => slots.take('one', true));
    expect(ofOne.filter(Boolean)).toHaveLength(4);
    expect(slots.take('two', true)).toBeDefined();
    ofOne[0]?.release();
    expect(slots.take('one', true)).toBeDefined();
  });

  it('are left to healthy endpoints while others do not respond, up to four times as many', () => {
    const slots = new RequestSlots(16);
    let total = 0;
    for (let round = 0; round < 10; round += 1) {
      const taken = take(slots, 100, true, `round ${round} `);
      expect(taken.length).toBe(Math.min(round === 0 ? 16 : 8, 64 - total));
      total += taken.length;
      for (const slot of taken) {
        slot.markUnhealthy();
        slot.markUnhealthy();
      }
    }
    expect(slots.total).toBe(64);
    expect(slots.take('late', false)).toBeUndefined();
  });
});

it.each([1, 10, 250])('a rate of %d per second is kept, also after a pause', (perSecond) => {
  let now = 0;
  const rate = new SendRate(perSecond, now);
  const sent: number[] = [];
  while (sent.length < 1_000) {
    const delay = rate.delayMs(now);
    if (delay === 0) {
      rate.take(now);
      sent.push(now);
      if (sent.length === 500) now += 5_000;
    } else now += delay;
  }
  for (const from of sent) {
    const inASecond = sent.filter((at) => at >= from && at < from + 1_000).length;
    expect(inASecond).toBeLessThanOrEqual(perSecond * 1.1 + 1);
  }
  expect(499 / (((sent[499] ?? 0) - (sent[0] ?? 0)) / 1_000)).toBeGreaterThan(perSecond * 0.7);
});
