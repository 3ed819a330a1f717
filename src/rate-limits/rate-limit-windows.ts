/**
 * Allows `quota` requests in each fixed window. A window starts with its first request. Requests are counted
 * for the key that makes them or, with `per: 'group'`, for all keys of its group together.
 */
export interface RateLimitPolicy {
  name: string;
  quota: number;
  windowMs: number;
  per?: 'key' | 'group';
}

/** The current window of one key or group. */
export interface RateLimitWindow {
  /** The start time in Unix milliseconds. */
  start: number;
  /** Requests counted in the window. */
  used: number;
}

/** The windows of one policy, by key or group. */
export class RateLimitWindows {
  private readonly byKey = new Map<string, RateLimitWindow>();

  constructor(private readonly windowMs: number) {}

  get size(): number {
    return this.byKey.size;
  }

  /** Returns the window at `now`, and starts a new one if none is running. */
  current(key: string, now: number): RateLimitWindow {
    const window = this.byKey.get(key);
    if (window && now - window.start < this.windowMs) return window;
    const fresh = { start: now, used: 0 };
    this.byKey.set(key, fresh);
    return fresh;
  }

  deleteExpired(now: number): void {
    for (const [key, window] of this.byKey) if (now - window.start >= this.windowMs) this.byKey.delete(key);
  }
}
