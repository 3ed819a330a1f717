import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Encryption } from '../../src/encryption/encryption.js';
import type { EventType } from '../../src/events/event-types.js';
import { insertEvents } from '../../src/events/events.write.js';
import { newEvent } from '../../src/events/new-event.js';
import { Sql } from '../../src/sql/sql.js';
import { Wakeups } from '../../src/wakeups/wakeups.js';
import { makeTeam, type TestTeam } from './factories.js';
import type { Harness } from './harness.js';
import { until } from './until.js';
import { WebhookReceiver, type Behaviour } from './webhook-receiver.js';

/** Settings that make deliveries quick. */
export const quickDelivery = {
  webhookAllowInsecure: true,
  webhookTimeoutMs: 300,
  webhookRetryDelaysMs: [40, 40, 40, 40],
};

export interface TestEvent {
  /** The number of the event, in `data.n`. */
  n: number;
  subject?: string;
  type?: EventType;
}

/** A team with a webhook endpoint that receives all of its events. */
export class Delivery {
  private constructor(
    readonly harness: Harness,
    readonly team: TestTeam,
    readonly receiver: WebhookReceiver,
    readonly endpointId: string,
    readonly secret: string,
  ) {}

  /** @param settings fields of the endpoint */
  static async create(harness: Harness, behave?: Behaviour, settings: object = {}): Promise<Delivery> {
    const receiver = await new WebhookReceiver(behave).start();
    const team = await makeTeam(harness, 'hybrid');
    const body = { url: receiver.url, events: ['*'], ...settings };
    const reply = await harness.call('POST', '/webhooks/endpoints', body, team);
    if (reply.status !== 201) throw new Error(reply.text);
    return new Delivery(harness, team, receiver, reply.body.id, reply.body.secret);
  }

  /** Sends a request to the endpoint, as its team. */
  call(method: string, path = '', body?: object) {
    return this.harness.call(method, `/webhooks/endpoints/${this.endpointId}${path}`, body, this.team);
  }

  /** Writes events of the team, and wakes up the router. Without a subject, each has its own. */
  async emit(...events: TestEvent[]): Promise<void> {
    const { app } = this.harness;
    const built = events.map(({ n, subject = randomUUID(), type = 'partner.added' }) =>
      newEvent(app.get(Encryption), {
        type,
        teamId: this.team.id,
        subject,
        data: { n } as never,
        at: new Date(),
      }),
    );
    await app.get(Sql).rows(insertEvents(built));
    app.get(Wakeups).send('events');
  }

  /** Waits until so many requests have arrived. */
  received = (count: number) => until(() => this.receiver.received.length >= count, 10_000);

  /** Waits until no delivery is pending. */
  settled = () =>
    until(async () => {
      const [row] = await this.query<{ waiting: number }>(
        `SELECT (SELECT count(*) FROM events WHERE NOT routed)::int + (SELECT count(*) FROM webhook_deliveries
          WHERE endpoint_id = $1 AND status = 'pending')::int AS waiting`,
        [this.endpointId],
      );
      return row?.waiting === 0;
    }, 10_000);

  /** The lane as it is stored. */
  async lane(): Promise<{
    breaker: string;
    failures: number;
    healthy: boolean;
    held: boolean;
    due: boolean;
  }> {
    const [lane] = await this.query<never>(
      `SELECT breaker, failures, healthy, leased_by IS NOT NULL AS held, due_at IS NOT NULL AS due FROM webhook_lanes
        WHERE endpoint_id = $1`,
      [this.endpointId],
    );
    return lane ?? Promise.reject(new Error('The endpoint has no lane'));
  }

  /** The deliveries, in the order of their events. */
  deliveries = () =>
    this.query<{ status: string; attempts: number; failures: number; code: number | null; error: string }>(
      `SELECT status, attempts, failures, last_status_code AS code, last_error AS error FROM webhook_deliveries
        WHERE endpoint_id = $1 ORDER BY position`,
      [this.endpointId],
    );

  query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.harness.app.get(DataSource).query(text, values);
  }
}
