/** A limit of `quota` requests in `windowMs`, counted from the first request of a key. */
export interface Policy {
  name: string;
  quota: number;
  windowMs: number;
}

/** What is left of a policy for one key. */
export interface Allowance {
  policy: Policy;
  remaining: number;
  /** Milliseconds until the window starts anew. */
  resetMs: number;
}

interface Window {
  start: number;
  used: number;
}

/** Counts requests by key in fixed windows, in memory. A key's window starts with its first request. */
export class RateLimiter {
  private readonly windows: Map<string, Window>[];
  private nextSweep = 0;

  /** Policies with a quota of 0 are off. */
  constructor(
    private readonly policies: readonly Policy[],
    private readonly now: () => number = Date.now,
  ) {
    this.policies = policies.filter((policy) => policy.quota > 0);
    this.windows = this.policies.map(() => new Map());
  }

  /** Uses one request of the key up, unless a policy is exhausted. */
  take(key: string): { allowed: boolean; allowances: Allowance[] } {
    return this.use(key, 1);
  }

  /** Whether one more request of the key would be allowed; uses none up. */
  peek(key: string): { allowed: boolean; allowances: Allowance[] } {
    return this.use(key, 0);
  }

  private use(key: string, count: 0 | 1): { allowed: boolean; allowances: Allowance[] } {
    const now = this.now();
    this.sweep(now);
    const current = this.policies.map((policy, index) => this.windowOf(index, policy, key, now));
    const allowed = this.policies.every((policy, index) => (current[index]?.used ?? 0) < policy.quota);
    if (allowed) for (const window of current) window.used += count;
    const allowances = current.map((window, index) =>
      allowanceOf(this.policies[index] as Policy, window, now),
    );
    return { allowed, allowances };
  }

  private windowOf(index: number, policy: Policy, key: string, now: number): Window {
    const windows = this.windows[index] as Map<string, Window>;
    const known = windows.get(key);
    if (known && now - known.start < policy.windowMs) return known;
    const fresh = { start: now, used: 0 };
    windows.set(key, fresh);
    return fresh;
  }

  /** Forgets windows that are over, once a minute, so that memory follows the keys in use. */
  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + 60_000;
    this.policies.forEach((policy, index) => {
      for (const [key, window] of this.windows[index] ?? [])
        if (now - window.start >= policy.windowMs) this.windows[index]?.delete(key);
    });
  }
}

const allowanceOf = (policy: Policy, window: Window, now: number): Allowance => ({
  policy,
  remaining: policy.quota - window.used,
  resetMs: window.start + policy.windowMs - now,
});
