import { DataSource } from 'typeorm';
import { newId } from '../../src/common/new-id.js';
import { Wakeups } from '../../src/wakeups/wakeups.js';
import type { Harness } from './harness.js';
import { until } from './until.js';

/** An event as a team receives it. */
export interface ReceivedEvent {
  id: string;
  event: string;
  timestamp: string;
  data: Record<string, unknown> & { offerId: string };
}

const rowsOf = <T>(harness: Harness, sql: string, values: unknown[] = []): Promise<T[]> =>
  harness.app.get(DataSource).query(sql, values);

/** Stores an endpoint to which nothing is delivered, because its secrets are lost. @returns its ID */
export async function storeEndpoint(
  harness: Harness,
  teamId: string,
  { events = ['*'], enabled = true }: { events?: string[]; enabled?: boolean } = {},
): Promise<string> {
  const id = newId();
  await rowsOf(
    harness,
    `INSERT INTO webhook_endpoints (id, team_id, url, events, enabled, version, created_at, updated_at)
     VALUES ($1, $2, 'https://receiver.example', $3, $4, 1, now(), now())`,
    [id, teamId, events, enabled],
  );
  return id;
}

/** Waits until the router has nothing to do, except for events of the subjects given. */
export async function waitUntilRouted(harness: Harness, except: readonly string[] = []): Promise<void> {
  harness.app.get(Wakeups).send('events');
  await until(async () => {
    const waiting = await rowsOf(
      harness,
      'SELECT FROM events WHERE NOT routed AND subject <> ALL ($1) LIMIT 1',
      [except],
    );
    return waiting.length === 0;
  });
}

/** Returns what a team has received after a position, oldest first, and the position of the last one. */
export async function receivedBy(
  harness: Harness,
  teamId: string,
  after = '0',
): Promise<{ events: ReceivedEvent[]; position: string }> {
  const rows = await rowsOf<{ position: string; payload: Buffer }>(
    harness,
    `SELECT r.position, e.payload FROM event_recipients r JOIN events e ON e.id = r.event_id
      WHERE r.team_id = $1 AND r.position > $2 ORDER BY r.position`,
    [teamId, after],
  );
  return {
    events: rows.map(({ payload }) => JSON.parse(payload.toString()) as ReceivedEvent),
    position: rows.at(-1)?.position ?? after,
  };
}
