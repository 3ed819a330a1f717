import type { UsageSync } from './usage-sync.js';
import { RateLimitWindows, type RateLimitPolicy, type RateLimitWindow } from './rate-limit-windows.js';

const cleanupIntervalMs = 60_000;

/** The state of one policy for one key. */
export interface RateLimitStatus {
  policy: RateLimitPolicy;
  /** The number of requests remaining in the current window; never negative. */
  remaining: number;
  /** Milliseconds until the current window ends. */
  resetMs: number;
}

export interface RateLimitResult {
  allowed: boolean;
  /** One entry per policy, in the order of the policies. */
  statuses: RateLimitStatus[];
}

/** Counts requests by key in fixed windows, in memory. See README.md in this folder. */
export class RateLimiter {
  private readonly policies: readonly RateLimitPolicy[];
  private readonly windows: readonly RateLimitWindows[];
  private nextCleanup = 0;

  /**
   * @param policies the policies, all of which a request must satisfy; a quota of 0 disables a policy
   * @param now returns the time in Unix milliseconds
   * @param sync shares usage with other worker processes; omitted if there is only one process
   */
  constructor(
    policies: readonly RateLimitPolicy[],
    private readonly now: () => number = Date.now,
    private readonly sync?: UsageSync,
  ) {
    this.policies = policies.filter((policy) => policy.quota > 0);
    this.windows = this.policies.map(({ windowMs }) => new RateLimitWindows(windowMs));
    sync?.start(this.policies, this.windows);
  }

  /**
   * Counts one request of the key, unless the quota of a policy is exhausted. Rejected requests are not
   * counted.
   */
  consume(key: string): RateLimitResult {
    return this.check(key, { consumes: true });
  }

  /** Checks whether one more request of the key would be allowed, without counting a request. */
  peek(key: string): RateLimitResult {
    return this.check(key, { consumes: false });
  }

  private check(key: string, { consumes }: { consumes: boolean }): RateLimitResult {
    const now = this.now();
    this.deleteExpired(now);
    const current = this.windows.map((windows) => windows.current(key, now));
    const allowed = this.policies.every((policy, index) => (current[index]?.used ?? 0) < policy.quota);
    if (allowed && consumes) {
      for (const window of current) increment(window, now);
      this.sync?.recordUse(key, current);
    }
    const statuses = current.map((window, index) =>
      statusOf(this.policies[index] as RateLimitPolicy, window, now),
    );
    return { allowed, statuses };
  }

  /** Deletes expired windows, so that memory usage stays proportional to the number of keys in use. */
  private deleteExpired(now: number): void {
    if (now < this.nextCleanup) return;
    this.nextCleanup = now + cleanupIntervalMs;
    for (const windows of this.windows) windows.deleteExpired(now);
  }
}

/**
 * Counts one request. A window without requests, such as one created by `peek`, starts with its first
 * request.
 */
function increment(window: RateLimitWindow, now: number): void {
  if (window.used === 0) window.start = now;
  window.used += 1;
}

/**
 * Returns the status of a window. `used` can exceed the quota if several workers allow requests at the same
 * time.
 */
const statusOf = (policy: RateLimitPolicy, window: RateLimitWindow, now: number): RateLimitStatus => ({
  policy,
  remaining: Math.max(0, policy.quota - window.used),
  resetMs: window.start + policy.windowMs - now,
});
