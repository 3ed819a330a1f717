import { RateLimitWindows, type RateLimitPolicy, type RateLimitWindow } from './rate-limit-windows.js';

const cleanupIntervalMs = 60_000;

/** The state of one policy for one key or group. */
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

/** What is counted besides the key. */
export interface Consumption {
  /** The group of the key, for policies that count per group. Default: the key. */
  group?: string;
  /** The number of requests or other units, such as bytes. Default: 1. */
  amount?: number;
}

/** A limiter, here or in another process. A result that requires no other process is returned immediately. */
export interface Limiter {
  /**
   * Counts the amount, unless it exceeds what a policy has left. What is rejected is not counted by any
   * policy.
   */
  consume(key: string, consumption?: Consumption): RateLimitResult | Promise<RateLimitResult>;
  /** Checks whether the amount would be allowed, without counting it. */
  peek(key: string, consumption?: Consumption): RateLimitResult | Promise<RateLimitResult>;
}

/** Returns those policies that are not disabled. A quota of 0 disables a policy. */
export const enabledPolicies = (policies: readonly RateLimitPolicy[]) =>
  policies.filter(({ quota }) => quota > 0);

/** Counts requests in fixed windows, in memory. See README.md in this folder. */
export class RateLimiter implements Limiter {
  private readonly policies: readonly RateLimitPolicy[];
  private readonly windows: readonly RateLimitWindows[];
  private nextCleanup = 0;

  /**
   * @param policies the policies, all of which a request must satisfy; a quota of 0 disables a policy
   * @param now returns the time in Unix milliseconds
   */
  constructor(
    policies: readonly RateLimitPolicy[],
    private readonly now: () => number = Date.now,
  ) {
    this.policies = enabledPolicies(policies);
    this.windows = this.policies.map(({ windowMs }) => new RateLimitWindows(windowMs));
  }

  consume(key: string, { group = key, amount = 1 }: Consumption = {}): RateLimitResult {
    const now = this.now();
    const current = this.windowsOf(key, group, now);
    const allowed = this.remainingIn(current) >= amount;
    if (allowed) for (const window of current) add(window, amount, now);
    return { allowed, statuses: this.statusesOf(current, now) };
  }

  peek(key: string, { group = key, amount = 1 }: Consumption = {}): RateLimitResult {
    const now = this.now();
    const current = this.windowsOf(key, group, now);
    return { allowed: this.remainingIn(current) >= amount, statuses: this.statusesOf(current, now) };
  }

  /**
   * Counts up to `most` units, as far as every policy has them left.
   * @param most receives the number of units left, and returns how many to count at most
   * @returns the number counted, and the windows
   */
  reserve(
    key: string,
    group: string,
    most: (remaining: number) => number,
  ): { amount: number; windows: readonly Readonly<RateLimitWindow>[] } {
    const now = this.now();
    const windows = this.windowsOf(key, group, now);
    const remaining = Math.max(0, this.remainingIn(windows));
    const amount = Math.min(remaining, most(remaining));
    if (amount > 0) for (const window of windows) add(window, amount, now);
    return { amount, windows };
  }

  /** Undoes the count of `amount` units in those windows that still run. @param starts as in `reserve` */
  refund(key: string, group: string, amount: number, starts: readonly number[]): void {
    for (const [index, window] of this.windowsOf(key, group, this.now()).entries())
      if (window.start === starts[index]) window.used = Math.max(0, window.used - amount);
  }

  private windowsOf(key: string, group: string, now: number): RateLimitWindow[] {
    this.deleteExpired(now);
    return this.windows.map((windows, index) =>
      windows.current(this.policies[index]?.per === 'group' ? group : key, now),
    );
  }

  private remainingIn(windows: readonly RateLimitWindow[]): number {
    let remaining = Infinity;
    for (const [index, { used }] of windows.entries())
      remaining = Math.min(remaining, (this.policies[index]?.quota ?? 0) - used);
    return remaining;
  }

  private statusesOf(windows: readonly RateLimitWindow[], now: number): RateLimitStatus[] {
    return windows.map((window, index) => statusOf(this.policies[index] as RateLimitPolicy, window, now));
  }

  /** Deletes expired windows, so that memory usage stays proportional to the number of keys in use. */
  private deleteExpired(now: number): void {
    if (now < this.nextCleanup) return;
    this.nextCleanup = now + cleanupIntervalMs;
    for (const windows of this.windows) windows.deleteExpired(now);
  }
}

/** A window without requests, such as one created by `peek`, starts with its first request. */
function add(window: RateLimitWindow, amount: number, now: number): void {
  if (window.used === 0) window.start = now;
  window.used += amount;
}

export const statusOf = (
  policy: RateLimitPolicy,
  { start, used }: RateLimitWindow,
  now: number,
): RateLimitStatus => ({
  policy,
  remaining: Math.max(0, policy.quota - used),
  resetMs: Math.max(0, start + policy.windowMs - now),
});
