import type { SharedCounts } from './shared-counts.js';
import { Windows, type Policy, type Window } from './rate-limit-window.js';

/** What is left of a policy for one key. */
export interface Allowance {
  policy: Policy;
  remaining: number;
  /** Milliseconds until the window starts anew. */
  resetMs: number;
}

/** Counts requests by key in fixed windows, in memory. A key's window starts with its first request. */
export class RateLimiter {
  private readonly policies: readonly Policy[];
  private readonly windows: readonly Windows[];
  private nextSweep = 0;

  /**
   * Policies with a quota of 0 are off.
   * @param shared tells the other workers what is used here, and adds what is used there.
   */
  constructor(
    policies: readonly Policy[],
    private readonly now: () => number = Date.now,
    private readonly shared?: SharedCounts,
  ) {
    this.policies = policies.filter((policy) => policy.quota > 0);
    this.windows = this.policies.map(({ windowMs }) => new Windows(windowMs));
    shared?.follow(this.policies, this.windows);
  }

  /** Uses one request of the key up, unless a policy is exhausted. */
  take(key: string): { allowed: boolean; allowances: Allowance[] } {
    return this.ask(key, true);
  }

  /** Whether one more request of the key would be allowed; uses none up. */
  peek(key: string): { allowed: boolean; allowances: Allowance[] } {
    return this.ask(key, false);
  }

  private ask(key: string, uses: boolean): { allowed: boolean; allowances: Allowance[] } {
    const now = this.now();
    this.sweep(now);
    const current = this.windows.map((windows) => windows.at(key, now));
    const allowed = this.policies.every((policy, index) => (current[index]?.used ?? 0) < policy.quota);
    if (allowed && uses) {
      for (const window of current) use(window, now);
      this.shared?.note(key, current);
    }
    const allowances = current.map((window, index) =>
      allowanceOf(this.policies[index] as Policy, window, now),
    );
    return { allowed, allowances };
  }

  /** Forgets windows that are over, once a minute, so that memory follows the keys in use. */
  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + 60_000;
    for (const windows of this.windows) windows.sweep(now);
  }
}

/** A window that was only looked at starts now. */
function use(window: Window, now: number): void {
  if (window.used === 0) window.start = now;
  window.used += 1;
}

/** What other workers allowed at the same time may exceed the quota. */
const allowanceOf = (policy: Policy, window: Window, now: number): Allowance => ({
  policy,
  remaining: Math.max(0, policy.quota - window.used),
  resetMs: window.start + policy.windowMs - now,
});
