import type { Channel } from '../common/channel.js';
import { counts, countsWanted, later, type Count, type Later } from './shared-counts.js';
import { Windows } from './rate-limit-window.js';

const relayMs = 25;
const sweepMs = 60_000;

/** In the primary: adds up what the workers use of the limits, tells each what the others use, and a new one all. */
export class CountsRelay {
  private readonly windows = new Map<string, Windows>();
  /** The policies that each worker follows. */
  private readonly workers = new Map<Channel, Set<string>>();
  private waiting: { from: Channel; batch: readonly Count[] }[] = [];
  private nextSweep = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly inAWhile: Later = later,
  ) {}

  join(worker: Channel): void {
    const followed = new Set<string>();
    this.workers.set(worker, followed);
    worker.listen(counts, (batch) => this.take(worker, batch));
    worker.listen(countsWanted, (policies) => {
      this.passOn(); // to those that followed before: else the worker would get what waits twice
      const now = this.now();
      for (const { policy } of policies) followed.add(policy);
      const all = policies.map((each) => ({ ...each, uses: this.windowsOf(each).running(now) }));
      void worker.send(counts, all);
    });
  }

  leave(worker: Channel): void {
    this.workers.delete(worker);
  }

  private take(from: Channel, batch: readonly Count[]): void {
    for (const count of batch) for (const uses of count.uses) this.windowsOf(count).add(uses);
    this.waiting.push({ from, batch });
    if (this.waiting.length === 1) this.inAWhile(() => this.passOn(), relayMs);
    this.sweep();
  }

  /** One message a worker, however many batches have come. */
  private passOn(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const [worker, followed] of this.workers) {
      const foreign = waiting.filter(({ from }) => from !== worker).flatMap(({ batch }) => batch);
      const batch = foreign.filter(({ policy }) => followed.has(policy));
      if (batch.length > 0) void worker.send(counts, batch);
    }
  }

  private windowsOf({ policy, windowMs }: Pick<Count, 'policy' | 'windowMs'>): Windows {
    const known = this.windows.get(policy) ?? new Windows(windowMs);
    this.windows.set(policy, known);
    return known;
  }

  private sweep(): void {
    const now = this.now();
    if (now < this.nextSweep) return;
    this.nextSweep = now + sweepMs;
    for (const windows of this.windows.values()) windows.sweep(now);
  }
}
