import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Encryption } from '../../src/encryption/encryption.js';
import type { EventType } from '../../src/events/event-types.js';
import { insertEvents } from '../../src/events/events.write.js';
import { newEvent } from '../../src/events/new-event.js';
import { Sql } from '../../src/sql/sql.js';
import { Wakeups } from '../../src/wakeups/wakeups.js';
import { sealEndpoint } from '../../src/webhooks/endpoints/endpoint-secrets.js';
import { newWebhookSecret } from '../../src/webhooks/signature.js';
import type { Harness } from './harness.js';

export interface TestEndpoint {
  id: string;
  secret: string;
}

/** Stores an enabled endpoint that subscribes to all events. */
export async function makeEndpoint(
  { app }: Harness,
  teamId: string,
  url: string,
  {
    maxPerSecond = null,
    headers = {},
  }: { maxPerSecond?: number | null; headers?: Record<string, string> } = {},
): Promise<TestEndpoint> {
  const id = randomUUID();
  const secret = newWebhookSecret();
  const { bytes, keyId } = sealEndpoint(app.get(Encryption), id, { secret, headers });
  await app.get(DataSource).query(
    `INSERT INTO webhook_endpoints (id, team_id, url, events, enabled, max_per_second, sealed, data_key_id, version,
       created_at, updated_at) VALUES ($1, $2, $3, '{*}', true, $4, $5, $6, 1, now(), now())`,
    [id, teamId, url, maxPerSecond, bytes, keyId],
  );
  return { id, secret };
}

/** Writes events of a team with the numbers 1, 2, …, or those given, and wakes up the router. */
export async function emit(
  { app }: Harness,
  teamId: string,
  events: readonly { n: number; subject?: string; type?: EventType; endpointId?: string }[],
): Promise<void> {
  const built = events.map(({ n, subject = randomUUID(), type = 'partner.added', endpointId }) =>
    newEvent(app.get(Encryption), {
      type,
      teamId,
      subject,
      data: { n } as never,
      at: new Date(),
      endpointId,
    }),
  );
  await app.get(Sql).rows(insertEvents(built));
  app.get(Wakeups).send('events');
}

/** Returns the rows of a query, for what the API does not show. */
export const query = <T>({ app }: Harness, text: string, values: unknown[] = []): Promise<T[]> =>
  app.get(DataSource).query(text, values);
