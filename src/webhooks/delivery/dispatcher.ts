import { Logger } from '@nestjs/common';
import type { DueDelivery, EndpointState } from './due-deliveries.write.js';
import type { EndpointNotices } from './endpoint-notices.js';
import type { PreparedSecrets } from '../endpoints/endpoint-secrets.js';
import { afterFailure, afterSuccess, verdictOn } from './rules/lane-health.js';
import type { Lane } from './lane.js';
import { RequestSlots, type Slot } from './rules/request-slots.js';
import type { AttemptResult } from './results.write.js';
import type { RetrySchedule } from './rules/retry-schedule.js';
import { failedAttempt, type Attempt, type Sender } from './sender.js';

/** A request starts only if the lease lasts at least this much longer than the request can take. */
const leaseMarginMs = 1_000;
const recheckMs = 250;
/** When a lane is due again whose endpoint could not be disabled. */
const disableAgainMs = 60_000;

export interface DispatcherSettings {
  /** Requests in flight at most. */
  concurrency: number;
  /** How long a request can take. */
  timeoutMs: number;
  /** Time without a success after which an endpoint is disabled; 0 for never. */
  disableAfterMs: number;
}

/** Sends what the lanes of this process have read. The lanes take turns, with one request at a time. */
export class Dispatcher {
  readonly slots: RequestSlots;
  private readonly log = new Logger(Dispatcher.name);
  /** Lanes that may have something to send; the next one is the first. */
  private readonly ready = new Set<Lane>();
  private readonly slotOf = new Map<DueDelivery, { lane: Lane; slot: Slot }>();
  private pumping: NodeJS.Immediate | undefined;
  private timer: NodeJS.Timeout | undefined;
  private recheckAt = Infinity;

  /**
   * @param onAttempt called after each attempt, when its result is known to the lane
   */
  constructor(
    private readonly sender: Sender,
    private readonly schedule: RetrySchedule,
    private readonly notices: EndpointNotices,
    private readonly settings: DispatcherSettings,
    private readonly onAttempt: (lane: Lane, attempt: Attempt | undefined) => void,
  ) {
    this.slots = new RequestSlots(settings.concurrency);
  }

  /** Sends the deliveries of a lane as soon as possible. Call this when it has new ones. */
  offer(lane: Lane): void {
    this.ready.add(lane);
    this.pumpSoon();
  }

  /** Starts requests once all responses that have arrived are handled, so that many of them take a single pass. */
  private pumpSoon(): void {
    this.pumping ??= setImmediate(() => {
      this.pumping = undefined;
      this.pump();
    });
  }

  private pump(): void {
    const now = performance.now();
    /** Lanes in a row that have to wait. */
    let waiting = 0;
    for (const lane of this.ready) {
      if (waiting >= this.ready.size) break;
      if (!this.slots.hasRoomFor(lane.isHealthy(now))) {
        waiting += 1;
        continue;
      }
      this.ready.delete(lane);
      // Offered again when one of its requests has ended.
      if (lane.isLost || !lane.canSend(now)) continue;
      // At the end, so that the loop reaches it again after the others.
      this.ready.add(lane);
      if (this.startOne(lane)) waiting = 0;
      else waiting += 1;
    }
    if (this.slots.total > 0 || this.ready.size > 0) this.recheckIn(recheckMs);
  }

  /** @returns whether a request was started */
  private startOne(lane: Lane): boolean {
    const { endpoint, secrets } = lane;
    if (!endpoint || !secrets) return false;
    // For each request, because the process can have been stopped after the previous one, and its leases have ended.
    const now = performance.now();
    if (now + this.settings.timeoutMs + leaseMarginMs > lane.leaseUntil) return false;
    const delayMs = lane.rate?.delayMs(now) ?? 0;
    if (delayMs > 0) {
      this.recheckIn(delayMs);
      return false;
    }
    const slot = this.slots.take(endpoint.teamId, lane.isHealthy(now));
    const delivery = slot && lane.start(now);
    if (!delivery) {
      slot?.release();
      return false;
    }
    this.slotOf.set(delivery, { lane, slot });
    void this.send(lane, endpoint, secrets, delivery, now + this.settings.timeoutMs);
    return true;
  }

  private async send(
    lane: Lane,
    endpoint: EndpointState,
    secrets: PreparedSecrets,
    delivery: DueDelivery,
    deadlineAt: number,
  ): Promise<void> {
    let attempt: Attempt | undefined;
    try {
      attempt = await this.sender.send(endpoint, secrets, delivery, deadlineAt);
    } catch (cause) {
      this.log.error({ err: cause, deliveryId: delivery.id }, 'Could not send a webhook');
      attempt = failedAttempt(new Date(), 'internal_error', 'The service could not send the request');
    }
    this.slotOf.get(delivery)?.slot.release();
    this.slotOf.delete(delivery);
    if (attempt?.countsForEndpoint && !lane.isLost) {
      if (attempt.isDelivered) lane.setHealth(afterSuccess(attempt.durationMs));
      else await this.judge(lane, endpoint, attempt);
    }
    lane.finish(delivery, attempt && this.toResult(lane, delivery, attempt));
    this.onAttempt(lane, attempt);
    this.offer(lane);
  }

  /** Draws conclusions about the endpoint from an attempt that has failed. */
  private async judge(lane: Lane, endpoint: EndpointState, attempt: Attempt): Promise<void> {
    const at = attempt.at.getTime();
    lane.setHealth(afterFailure(lane.health, { at, durationMs: attempt.durationMs }, this.schedule));
    const verdict = verdictOn(lane.health, at + attempt.durationMs, this.settings.disableAfterMs);
    const isGone = attempt.statusCode === 410;
    if (isGone || verdict === 'disable') {
      lane.end(disableAgainMs);
      const reason = isGone ? 'gone' : 'failing';
      if (await this.notices.disable(lane.endpointId, endpoint, reason, lane.health, attempt))
        lane.end('never');
    } else if (verdict === 'warn' && !endpoint.warned) {
      endpoint.warned = true;
      await this.notices.warn(lane.endpointId, endpoint, lane.health, attempt, this.settings.disableAfterMs);
    }
  }

  private toResult(lane: Lane, delivery: DueDelivery, attempt: Attempt): AttemptResult {
    const failures = attempt.isDelivered ? delivery.failures : delivery.failures + 1;
    const retryMs = attempt.isDelivered
      ? undefined
      : this.schedule.nextAttemptMs(failures, attempt.retryAfterMs);
    return {
      attemptId: attempt.id,
      deliveryId: delivery.id,
      endpointId: lane.endpointId,
      at: attempt.at,
      durationMs: attempt.durationMs,
      statusCode: attempt.statusCode,
      error: attempt.error,
      excerpt: attempt.excerpt,
      status: attempt.isDelivered ? 'delivered' : retryMs === undefined ? 'dead' : 'pending',
      failures,
      retryMs: retryMs ?? null,
    };
  }

  /** Looks again soon whether requests can start, and whether some wait for a long time. */
  private recheckIn(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.recheckAt) return;
    clearTimeout(this.timer);
    this.recheckAt = at;
    const recheck = () => {
      this.recheckAt = Infinity;
      const now = performance.now();
      for (const { lane, slot } of this.slotOf.values()) if (!lane.isHealthy(now)) slot.markUnhealthy();
      this.pumpSoon();
    };
    this.timer = setTimeout(recheck, ms).unref();
  }
}
