import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { runInScope } from '../../common/request/request-scope.js';
import { version } from '../../config/version.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Encryption } from '../../encryption/encryption.js';
import { OutgoingRequests } from '../../outgoing/outgoing-requests.js';
import { Sql } from '../../sql/sql.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { Dispatcher } from './dispatcher.js';
import { EndpointNotices } from './endpoint-notices.js';
import { LaneSupply } from './lane-supply.js';
import type { Lane } from './lane.js';
import { ResultWriter } from './result-writer.js';
import { RetrySchedule } from './rules/retry-schedule.js';
import { Sender, type Attempt } from './sender.js';

const hourMs = 3_600_000;
/** How much longer a lease lasts than two requests that time out. After a crash, lanes wait until their lease ends. */
const extraLeaseMs = 10_000;

/**
 * Delivers events to webhook endpoints. It takes lanes, sends what is due, and stores the results, in every process with
 * a role other than `api`.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly outgoing: OutgoingRequests;
  private readonly dispatcher: Dispatcher;
  private readonly supply: LaneSupply;
  private readonly writer: ResultWriter;
  private stopListening: () => void = () => undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    sql: Sql,
    encryption: Encryption,
    clock: Clock,
    private readonly wakeups: Wakeups,
    private readonly metrics: DeliveryMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { webhookTimeoutMs: timeoutMs } = config;
    const holder = randomUUID();
    this.outgoing = new OutgoingRequests({ allowInsecure: config.webhookAllowInsecure });
    const settings = {
      timeoutMs,
      concurrency: config.webhookConcurrency,
      disableAfterMs: config.webhookDisableAfterHours * hourMs,
    };
    this.dispatcher = new Dispatcher(
      new Sender(this.outgoing, encryption, clock, `Offerdock-Webhooks/${version}`),
      new RetrySchedule(config.webhookRetryDelaysMs),
      new EndpointNotices(sql, encryption, wakeups),
      settings,
      (lane, attempt) => this.onAttempt(lane, attempt),
    );
    this.writer = new ResultWriter(sql, holder, {
      onStored: (lane, isReleased, dueMs) => this.onStored(lane, isReleased, dueMs),
      onLost: (lane) => this.supply.remove(lane),
    });
    const leaseMs = 2 * timeoutMs + extraLeaseMs;
    this.supply = new LaneSupply(sql, encryption, this.dispatcher, holder, leaseMs, (lane) =>
      this.writer.store(lane),
    );
    metrics.inFlight = () => this.dispatcher.slots.total;
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    // The callbacks can run in the scope of a request, to whose transaction this does not belong.
    const listeners = [
      this.wakeups.on('endpoints', () => runInScope(undefined, () => this.supply.noticeChanges())),
      this.wakeups.on('lanes', () => runInScope(undefined, () => this.supply.wake())),
    ];
    this.stopListening = () => listeners.forEach((stop) => stop());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /**
   * Starts no requests any more, waits for those in flight, for as long as the shutdown can take, stores their results,
   * and releases all lanes, so that other processes go on at once.
   */
  stop(): Promise<void> {
    this.stopped ??= this.stopNow();
    return this.stopped;
  }

  private async stopNow(): Promise<void> {
    this.stopListening();
    const deadline = performance.now() + this.config.shutdownTimeoutMs * 0.9;
    await this.supply.stop();
    while (this.supply.held.size > 0 && performance.now() < deadline) await sleep(10);
    await this.outgoing.close();
    // Requests that were aborted are repeated. Their lanes are released if the database answers soon.
    const givingUpAt = performance.now() + 1_000;
    while (this.supply.held.size > 0 && performance.now() < givingUpAt) await sleep(10);
    for (const lane of this.supply.held.values()) this.supply.remove(lane);
    await this.writer.settle();
  }

  private onAttempt(lane: Lane, attempt: Attempt | undefined): void {
    if (attempt) this.metrics.countAttempt(attempt.result);
    if (lane.isLost) return;
    this.writer.store(lane);
    if (lane.wantedRows > 0) this.supply.refill();
  }

  private onStored(lane: Lane, isReleased: boolean, dueMs: number | null): void {
    if (!isReleased) {
      if (lane.wantedRows > 0) this.supply.refill();
      // The last request has ended while the statement was running.
      else if (lane.release()) this.writer.store(lane);
      return;
    }
    this.supply.remove(lane);
    if (dueMs === null || dueMs > 0) this.supply.refill();
    if (dueMs !== null) this.supply.wakeIn(dueMs);
  }
}
