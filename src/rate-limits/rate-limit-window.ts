/** A limit of `quota` requests in `windowMs`, counted from the first request of a key. */
export interface Policy {
  name: string;
  quota: number;
  windowMs: number;
}

/** The time in which a key's uses are counted together. */
export interface Window {
  /** Unix milliseconds. */
  start: number;
  used: number;
  /** Those of `used` that the other workers do not know of. */
  untold: number;
}

/** Uses of one key in the window that started at `start`, in Unix milliseconds. */
export type Uses = readonly [key: string, start: number, used: number];

/** The windows of one policy, by key. A key's window starts with its first use. */
export class Windows {
  private readonly byKey = new Map<string, Window>();

  constructor(private readonly windowMs: number) {}

  get size(): number {
    return this.byKey.size;
  }

  /** The window of the key that runs at `now`. */
  at(key: string, now: number): Window {
    const known = this.byKey.get(key);
    if (known && now - known.start < this.windowMs) return known;
    const fresh = { start: now, used: 0, untold: 0 };
    this.byKey.set(key, fresh);
    return fresh;
  }

  /** Adds uses that were counted elsewhere. Windows that overlap are one, which started when the first of them did. */
  add([key, start, used]: Uses): void {
    const known = this.byKey.get(key);
    if (!known || known.used === 0 || start >= known.start + this.windowMs)
      this.byKey.set(key, { start, used, untold: 0 });
    else if (known.start < start + this.windowMs) {
      known.start = Math.min(known.start, start);
      known.used += used;
    }
  }

  /** All uses that are counted at `now`. */
  running(now: number): Uses[] {
    const running = [...this.byKey].filter(([, { start }]) => now - start < this.windowMs);
    return running.map(([key, { start, used }]) => [key, start, used]);
  }

  /** Forgets windows that are over. */
  sweep(now: number): void {
    for (const [key, window] of this.byKey) if (now - window.start >= this.windowMs) this.byKey.delete(key);
  }
}
