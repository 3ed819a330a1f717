import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Limiter } from '../../rate-limits/rate-limiter.js';

/**
 * Limits the database queries for keys that are not known to exist. Each can turn out to be a failed attempt, so
 * an address gets only as many at a time as it has attempts left, and none once it has used them up. Further ones wait
 * for the result of those that are running.
 */
export class KeyLookups {
  private readonly running = new Map<string, Set<Promise<unknown>>>();

  /** @param failures counts the failed attempts of each client address */
  constructor(private readonly failures: Limiter) {}

  /** Resolves like `lookUp`; to undefined, without calling it, if the address has no attempts left. */
  async run<T>(address: string, lookUp: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      const { allowed, statuses } = await this.failures.peek(address);
      if (!allowed) return undefined;
      const running = this.running.get(address);
      if (!running || running.size < (statuses[0]?.remaining ?? Infinity)) break;
      await Promise.race(running);
    }
    const lookup = lookUp();
    this.track(address, lookup);
    return lookup;
  }

  private track(address: string, lookup: Promise<unknown>): void {
    const running = this.running.get(address) ?? new Set();
    this.running.set(address, running);
    const ended = this.untilCounted(lookup).finally(() => {
      running.delete(ended);
      if (running.size === 0 && this.running.get(address) === running) this.running.delete(address);
    });
    running.add(ended);
  }

  /** Resolves in the turn after the lookup, because the caller counts a failure in the turn of the lookup itself. */
  private async untilCounted(lookup: Promise<unknown>): Promise<void> {
    await lookup.catch(() => undefined);
    await nextTurn();
  }
}
