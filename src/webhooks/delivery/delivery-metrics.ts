import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, type Metric } from 'prom-client';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';

/** The measurement of the backlog is repeated after this time, or after a hundred times as long as it took. */
const measureEveryMs = 5_000;
const maxShare = 0.01;

const breakers = ['closed', 'open', 'probing'] as const;

/**
 * The backlog, the age in seconds of the oldest delivery that could be sent, and the lanes of enabled endpoints by the
 * state of their circuit breaker. A lane whose breaker is open is not due.
 */
const measure = `SELECT
  (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'),
  (SELECT coalesce(max(extract(epoch FROM now() - d.next_attempt_at)), 0)
     FROM (SELECT endpoint_id FROM webhook_lanes WHERE due_at <= now() LIMIT 10000) l CROSS JOIN LATERAL (
       SELECT next_attempt_at FROM webhook_deliveries
        WHERE endpoint_id = l.endpoint_id AND status = 'pending' AND next_attempt_at <= now()
        ORDER BY next_attempt_at, position LIMIT 1) d),
  ${breakers.map((breaker) => `(SELECT count(*) FROM webhook_lanes l JOIN webhook_endpoints e ON e.id = l.endpoint_id WHERE e.enabled AND breaker = '${breaker}')`).join(', ')}`;

/** Collects the metrics of deliveries. Those of the backlog are about the database, and the same in all processes. */
@Injectable()
export class DeliveryMetrics {
  /** Returns the number of requests in flight. */
  inFlight: () => number = () => 0;
  private measuring: Promise<void> | undefined;
  private measureAt = 0;

  private readonly attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts to deliver events to webhook endpoints, by result: delivered, status (not 2xx), or the error.',
    labelNames: ['result'],
    registers: [],
  });

  private readonly requests: Gauge = new Gauge({
    name: 'webhook_requests_in_flight',
    help: 'Requests to webhook endpoints in progress.',
    registers: [],
    collect: () => this.requests.set(this.inFlight()),
  });

  private readonly pending: Gauge = new Gauge({
    name: 'webhook_deliveries_pending',
    help: 'Deliveries to webhook endpoints that are neither delivered nor dead, in the database.',
    registers: [],
    // All workers report the same number.
    aggregator: 'max',
    collect: () => this.measureIfOld(),
  });

  private readonly oldest = new Gauge({
    name: 'webhook_oldest_due_seconds',
    help: 'Age of the oldest delivery that could be sent, in seconds. Deliveries to endpoints that are not called at the moment do not count.',
    registers: [],
    aggregator: 'max',
  });

  private readonly breakerStates = new Gauge({
    name: 'webhook_breakers',
    help: 'Enabled webhook endpoints by the state of their circuit breaker, in the database.',
    labelNames: ['state'],
    registers: [],
    aggregator: 'max',
  });

  constructor(
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The metrics to register; none in a process that delivers nothing. */
  get all(): Metric[] {
    if (this.config.role === 'api') return [];
    return [this.pending, this.oldest, this.breakerStates, this.attempts, this.requests];
  }

  /** @param result `delivered`, `status` for a response with another status than 2xx, or the error of the request */
  countAttempt(result: string): void {
    this.attempts.inc({ result });
  }

  /** Waits for the first measurement only; later ones are for the next report. */
  private async measureIfOld(): Promise<void> {
    const now = performance.now();
    if (this.measuring || now < this.measureAt) return;
    const isFirst = this.measureAt === 0;
    // A failure leaves the values as they are.
    this.measuring = this.measure(now)
      .catch(() => undefined)
      .finally(() => (this.measuring = undefined));
    if (isFirst) await this.measuring;
  }

  private async measure(startedAt: number): Promise<void> {
    this.measureAt = startedAt + measureEveryMs;
    const [row = []] = await this.sql.rows({ text: measure, values: [] });
    const [pending, oldest, ...counts] = row.map(Number);
    this.pending.set(pending ?? 0);
    this.oldest.set(oldest ?? 0);
    for (const [index, state] of breakers.entries()) this.breakerStates.set({ state }, counts[index] ?? 0);
    const tookMs = performance.now() - startedAt;
    this.measureAt = startedAt + Math.max(measureEveryMs, tookMs / maxShare);
  }
}
