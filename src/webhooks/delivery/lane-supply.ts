import { Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../common/database/failures.js';
import type { Encryption } from '../../encryption/encryption.js';
import type { Sql } from '../../sql/sql.js';
import { openEndpoint, prepareSecrets } from '../endpoints/endpoint-secrets.js';
import { endWaiting } from '../endpoints/lane-changes.write.js';
import type { Dispatcher } from './dispatcher.js';
import { readDueDeliveries, toPages, type DuePage } from './due-deliveries.write.js';
import { isHealthy, toHealth } from './rules/lane-health.js';
import { Lane } from './lane.js';
import { renewLeases, takeLanes } from './lanes.write.js';
import { SendRate } from './rules/send-rate.js';

/** How often leases are renewed. A renewal also detects changed endpoints whose wake-up was lost. */
const renewMs = 1_000;
/** The least time between two renewals, however often endpoints are changed. */
const minRenewMs = 100;
/** Number of lanes whose pages are read at once. */
const lanesPerRead = 64;
/** Payloads in memory beyond which no others are read, in bytes. */
const maxPayloadBytes = 33_554_432;
/** When a lane is due again whose team is suspended, or whose secret is lost. */
const pausedMs = 60_000;
const noSecretMs = 300_000;

/**
 * Takes lanes from the database while there is room for their requests, reads the deliveries that are due, and renews
 * the leases. It runs one statement at a time.
 */
export class LaneSupply {
  /** The lanes that this process holds, by endpoint. */
  readonly held = new Map<string, Lane>();
  private readonly log = new Logger(LaneSupply.name);
  private readonly rates = new Map<string, SendRate>();
  /** Whether there may be lanes to take. */
  private mayTake = false;
  /** Whether an endpoint may have been changed since the last renewal. */
  private mayHaveChanges = false;
  private isStopping = false;
  private renewedAt = 0;
  private isWoken = false;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;

  /**
   * @param holder ID of this process
   * @param leaseMs how long a lease lasts
   * @param onEnded called for each lane that ended without a request, to be released
   */
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly dispatcher: Dispatcher,
    private readonly holder: string,
    private readonly leaseMs: number,
    private readonly onEnded: (lane: Lane) => void,
  ) {}

  /** Takes lanes that are due. */
  wake(): void {
    this.mayTake = true;
    this.refill();
  }

  /** Finds out which endpoints were changed, and ends their turns. Requests in flight go on. */
  noticeChanges(): void {
    if (this.held.size === 0 || this.isStopping || this.mayHaveChanges) return;
    this.mayHaveChanges = true;
    const waitMs = this.renewedAt + minRenewMs - performance.now();
    if (waitMs <= 0) this.refill();
    else setTimeout(() => this.refill(), waitMs + 1).unref();
  }

  /** Reads what lanes need, and takes others. Call this when lanes need more, or others have been released. */
  refill(): void {
    this.isWoken = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Takes lanes that are due in a while. The poll, which comes every second, finds later ones. */
  wakeIn(ms: number): void {
    if (ms <= 0) return this.wake();
    if (ms > renewMs || this.isStopping || performance.now() + ms > this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = performance.now() + ms;
    const wake = () => {
      this.timerAt = Infinity;
      this.wake();
    };
    this.timer = setTimeout(wake, ms + 1).unref();
  }

  /** Removes a lane that was released, or that another process may hold. */
  remove(lane: Lane): void {
    lane.isLost = true;
    if (this.held.get(lane.endpointId) === lane) this.held.delete(lane.endpointId);
  }

  /** Takes no lanes and reads nothing more. The lanes that are held end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
    for (const lane of this.held.values()) this.end(lane, 0);
  }

  private async run(): Promise<void> {
    while (this.isWoken) {
      this.isWoken = false;
      try {
        await this.renew();
        if (!this.isStopping) await this.take();
        if (!this.isStopping) await this.read();
      } catch (cause) {
        // The poll tries again.
        if (isDatabaseUnavailable(cause)) this.log.debug({ err: cause }, 'Could not read webhook deliveries');
        else this.log.error({ err: cause }, 'Could not read webhook deliveries');
        for (const lane of this.held.values()) lane.isReading = false;
      }
    }
  }

  private async renew(): Promise<void> {
    const now = performance.now();
    for (const lane of this.held.values()) {
      if (now >= lane.leaseUntil) this.remove(lane);
      else if (lane.isOverdue(now)) this.end(lane, lane.rate?.delayMs(now));
    }
    const intervalMs = this.mayHaveChanges ? minRenewMs : renewMs;
    if (now - this.renewedAt < intervalMs || this.held.size === 0) return;
    this.renewedAt = now;
    this.mayHaveChanges = false;
    const lanes = [...this.held.values()].filter(({ isReleasing }) => !isReleasing);
    const ids = lanes.map(({ endpointId }) => endpointId);
    const rows = await this.sql.rows(renewLeases(this.holder, this.leaseMs, ids));
    const versions = new Map(rows.map(([id, version]) => [id, Number(version)]));
    for (const lane of lanes) {
      const version = versions.get(lane.endpointId);
      if (version !== undefined) lane.leaseUntil = now + this.leaseMs;
      else if (!lane.isReleasing) this.remove(lane);
      // The next turn reads the endpoint again.
      if (lane.endpoint && version !== lane.endpoint.version) this.end(lane, 0);
      else this.dispatcher.offer(lane);
    }
  }

  private async take(): Promise<void> {
    const limits = this.roomForLanes();
    if (!this.mayTake || limits.healthy + limits.others === 0) return;
    this.mayTake = false;
    const now = performance.now();
    const rows = await this.sql.rows(takeLanes(this.holder, this.leaseMs, limits));
    const left = { ...limits };
    for (const [id, ...health] of rows) {
      const lane = new Lane(id ?? '', toHealth(health), now + this.leaseMs, now);
      this.held.set(lane.endpointId, lane);
      left[isHealthy(lane.health) ? 'healthy' : 'others'] -= 1;
    }
    // There can be more if a limit was reached, and they were not looked for if it was 0.
    this.mayTake = left.healthy === 0 || left.others === 0;
  }

  private roomForLanes(): { healthy: number; others: number } {
    const { slots } = this.dispatcher;
    const now = performance.now();
    let [healthy, others] = [0, 0];
    for (const lane of this.held.values()) {
      // Not by its stored health, so that lanes whose requests hang leave room for others before they time out.
      if (lane.isHealthy(now)) healthy += 1;
      else others += 1;
    }
    return {
      healthy: slots.hasRoomFor(true) ? Math.max(0, slots.capacity - healthy) : 0,
      others: Math.max(0, Math.min(slots.roomForUnhealthy, slots.capacityForUnhealthy - others)),
    };
  }

  private async read(): Promise<void> {
    const lanes: { lane: Lane; rows: number }[] = [];
    let payloadBytes = 0;
    for (const lane of this.held.values()) payloadBytes += lane.payloadBytes;
    for (const lane of this.held.values()) {
      if (!this.mayTake) lane.extendTurn();
      const rows = lane.wantedRows;
      if (rows === 0 || (payloadBytes > maxPayloadBytes && lane.inHand.size > 0)) continue;
      // At once, because a failure from now on means that what is read of its subject must not be sent.
      lane.startReading();
      lanes.push({ lane, rows });
    }
    for (let from = 0; from < lanes.length; from += lanesPerRead)
      await this.readFor(lanes.slice(from, from + lanesPerRead));
  }

  private async readFor(wanted: { lane: Lane; rows: number }[]): Promise<void> {
    for (const { lane } of wanted) {
      if (lane.retriesAreDue) await this.sql.rows(endWaiting(lane.endpointId));
      lane.retriesAreDue = false;
    }
    const lanes = wanted.map(({ lane, rows }) => ({
      endpointId: lane.endpointId,
      rows,
      testsOnly: lane.testsOnly,
      inHand: [...lane.inHand],
    }));
    const pages = toPages(await this.sql.rows(readDueDeliveries(this.holder, lanes)));
    for (const { lane, rows } of wanted) {
      lane.isReading = false;
      const page = pages.get(lane.endpointId);
      if (page === undefined) this.remove(lane);
      else this.accept(lane, page, rows);
    }
  }

  private accept(lane: Lane, page: DuePage, rows: number): void {
    const { endpoint, deliveries } = page;
    if (endpoint.version !== lane.endpoint?.version) {
      lane.secrets = this.openSecrets(lane.endpointId, page);
      lane.rate = this.rateOf(lane.endpointId, endpoint.maxPerSecond);
    }
    lane.add(page, rows);
    if (endpoint.state === 'disabled') this.end(lane, 'never');
    else if (endpoint.state === 'paused') this.end(lane, pausedMs);
    else if (lane.secrets === null) this.end(lane, noSecretMs);
    else if (lane.health.breaker === 'open' && deliveries.length === 0)
      this.end(lane, lane.health.openMs ?? 0);
    else if (lane.health.breaker === 'open') lane.setHealth({ ...lane.health, breaker: 'probing' });
    else if (lane.testsOnly && deliveries.length === 0) lane.expectAny();
    if (lane.hasWaiting) this.dispatcher.offer(lane);
    else if (lane.release()) this.onEnded(lane);
    else this.isWoken = true;
  }

  /** Returns null if the endpoint cannot sign, because its key is lost or not configured. */
  private openSecrets(endpointId: string, { endpoint }: DuePage) {
    try {
      const secrets = openEndpoint(this.encryption, endpointId, endpoint);
      return secrets && prepareSecrets(secrets);
    } catch (cause) {
      this.log.warn({ err: cause, endpointId }, 'Could not decrypt the secret of a webhook endpoint');
      return null;
    }
  }

  /** The rate outlives the turn, so that short turns do not exceed it. */
  private rateOf(endpointId: string, perSecond: number | null): SendRate | undefined {
    if (perSecond === null) {
      this.rates.delete(endpointId);
      return undefined;
    }
    const now = performance.now();
    for (const [id, rate] of this.rates) if (rate.isIdle(now) && !this.held.has(id)) this.rates.delete(id);
    let rate = this.rates.get(endpointId);
    if (!rate) this.rates.set(endpointId, (rate = new SendRate(perSecond, now)));
    rate.perSecond = perSecond;
    return rate;
  }

  private end(lane: Lane, dueMs?: number | 'never'): void {
    lane.end(dueMs);
    if (lane.release()) this.onEnded(lane);
  }
}
