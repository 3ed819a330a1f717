/**
 * A cache. Entries expire `ttlMs` after they were set, and the oldest is removed when `maxEntries` is
 * reached.
 */
export class ExpiringMap<T> {
  private readonly entries = new Map<string, { value: T; expiresAtMs: number }>();

  constructor(
    private readonly maxEntries: number,
    private readonly ttlMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    return entry && entry.expiresAtMs > this.nowMs() ? entry.value : undefined;
  }

  set(key: string, value: T): void {
    this.entries.delete(key);
    // A Map iterates in insertion order, so the first key is the oldest.
    const [oldest] = this.entries.keys();
    if (oldest !== undefined && this.entries.size >= this.maxEntries) this.entries.delete(oldest);
    this.entries.set(key, { value, expiresAtMs: this.nowMs() + this.ttlMs });
  }

  clear(): void {
    this.entries.clear();
  }
}
