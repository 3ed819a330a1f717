import type { DueDelivery, DuePage, EndpointState } from './due-deliveries.write.js';
import { isHealthy, type LaneHealth } from './rules/lane-health.js';
import type { PreparedSecrets } from '../endpoints/endpoint-secrets.js';
import type { AttemptResult, LaneUpdate } from './results.write.js';
import type { SendRate } from './rules/send-rate.js';

/** Maximum number of concurrent requests of a lane; it starts with one, and each success adds one. */
const maxParallel = 16;
/** The turn of a lane ends after this many requests, if other lanes may be waiting, or after this much time. */
const maxSends = 1_000;
const maxTurnMs = 10_000;
/** A request that has had no response for this long makes the lane count as slow. */
const waitingMs = 1_000;

const pageSizes = { healthy: 250, unhealthy: 8, probing: 1 };

/**
 * A lane that this process holds: the deliveries to an endpoint that are due, and what is known about the endpoint. It
 * decides what can be sent next. All times are milliseconds of `performance.now()`.
 */
export class Lane {
  endpoint: EndpointState | undefined;
  secrets: PreparedSecrets | null = null;
  rate: SendRate | undefined;
  /** Whether another process can hold the lane; its results must be ignored. */
  isLost = false;
  /** Whether its release is on the way to the database. */
  isReleasing = false;
  /** Whether a page is on the way from the database. */
  isReading = false;
  /** Bytes of the payloads that wait, about. */
  payloadBytes = 0;
  /** Whether deliveries that wait for their next attempt are due, because the endpoint works again. */
  retriesAreDue = false;
  /** Whether the open breaker was opened since the health was stored. */
  opens = false;
  /** Requests in flight, by the time of their start; the oldest is the first. */
  readonly flights = new Map<DueDelivery, number>();
  /** When the oldest request in flight was started. */
  private oldestAt = Infinity;
  /** All deliveries that were read and whose result is not stored. */
  readonly inHand = new Set<string>();
  private unstored: AttemptResult[] = [];
  /** Failures that are not stored yet. A page that is read before that would contain what they hold back. */
  private unstoredFailures = 0;
  /** The deliveries of each subject that wait, also those behind a request in flight. */
  private readonly subjects = new Map<string, DueDelivery[]>();
  /** Subjects without a request in flight. */
  private readonly ready: string[] = [];
  /** Subjects of which a delivery has failed since the last page was requested. */
  private readonly failedSubjects = new Set<string>();
  private waitingCount = 0;
  private parallel = 1;
  private sends = 0;
  private isExhausted = false;
  private isEnding = false;
  private dueMs: number | 'never' | undefined;

  /**
   * @param stored the health as it is stored
   * @param leaseUntil when another process can take the lane
   */
  constructor(
    readonly endpointId: string,
    public stored: LaneHealth,
    public leaseUntil: number,
    private readonly startedAt: number,
  ) {
    this.health = stored;
    this.testsOnly = stored.breaker !== 'closed';
  }

  health: LaneHealth;
  /** Whether to look only for a test of the endpoint, which is sent first to an endpoint that fails. */
  testsOnly: boolean;

  /** Whether it counts as healthy: its last request was a quick success, and none waits for a long time. */
  isHealthy(now: number): boolean {
    return isHealthy(this.health) && now - this.oldestAt < waitingMs;
  }

  /** How many deliveries to read; 0 for none. */
  get wantedRows(): number {
    const { isReading, isReleasing, isLost, isExhausted, isEnding, unstoredFailures } = this;
    if (isReading || isReleasing || isLost || isExhausted || isEnding || unstoredFailures > 0) return 0;
    if (this.health.breaker !== 'closed') return this.inHand.size === 0 ? pageSizes.probing : 0;
    const size = isHealthy(this.health) ? pageSizes.healthy : pageSizes.unhealthy;
    if (this.waitingCount > size / 2) return 0;
    // More than the turn can still send would be read in vain.
    return Math.min(size, maxSends - this.sends - this.waitingCount);
  }

  /** Lets the lane send as much as at the beginning of its turn. Call this when no other lane can be waiting. */
  extendTurn(): void {
    this.sends = 0;
  }

  /** Call this before deliveries are read. */
  startReading(): void {
    this.isReading = true;
    this.failedSubjects.clear();
  }

  /** Adds deliveries that were read. @param rows how many were requested */
  add({ endpoint, deliveries }: DuePage, rows: number): void {
    this.endpoint = endpoint;
    const sendable = this.isEnding
      ? []
      : deliveries.filter(({ subject }) => !this.failedSubjects.has(subject));
    this.isExhausted = endpoint.due < rows && endpoint.postponed === 0 && sendable.length === endpoint.due;
    for (const delivery of sendable) {
      this.inHand.add(delivery.id);
      this.waitingCount += 1;
      this.payloadBytes += sizeOf(delivery);
      const waiting = this.subjects.get(delivery.subject);
      if (waiting) waiting.push(delivery);
      else {
        this.subjects.set(delivery.subject, [delivery]);
        this.ready.push(delivery.subject);
      }
    }
  }

  /** Looks for any delivery, because there is no test. */
  expectAny(): void {
    this.testsOnly = false;
    this.isExhausted = false;
  }

  get hasWaiting(): boolean {
    return this.ready.length > 0;
  }

  /** Whether the limits of the lane allow another request, if it has a delivery to send. */
  canSend(now: number): boolean {
    const parallel = this.isHealthy(now) && this.health.breaker === 'closed' ? this.parallel : 1;
    return this.ready.length > 0 && this.flights.size < parallel;
  }

  /** Returns the delivery to send now. Call `finish` when the result is known. */
  start(now: number): DueDelivery | undefined {
    const delivery = this.subjects.get(this.ready.shift() ?? '')?.shift();
    if (!delivery) return undefined;
    this.waitingCount -= 1;
    this.payloadBytes -= sizeOf(delivery);
    this.sends += 1;
    if (this.flights.size === 0) this.oldestAt = now;
    this.flights.set(delivery, now);
    this.rate?.take(now);
    if (this.sends >= maxSends) this.end();
    return delivery;
  }

  /**
   * Ends a request. After a failure, the later deliveries of the subject are not sent in this turn.
   * @param result undefined if the request was aborted
   */
  finish(delivery: DueDelivery, result: AttemptResult | undefined): void {
    const isDelivered = result?.status === 'delivered';
    this.flights.delete(delivery);
    this.oldestAt = this.flights.values().next().value ?? Infinity;
    this.parallel = isDelivered ? Math.min(this.parallel + 1, maxParallel) : 1;
    if (result) this.unstored.push(result);
    else this.inHand.delete(delivery.id);
    if (result && !isDelivered) this.unstoredFailures += 1;
    if (!isDelivered) this.failedSubjects.add(delivery.subject);
    const waiting = this.subjects.get(delivery.subject) ?? [];
    if (!isDelivered) this.drop(waiting);
    if (waiting.length > 0) this.ready.push(delivery.subject);
    else this.subjects.delete(delivery.subject);
  }

  /** Returns the results that are to be stored. Call `markStored` when they are. */
  takeUnstored(): AttemptResult[] {
    const results = this.unstored;
    this.unstored = [];
    return results;
  }

  markStored(results: readonly AttemptResult[]): void {
    for (const { deliveryId, status } of results) {
      this.inHand.delete(deliveryId);
      if (status !== 'delivered') this.unstoredFailures -= 1;
    }
  }

  /** Sets the health after an attempt. */
  setHealth(health: LaneHealth): void {
    const before = this.health;
    this.health = health;
    if (health.breaker === 'open' && before.breaker !== 'open') {
      this.opens = true;
      this.end(health.openMs ?? 0);
    } else if (health.breaker === 'closed' && before.breaker !== 'closed') {
      this.opens = false;
      this.isExhausted = false;
      this.testsOnly = false;
      this.retriesAreDue = true;
      if (typeof this.dueMs === 'number') this.dueMs = 0;
    }
  }

  /** Whether the turn has lasted long enough. */
  isOverdue(now: number): boolean {
    return now - this.startedAt > maxTurnMs;
  }

  /**
   * Stops sending. The lane can be released once the requests in flight have ended.
   * @param dueMs milliseconds until the lane is due again; by default, its next delivery determines this
   */
  end(dueMs?: number | 'never'): void {
    if (this.isEnding && dueMs === undefined) return;
    this.isEnding = true;
    this.dueMs = dueMs;
    for (const waiting of this.subjects.values()) this.drop(waiting);
    this.ready.length = 0;
  }

  /** Returns how to release the lane if there is nothing more to do, else undefined. */
  release(): LaneUpdate['release'] {
    const isDone = this.isEnding || (this.isExhausted && this.waitingCount === 0);
    if (!isDone || this.isReading || this.flights.size > 0) return undefined;
    // Before the first page, it is unknown what there is to do.
    return { wake: this.endpoint?.wake ?? '-1', dueMs: this.dueMs };
  }

  /** Whether it can go on, or another process can, only when its results are stored. */
  get waitsForStore(): boolean {
    return this.unstoredFailures > 0 || this.release() !== undefined;
  }

  private drop(waiting: DueDelivery[]): void {
    for (const delivery of waiting) {
      this.inHand.delete(delivery.id);
      this.payloadBytes -= sizeOf(delivery);
    }
    this.waitingCount -= waiting.length;
    waiting.length = 0;
  }
}

const sizeOf = ({ payload, sealed }: DueDelivery) => payload?.length ?? sealed?.length ?? 0;
