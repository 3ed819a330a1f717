import { DomainError } from '../../common/errors.js';

export interface ShareLimits {
  /** Connections that one group can use at a time, at least 1. */
  perGroup: number;
  /** Connections that all groups together can use at a time, at least 1. */
  total: number;
  /** Requests of one group that can wait, so that the queue has a bounded size. */
  maxWaiting: number;
  /** How long a request waits, in milliseconds. */
  waitMs: number;
  /** The same for a request that streams: its client sends or reads more slowly meanwhile. */
  streamWaitMs: number;
}

/** A request for a connection. Exactly one of the functions is called, once. */
interface Waiter {
  grant(): void;
  refuse(cause: Error): void;
}

interface Group {
  inUse: number;
  waiting: (Waiter & { isStream: boolean; timer?: NodeJS.Timeout })[];
}

const busy = (message: string) => new DomainError('UNAVAILABLE', message, {}, { 'retry-after': '1' });
const ignoreCancel = () => undefined;

/**
 * Shares the database connections of the process among teams, so that one team cannot slow down the others.
 * Requests of a group wait in order, its streams after its other requests; the groups take turns.
 */
export class ConnectionShares {
  /** Groups that use or wait for a connection. The next free connection goes to the first one with a share left. */
  private readonly groups = new Map<string, Group>();
  private inUse = 0;
  /** Number of waiting requests of all groups. */
  waiting = 0;

  constructor(private readonly limits: ShareLimits) {}

  /** Takes a part of the group's share if nobody has to wait for it. A success must be followed by `release`. */
  takeNow(name: string): boolean {
    let group = this.groups.get(name);
    if (group ? group.waiting.length > 0 || !this.hasRoom(group) : this.inUse >= this.limits.total)
      return false;
    if (!group) this.groups.set(name, (group = { inUse: 0, waiting: [] }));
    group.inUse += 1;
    this.inUse += 1;
    return true;
  }

  /**
   * Takes a part of the group's share, now or when one becomes free. Every grant must be followed by `release`.
   * A request is refused with DomainError UNAVAILABLE if it waits too long or too many are waiting.
   * @returns a function that stops waiting; it does nothing after `grant` or `refuse`
   */
  take(name: string, isStream: boolean, waiter: Waiter): () => void {
    if (this.takeNow(name)) {
      waiter.grant();
      return ignoreCancel;
    }
    let group = this.groups.get(name);
    if (!group) this.groups.set(name, (group = { inUse: 0, waiting: [] }));
    if (group.waiting.length >= this.limits.maxWaiting) {
      waiter.refuse(busy('Your team has too many requests in progress; try again later'));
      return ignoreCancel;
    }
    return this.enqueue(name, group, { ...waiter, isStream });
  }

  release(name: string): void {
    const group = this.groups.get(name);
    if (!group) return;
    group.inUse -= 1;
    this.inUse -= 1;
    this.forgetIfIdle(name, group);
    this.grantNext();
  }

  private enqueue(name: string, group: Group, waiter: Group['waiting'][number]): () => void {
    const { waitMs, streamWaitMs } = this.limits;
    const firstStream = group.waiting.findIndex(({ isStream }) => isStream);
    const at = waiter.isStream || firstStream === -1 ? group.waiting.length : firstStream;
    group.waiting.splice(at, 0, waiter);
    this.waiting += 1;
    const stop = () => {
      const index = group.waiting.indexOf(waiter);
      if (index === -1) return false;
      this.remove(group, index);
      this.forgetIfIdle(name, group);
      return true;
    };
    const expire = () => {
      if (stop()) waiter.refuse(busy('No database connection was free in time; try again later'));
    };
    waiter.timer = setTimeout(expire, waiter.isStream ? streamWaitMs : waitMs).unref();
    return () => void stop();
  }

  private grantNext(): void {
    for (const [name, group] of this.groups) {
      if (this.inUse >= this.limits.total) return;
      if (group.waiting.length === 0 || !this.hasRoom(group)) continue;
      const waiter = this.remove(group, 0);
      // The group goes to the end, so that the others have their turn first.
      this.groups.delete(name);
      this.groups.set(name, group);
      if (waiter) this.grant(group, waiter);
      return;
    }
  }

  private grant(group: Group, waiter: Waiter): void {
    group.inUse += 1;
    this.inUse += 1;
    waiter.grant();
  }

  private remove(group: Group, index: number): Waiter | undefined {
    const [waiter] = group.waiting.splice(index, 1);
    clearTimeout(waiter?.timer);
    this.waiting -= 1;
    return waiter;
  }

  private hasRoom({ inUse }: Group): boolean {
    return inUse < this.limits.perGroup && this.inUse < this.limits.total;
  }

  private forgetIfIdle(name: string, group: Group): void {
    if (group.inUse === 0 && group.waiting.length === 0) this.groups.delete(name);
  }
}

/**
 * Returns the limits for a pool: a quarter of the connections for each team. One in ten is not available to
 * requests of teams, so that background work such as polling for revoked keys never waits for them.
 */
export function shareLimits(poolSize: number): ShareLimits {
  const reserved = poolSize < 4 ? 0 : Math.max(1, Math.floor(poolSize / 10));
  return {
    perGroup: Math.max(1, Math.floor(poolSize / 4)),
    total: poolSize - reserved,
    maxWaiting: 200,
    waitMs: 2_000,
    streamWaitMs: 60_000,
  };
}
