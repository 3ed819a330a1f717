/**
 * Allows `quota` requests per key in each fixed window. A window starts with the first request of its key.
 */
export interface RateLimitPolicy {
  name: string;
  quota: number;
  windowMs: number;
}

/** The current window of one key. */
export interface RateLimitWindow {
  /** The start time in Unix milliseconds. */
  start: number;
  /** Requests counted in the window, here and in other workers. */
  used: number;
  /** The part of `used` that has not been sent to the other workers. */
  unsent: number;
}

/** Requests of one key in the window that started at `start` (Unix milliseconds). */
export type KeyUsage = readonly [key: string, start: number, used: number];

/** The windows of one policy, by key. */
export class RateLimitWindows {
  private readonly byKey = new Map<string, RateLimitWindow>();

  constructor(private readonly windowMs: number) {}

  get size(): number {
    return this.byKey.size;
  }

  /** Returns the window of the key at `now`, and starts a new one if none is running. */
  current(key: string, now: number): RateLimitWindow {
    const window = this.byKey.get(key);
    if (window && now - window.start < this.windowMs) return window;
    const fresh = { start: now, used: 0, unsent: 0 };
    this.byKey.set(key, fresh);
    return fresh;
  }

  /**
   * Adds usage counted in another process. Overlapping windows are merged into one, which starts at the
   * earlier start time.
   */
  add([key, start, used]: KeyUsage): void {
    const window = this.byKey.get(key);
    if (!window || window.used === 0 || start >= window.start + this.windowMs)
      this.byKey.set(key, { start, used, unsent: 0 });
    else if (window.start < start + this.windowMs) {
      window.start = Math.min(window.start, start);
      window.used += used;
    }
  }

  /** Returns the usage in all windows that are running at `now`. */
  usageAt(now: number): KeyUsage[] {
    const running = [...this.byKey].filter(([, { start }]) => now - start < this.windowMs);
    return running.map(([key, { start, used }]) => [key, start, used]);
  }

  deleteExpired(now: number): void {
    for (const [key, window] of this.byKey) if (now - window.start >= this.windowMs) this.byKey.delete(key);
  }
}
