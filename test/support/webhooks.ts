import { DataSource } from 'typeorm';
import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

export const hookUrl = 'https://hooks.example.com/in';
export const endpointsPath = '/webhooks/endpoints';

/** Shorthands for the webhook endpoints of one team. */
export class Hooks {
  constructor(
    readonly harness: Harness,
    readonly team: TestTeam,
  ) {}

  /** Sends a request to an endpoint: `path` is its ID, and what follows it. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.harness.call(method, `${endpointsPath}/${path}`, body, { ...this.team, headers });
  }

  create(more: object = {}, headers: Record<string, string> = {}): Promise<Reply> {
    const body = { url: hookUrl, events: ['order.*'], ...more };
    return this.harness.call('POST', endpointsPath, body, { ...this.team, headers });
  }

  /** Creates an endpoint and returns its ID. */
  async id(more: object = {}): Promise<string> {
    const reply = await this.create(more);
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body.id;
  }
}

/** What the tests read of a lane. */
export interface Lane {
  due: boolean | null;
  wake: number;
  failures: number;
  breaker: string;
  paused: boolean | null;
}

export async function laneOf(harness: Harness, endpointId: string): Promise<Lane> {
  const rows: Lane[] = await harness.app.get(DataSource).query(
    `SELECT due_at <= now() AS due, wake::int, failures, breaker, open_until > now() AS paused
       FROM webhook_lanes WHERE endpoint_id = $1`,
    [endpointId],
  );
  const [lane] = rows;
  if (!lane) throw new Error('The endpoint has no lane');
  return lane;
}

/** Stores that the last attempts to an endpoint have failed, so that nothing is sent for five minutes. */
export const pauseLane = (harness: Harness, endpointId: string) =>
  harness.app.get(DataSource).query(
    `UPDATE webhook_lanes SET failures = 12, failing_since = now() - interval '1 hour', warned_at = now(), breaker = 'open',
       open_until = now() + interval '5 minutes', due_at = now() + interval '5 minutes' WHERE endpoint_id = $1`,
    [endpointId],
  );
