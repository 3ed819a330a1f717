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
import {
  enabledPolicies,
  statusOf,
  type Consumption,
  type Limiter,
  type RateLimitResult,
} from './rate-limiter.js';

const cleanupIntervalMs = 60_000;

/** A request that waits for the primary. */
interface Waiting {
  amount: number;
  consumes: boolean;
  resolve: (result: RateLimitResult) => void;
}

/** What this worker knows about one subject. */
interface HeldLease extends LeaseSubject {
  /** Units that this worker can still allow. */
  left: number;
  /** The windows of the policies in the primary. `used` includes what this worker holds. */
  windows: readonly (readonly [start: number, used: number])[];
  /** When the first of these windows ends; Unix milliseconds. */
  until: number;
  /** Until then, no worker allows another request; Unix milliseconds. */
  exhaustedUntil: number;
  waiting: Waiting[];
  /** How many of `waiting` the primary has been asked for; 0 if it has not been asked. */
  asked: number;
}

/**
 * Runs in a worker. Allows requests out of a share that it has received from the LeaseServer in the primary, and
 * asks for more when that is used up. Once a quota is exhausted, it rejects without asking until the window ends.
 */
export class LeasedLimiter implements Limiter {
  private readonly policies: readonly RateLimitPolicy[];
  private readonly leases = new Map<string, HeldLease>();
  private nextCleanup = 0;

  /** @param name the same in all workers, and different from that of every other limiter */
  constructor(
    private readonly name: string,
    policies: readonly RateLimitPolicy[],
    private readonly channel: Channel,
    private readonly now: () => number = Date.now,
  ) {
    this.policies = enabledPolicies(policies);
    channel.listen(leaseGranted, ({ limiter, key, group, granted, windows }) => {
      const lease = limiter === name ? this.leases.get(subjectId(key, group)) : undefined;
      if (lease) this.receive(lease, granted, windows);
    });
    // Each limiter answers for its own leases; the primary recalls leases of one limiter at a time.
    channel.listen(leasesRecalled, ({ recall, subjects }) => {
      if (subjects[0]?.limiter !== name) return;
      const returned = subjects.map(({ key, group }) => giveUp(this.leases.get(subjectId(key, group))));
      void channel.send(leasesReturned, { recall, returned });
    });
    if (this.policies.length > 0) void channel.send(limiterDeclared, { limiter: name, policies });
  }

  consume(key: string, consumption?: Consumption): RateLimitResult | Promise<RateLimitResult> {
    return this.check(key, true, consumption);
  }

  peek(key: string, consumption?: Consumption): RateLimitResult | Promise<RateLimitResult> {
    return this.check(key, false, consumption);
  }

  private check(
    key: string,
    consumes: boolean,
    { group = key, amount = 1 }: Consumption = {},
  ): RateLimitResult | Promise<RateLimitResult> {
    if (this.policies.length === 0) return { allowed: true, statuses: [] };
    const now = this.now();
    const lease = this.leaseOf(key, group, now);
    if (lease.waiting.length === 0 && lease.left >= amount && now < lease.until) {
      if (consumes) lease.left -= amount;
      return this.result(lease, true, now);
    }
    if (now < lease.exhaustedUntil) return this.result(lease, false, now);
    return new Promise((resolve) => {
      lease.waiting.push({ amount, consumes, resolve });
      if (lease.asked === 0) this.ask(lease);
    });
  }

  private ask(lease: HeldLease): void {
    lease.asked = lease.waiting.length;
    const { limiter, key, group, waiting } = lease;
    const needed = waiting.reduce((sum, { amount }) => sum + amount, 0);
    void this.channel.send(leaseRequested, { limiter, key, group, needed, returned: giveUp(lease) });
  }

  /** Answers the requests for which the primary was asked, in their order. */
  private receive(lease: HeldLease, granted: number, windows: HeldLease['windows']): void {
    const now = this.now();
    const ends = this.policies.map(({ windowMs }, index) => (windows[index]?.[0] ?? 0) + windowMs);
    Object.assign(lease, { left: granted, windows, until: Math.min(...ends) });
    const exhausted = ends.filter(
      (_, index) => (this.policies[index]?.quota ?? 0) <= (windows[index]?.[1] ?? 0),
    );
    const asked = lease.waiting.splice(0, lease.asked);
    lease.asked = 0;
    for (const { amount, consumes, resolve } of asked) {
      const allowed = lease.left >= amount;
      if (allowed && consumes) lease.left -= amount;
      // Less than was needed means that no more is left anywhere.
      if (!allowed && exhausted.length > 0) lease.exhaustedUntil = Math.max(...exhausted);
      resolve(this.result(lease, allowed, now));
    }
    if (lease.waiting.length > 0) this.ask(lease);
  }

  /** What other workers hold counts as used, so `remaining` is a lower bound. */
  private result(lease: HeldLease, allowed: boolean, now: number): RateLimitResult {
    const statuses = lease.windows.map(([start, used], index) =>
      statusOf(this.policies[index] as RateLimitPolicy, { start, used: used - lease.left }, now),
    );
    return { allowed, statuses };
  }

  private leaseOf(key: string, group: string, now: number): HeldLease {
    this.deleteEnded(now);
    const id = subjectId(key, group);
    let lease = this.leases.get(id);
    if (!lease) {
      const nothing = { left: 0, windows: [], until: 0, exhaustedUntil: 0, waiting: [], asked: 0 };
      lease = { limiter: this.name, key, group, ...nothing };
      this.leases.set(id, lease);
    }
    return lease;
  }

  /** Deletes leases all of whose windows have ended. Until then, unused units can be returned. */
  private deleteEnded(now: number): void {
    if (now < this.nextCleanup) return;
    this.nextCleanup = now + cleanupIntervalMs;
    const longestMs = Math.max(...this.policies.map(({ windowMs }) => windowMs));
    for (const [id, { waiting, windows }] of this.leases)
      if (waiting.length === 0 && windows.every(([start]) => now - start >= longestMs))
        this.leases.delete(id);
  }
}

/** Gives up the units that a lease has left. @returns their number */
function giveUp(lease: HeldLease | undefined): number {
  if (!lease) return 0;
  const { left } = lease;
  lease.left = 0;
  // The primary does not count these any more.
  lease.windows = lease.windows.map(([start, used]) => [start, used - left] as const);
  return left;
}
