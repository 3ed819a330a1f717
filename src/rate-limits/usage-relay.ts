import type { Channel } from '../common/channel.js';
import { RateLimitWindows } from './rate-limit-windows.js';
import { scheduleOnce, usageRequest, usageUpdate, type PolicyUsage, type Schedule } from './usage-sync.js';

const relayDelayMs = 25;
const cleanupIntervalMs = 60_000;

/**
 * Runs in the primary. Forwards the rate-limit usage of each worker to the other workers, and keeps the
 * totals for workers that start later.
 */
export class UsageRelay {
  private readonly windows = new Map<string, RateLimitWindows>();
  /** The names of the policies that each worker has subscribed to. */
  private readonly subscriptions = new Map<Channel, Set<string>>();
  private pending: { from: Channel; update: readonly PolicyUsage[] }[] = [];
  private nextCleanup = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly schedule: Schedule = scheduleOnce,
  ) {}

  join(worker: Channel): void {
    const subscribed = new Set<string>();
    this.subscriptions.set(worker, subscribed);
    worker.listen(usageUpdate, (update) => this.receive(worker, update));
    worker.listen(usageRequest, (policies) => {
      // Pending updates are relayed first. The totals include them, so the new worker would otherwise count
      // them twice.
      this.relay();
      const now = this.now();
      for (const { policy } of policies) subscribed.add(policy);
      const totals = policies.map((request) => ({ ...request, usage: this.windowsOf(request).usageAt(now) }));
      void worker.send(usageUpdate, totals);
    });
  }

  leave(worker: Channel): void {
    this.subscriptions.delete(worker);
  }

  private receive(from: Channel, update: readonly PolicyUsage[]): void {
    for (const policyUsage of update)
      for (const keyUsage of policyUsage.usage) this.windowsOf(policyUsage).add(keyUsage);
    this.pending.push({ from, update });
    if (this.pending.length === 1) this.schedule(() => this.relay(), relayDelayMs);
    this.deleteExpired();
  }

  /** Sends each worker at most one message, which contains the pending updates from all other workers. */
  private relay(): void {
    const pending = this.pending;
    this.pending = [];
    for (const [worker, subscribed] of this.subscriptions) {
      const foreign = pending.filter(({ from }) => from !== worker).flatMap(({ update }) => update);
      const update = foreign.filter(({ policy }) => subscribed.has(policy));
      if (update.length > 0) void worker.send(usageUpdate, update);
    }
  }

  private windowsOf({ policy, windowMs }: Pick<PolicyUsage, 'policy' | 'windowMs'>): RateLimitWindows {
    const windows = this.windows.get(policy) ?? new RateLimitWindows(windowMs);
    this.windows.set(policy, windows);
    return windows;
  }

  private deleteExpired(): void {
    const now = this.now();
    if (now < this.nextCleanup) return;
    this.nextCleanup = now + cleanupIntervalMs;
    for (const windows of this.windows.values()) windows.deleteExpired(now);
  }
}
