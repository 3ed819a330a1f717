import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';

/** Counts the attempts of this process, for the metrics. */
@Injectable()
export class AttemptCounts {
  inFlight: () => number = () => 0;

  private readonly attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts to deliver events to webhook endpoints, by their result.',
    labelNames: ['result'],
    registers: [],
  });

  private readonly gauge: Gauge = new Gauge({
    name: 'webhook_requests_in_flight',
    help: 'Requests to webhook endpoints in progress.',
    registers: [],
    collect: () => this.gauge.set(this.inFlight()),
  });

  /** The metrics, to be registered. */
  readonly metrics = [this.attempts, this.gauge];

  /** @param result `delivered`, `status` for a response with another status than 2xx, or the error of the request */
  add(result: string): void {
    this.attempts.inc({ result });
  }
}
