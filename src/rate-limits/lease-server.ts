import type { Channel } from '../common/channel.js';
import {
  leaseGranted,
  leaseRequested,
  leasesRecalled,
  leasesReturned,
  limiterDeclared,
  subjectId,
  type LeaseSubject,
} from './lease-messages.js';
import type { RateLimitPolicy } from './rate-limit-windows.js';
import { enabledPolicies, RateLimiter } from './rate-limiter.js';

/** Units that a worker has received and may not have used. */
interface Lease extends LeaseSubject {
  worker: Channel;
  /** The start of the window of each policy when the units were counted. */
  starts: readonly number[];
}

const maxRecalls = 5;
/** After this time, a worker that does not answer is treated as if it had used everything. */
const recallTimeoutMs = 1000;
const cleanupIntervalMs = 60_000;

interface Recall {
  waiting: Map<Channel, readonly Lease[]>;
  done: () => void;
}

/**
 * Runs in the primary. Counts the requests of all workers: it lends each worker a share of what a key has left,
 * and counts it as used. When nothing is left, it first recalls what other workers have not used. Together, the
 * workers therefore allow exactly the quota. The units of a worker that dies stay counted.
 */
export class LeaseServer {
  private readonly limiters = new Map<string, LentLimiter>();
  private readonly workers = new Set<Channel>();
  private readonly recalls = new Map<number, Recall>();
  private lastRecall = 0;

  constructor(private readonly now: () => number = Date.now) {}

  join(worker: Channel): void {
    this.workers.add(worker);
    worker.listen(limiterDeclared, ({ limiter, policies }) => {
      if (!this.limiters.has(limiter)) this.limiters.set(limiter, new LentLimiter(policies, this.now));
    });
    worker.listen(leaseRequested, (request) => void this.lend(worker, request));
    worker.listen(leasesReturned, ({ recall, returned }) => this.settle(recall, worker, returned));
  }

  leave(worker: Channel): void {
    this.workers.delete(worker);
    for (const limiter of this.limiters.values()) limiter.forget(worker);
    for (const recall of this.recalls.keys()) this.settle(recall, worker, []);
  }

  private async lend(
    worker: Channel,
    { needed, returned, ...subject }: LeaseSubject & { needed: number; returned: number },
  ): Promise<void> {
    const limiter = this.limiters.get(subject.limiter);
    if (!limiter) return;
    limiter.takeBack(worker, subject, returned);
    // Half of an equal share, so that a worker seldom asks and something is left for the others.
    const parts = 2 * this.workers.size;
    let lent = limiter.lend(worker, subject, (remaining) =>
      remaining < needed ? 0 : Math.max(needed, Math.floor(remaining / parts)),
    );
    // While workers return units, others may receive some, so one recall is not always enough.
    for (let recalls = 0; lent.amount < needed; recalls += 1) {
      const held = recalls < maxRecalls ? limiter.leasesSharing(subject) : [];
      await this.recall(held);
      lent = limiter.lend(worker, subject, (remaining) =>
        remaining < needed && held.length > 0 ? 0 : needed,
      );
      if (held.length === 0) break;
    }
    const windows = lent.windows.map(({ start, used }) => [start, used] as const);
    void worker.send(leaseGranted, { ...subject, granted: lent.amount, windows });
  }

  /** Waits until workers have returned what they have not used. */
  private recall(leases: readonly Lease[]): Promise<void> {
    const waiting = new Map<Channel, Lease[]>();
    for (const lease of leases)
      if (this.workers.has(lease.worker))
        waiting.set(lease.worker, [...(waiting.get(lease.worker) ?? []), lease]);
    if (waiting.size === 0) return Promise.resolve();
    const recall = (this.lastRecall += 1);
    return new Promise((resolve) => {
      this.recalls.set(recall, { waiting, done: resolve });
      for (const [worker, held] of waiting) {
        const subjects = held.map(({ limiter, key, group }) => ({ limiter, key, group }));
        void worker.send(leasesRecalled, { recall, subjects });
      }
      setTimeout(() => {
        for (const worker of waiting.keys()) this.settle(recall, worker, []);
      }, recallTimeoutMs).unref();
    });
  }

  private settle(id: number, worker: Channel, returned: readonly number[]): void {
    const recall = this.recalls.get(id);
    const leases = recall?.waiting.get(worker);
    if (!recall || !leases) return;
    for (const [index, lease] of leases.entries())
      this.limiters.get(lease.limiter)?.end(lease, returned[index] ?? 0);
    recall.waiting.delete(worker);
    if (recall.waiting.size > 0) return;
    this.recalls.delete(id);
    recall.done();
  }
}

/** The counts of one limiter, and who holds units of it. */
class LentLimiter {
  private readonly limiter: RateLimiter;
  private readonly longestMs: number;
  /** By worker and subject. */
  private readonly leases = new Map<Channel, Map<string, Lease>>();
  /** The same leases by key and by group, because they draw on the same windows. */
  private readonly sharing = new Map<string, Set<Lease>>();
  private nextCleanup = 0;

  constructor(
    policies: readonly RateLimitPolicy[],
    private readonly now: () => number,
  ) {
    this.limiter = new RateLimiter(policies, now);
    this.longestMs = Math.max(0, ...enabledPolicies(policies).map(({ windowMs }) => windowMs));
  }

  /** Counts up to `most` units and records that the worker holds them. */
  lend(worker: Channel, subject: LeaseSubject, most: (remaining: number) => number) {
    this.deleteEnded();
    const { limiter, key, group } = subject;
    const reservation = this.limiter.reserve(key, group, most);
    const windows = reservation.windows.map(({ start, used }) => ({ start, used }));
    if (reservation.amount > 0) {
      const lease = { limiter, key, group, worker, starts: windows.map(({ start }) => start) };
      const own = this.leases.get(worker) ?? new Map<string, Lease>();
      this.leases.set(worker, own.set(subjectId(key, group), lease));
      for (const place of placesOfLease(lease))
        this.sharing.set(place, (this.sharing.get(place) ?? new Set()).add(lease));
    }
    return { amount: reservation.amount, windows };
  }

  /** Ends the worker's lease, if it has one, and makes the unused units available again. */
  takeBack(worker: Channel, { key, group }: LeaseSubject, unused: number): void {
    const lease = this.leases.get(worker)?.get(subjectId(key, group));
    if (lease) this.end(lease, unused);
  }

  /** Ends a lease and makes the unused units available again. Does nothing if it has already ended. */
  end(lease: Lease, unused: number): void {
    const { worker, key, group, starts } = lease;
    const own = this.leases.get(worker);
    if (own?.get(subjectId(key, group)) !== lease) return;
    own.delete(subjectId(key, group));
    if (unused > 0) this.limiter.refund(key, group, unused, starts);
    for (const place of placesOfLease(lease)) {
      const leases = this.sharing.get(place);
      leases?.delete(lease);
      if (leases?.size === 0) this.sharing.delete(place);
    }
  }

  /** Returns the leases that share a window with the subject. */
  leasesSharing(subject: LeaseSubject): Lease[] {
    return [...new Set(placesOfLease(subject).flatMap((place) => [...(this.sharing.get(place) ?? [])]))];
  }

  /** Ends the leases of a worker that has exited. What it held stays counted. */
  forget(worker: Channel): void {
    for (const lease of this.leases.get(worker)?.values() ?? []) this.end(lease, 0);
    this.leases.delete(worker);
  }

  /** Ends leases all of whose windows have ended. */
  private deleteEnded(): void {
    const now = this.now();
    if (now < this.nextCleanup) return;
    this.nextCleanup = now + cleanupIntervalMs;
    for (const own of this.leases.values())
      for (const lease of own.values())
        if (lease.starts.every((start) => start <= now - this.longestMs)) this.end(lease, 0);
  }
}

const placesOfLease = ({ key, group }: LeaseSubject) => [`key ${key}`, `group ${group}`];
