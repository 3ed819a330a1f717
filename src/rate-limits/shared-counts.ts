import type { Channel, Topic } from '../common/channel.js';
import type { Policy, Uses, Window, Windows } from './rate-limit-window.js';

/** Uses of keys under one policy. */
export interface Count {
  policy: string;
  windowMs: number;
  uses: readonly Uses[];
}

/** Uses that the sender has not told of before; both ways. */
export const counts: Topic<readonly Count[]> = { name: 'counts' };
/** A worker asks for all that is used under these policies: it has just started. */
export const countsWanted: Topic<readonly Pick<Count, 'policy' | 'windowMs'>[]> = { name: 'counts wanted' };

/** Calls back in so many milliseconds; does not keep the process alive. */
export type Later = (run: () => void, ms: number) => void;
export const later: Later = (run, ms) => void setTimeout(run, ms).unref();

const batchMs = 100;

/**
 * Makes the limits of one RateLimiter hold across workers. Each worker counts and decides by itself and at once;
 * what was used in 100 ms travels in one message to the primary, which passes it on (see CountsRelay) within
 * 25 ms. A key can therefore exceed its quota by what it sends to the other workers in that eighth of a second,
 * once a window; whatever comes later is refused by all.
 */
export class SharedCounts {
  private policies: readonly Policy[] = [];
  private windows: readonly Windows[] = [];
  /** For each policy, the windows that were used since the last batch. */
  private used: [key: string, window: Window][][] = [];
  private isDue = false;

  constructor(
    private readonly channel: Channel,
    private readonly inAWhile: Later = later,
  ) {}

  /** Starts to add what other workers use; `windows` are those of the policies, in their order. */
  follow(policies: readonly Policy[], windows: readonly Windows[]): void {
    this.policies = policies;
    this.windows = windows;
    this.used = policies.map(() => []);
    this.channel.listen(counts, (batch) => this.add(batch));
    const wanted = policies.map(({ name, windowMs }) => ({ policy: name, windowMs }));
    if (wanted.length > 0) void this.channel.send(countsWanted, wanted);
  }

  /** The key was used once; `current` are its windows, in the order of the policies. */
  note(key: string, current: readonly Window[]): void {
    for (const [index, window] of current.entries()) {
      if (window.untold === 0) this.used[index]?.push([key, window]);
      window.untold += 1;
    }
    if (this.isDue || current.length === 0) return;
    this.isDue = true;
    this.inAWhile(() => this.tell(), batchMs);
  }

  private tell(): void {
    this.isDue = false;
    const used = this.used;
    this.used = this.policies.map(() => []);
    const batch = this.policies.map(({ name, windowMs }, index) => ({
      policy: name,
      windowMs,
      uses: (used[index] ?? []).map(([key, window]): Uses => [key, window.start, window.untold]),
    }));
    for (const [, window] of used.flat()) window.untold = 0;
    void this.channel.send(counts, batch);
  }

  private add(batch: readonly Count[]): void {
    for (const { policy, uses } of batch) {
      const windows = this.windows[this.policies.findIndex(({ name }) => name === policy)];
      if (windows) for (const each of uses) windows.add(each);
    }
  }
}
