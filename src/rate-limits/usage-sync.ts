import type { Channel, Topic } from '../common/channel.js';
import type { KeyUsage, RateLimitPolicy, RateLimitWindow, RateLimitWindows } from './rate-limit-windows.js';

/** The usage of keys under one policy. */
export interface PolicyUsage {
  policy: string;
  windowMs: number;
  usage: readonly KeyUsage[];
}

/** Sent in both directions: usage that has not been sent to the receiver before. */
export const usageUpdate: Topic<readonly PolicyUsage[]> = { name: 'rate limit usage' };
/** Sent by a worker at startup to request the current usage under these policies and all later updates. */
export const usageRequest: Topic<readonly Pick<PolicyUsage, 'policy' | 'windowMs'>[]> = {
  name: 'rate limit usage request',
};

/** Runs the callback once after `delayMs`; must not keep the process alive. */
export type Schedule = (run: () => void, delayMs: number) => void;
export const scheduleOnce: Schedule = (run, delayMs) => void setTimeout(run, delayMs).unref();

const sendIntervalMs = 100;

/**
 * Runs in a worker. Shares the usage counted by one RateLimiter with the other workers. Each worker checks
 * requests without waiting for the others. It sends its usage of the last 100 ms to the primary in one
 * message, and the UsageRelay of the primary forwards it within 25 ms. Once per window, a key can therefore
 * exceed its quota by the requests that it sends to other workers within 125 ms.
 */
export class UsageSync {
  private policies: readonly RateLimitPolicy[] = [];
  private windows: readonly RateLimitWindows[] = [];
  /** For each policy, the windows with usage since the last message. */
  private unsent: [key: string, window: RateLimitWindow][][] = [];
  private isScheduled = false;

  constructor(
    private readonly channel: Channel,
    private readonly schedule: Schedule = scheduleOnce,
  ) {}

  /**
   * Starts adding the usage of other workers to `windows`, which contains one entry per policy, in the same
   * order.
   */
  start(policies: readonly RateLimitPolicy[], windows: readonly RateLimitWindows[]): void {
    this.policies = policies;
    this.windows = windows;
    this.unsent = policies.map(() => []);
    this.channel.listen(usageUpdate, (update) => this.receive(update));
    const request = policies.map(({ name, windowMs }) => ({ policy: name, windowMs }));
    if (request.length > 0) void this.channel.send(usageRequest, request);
  }

  /**
   * Records one request of the key; `current` contains the window of each policy, in the order of the
   * policies.
   */
  recordUse(key: string, current: readonly RateLimitWindow[]): void {
    for (const [index, window] of current.entries()) {
      if (window.unsent === 0) this.unsent[index]?.push([key, window]);
      window.unsent += 1;
    }
    if (this.isScheduled || current.length === 0) return;
    this.isScheduled = true;
    this.schedule(() => this.send(), sendIntervalMs);
  }

  private send(): void {
    this.isScheduled = false;
    const unsent = this.unsent;
    this.unsent = this.policies.map(() => []);
    const update = this.policies.map(({ name, windowMs }, index) => ({
      policy: name,
      windowMs,
      usage: (unsent[index] ?? []).map(([key, window]): KeyUsage => [key, window.start, window.unsent]),
    }));
    for (const [, window] of unsent.flat()) window.unsent = 0;
    void this.channel.send(usageUpdate, update);
  }

  private receive(update: readonly PolicyUsage[]): void {
    for (const { policy, usage } of update) {
      const windows = this.windows[this.policies.findIndex(({ name }) => name === policy)];
      if (windows) for (const keyUsage of usage) windows.add(keyUsage);
    }
  }
}
