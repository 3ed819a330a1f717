import type { RawRow } from '../../../sql/transaction.js';
import type { RetrySchedule } from './retry-schedule.js';

/** After this many failures in a row, nothing is sent for a while. */
const failuresUntilOpen = 10;
/** A response that takes longer is slow. */
const slowMs = 2_000;

/**
 * What the attempts to reach an endpoint have shown; stored with its lane. The circuit breaker is `closed` while
 * deliveries are sent, `open` while none is, and `probing` while a single one is sent to see whether the endpoint works
 * again.
 */
export interface LaneHealth {
  readonly breaker: 'closed' | 'open' | 'probing';
  /** Failures since the last success. */
  readonly failures: number;
  /** Time of the first of them in Unix milliseconds; null if there is none. */
  readonly failingSince: number | null;
  /** For how long an open breaker stays open, from the attempt that has opened it; null if it is not open. */
  readonly openMs: number | null;
  /** Whether the last response was slow. */
  readonly slow: boolean;
}

/** Columns of a lane, in the order of `toHealth`. */
export const healthColumns = (alias = '') =>
  `${alias}breaker, ${alias}failures, (extract(epoch FROM ${alias}failing_since) * 1000)::bigint, ${alias}slow,
   greatest(0, extract(epoch FROM ${alias}open_until - now()) * 1000)::bigint`;

/** Converts the columns `healthColumns`. */
export const toHealth = ([breaker, failures, failingSince, slow, openMs]: RawRow): LaneHealth => ({
  breaker: breaker as LaneHealth['breaker'],
  failures: Number(failures),
  failingSince: failingSince ? Number(failingSince) : null,
  slow: slow === 't',
  openMs: openMs ? Number(openMs) : null,
});

export const isHealthy = ({ failures, slow }: LaneHealth): boolean => failures === 0 && !slow;

/** Returns the health of a lane after an attempt has succeeded. */
export const afterSuccess = (durationMs: number): LaneHealth => ({
  breaker: 'closed',
  failures: 0,
  failingSince: null,
  openMs: null,
  slow: durationMs > slowMs,
});

/** Returns the health of a lane after an attempt has failed at the time `at`, in Unix milliseconds. */
export function afterFailure(
  health: LaneHealth,
  { at, durationMs }: { at: number; durationMs: number },
  schedule: RetrySchedule,
): LaneHealth {
  const failures = health.failures + 1;
  const failed = {
    ...health,
    failures,
    failingSince: health.failingSince ?? at,
    slow: durationMs > slowMs,
  };
  // The result of a request that began before the breaker opened.
  if (health.breaker === 'open' || failures < failuresUntilOpen) return failed;
  return { ...failed, breaker: 'open', openMs: schedule.pauseMs(failures - failuresUntilOpen) };
}

/**
 * Returns whether the endpoint of a lane must be disabled, or its team warned.
 * @param now Unix milliseconds
 * @param disableAfterMs time without a success until the endpoint is disabled, 0 for never; the warning comes at half
 */
export function verdictOn(
  { failingSince }: Pick<LaneHealth, 'failingSince'>,
  now: number,
  disableAfterMs: number,
): 'disable' | 'warn' | 'continue' {
  if (failingSince === null || disableAfterMs === 0) return 'continue';
  const failingMs = now - failingSince;
  if (failingMs >= disableAfterMs) return 'disable';
  return failingMs >= disableAfterMs / 2 ? 'warn' : 'continue';
}
