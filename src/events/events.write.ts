import type { Statement } from '../sql/statement.js';
import type { NewEvent } from './new-event.js';

const into =
  'INSERT INTO events (id, team_id, type, subject, endpoint_id, payload, sealed, data_key_id, created_at)';
const types = ['uuid', 'uuid', 'text', 'uuid', 'uuid', 'bytea', 'bytea', 'text', 'timestamptz'];

/** Returns the values of the parameters of `eventsInsert`. */
export const eventValues = (events: readonly NewEvent[]): unknown[] =>
  events.flatMap(({ id, teamId, type, subject, endpointId, payload, sealed, at }) => [
    id,
    teamId,
    type,
    subject,
    endpointId,
    payload === null ? null : Buffer.from(payload),
    sealed?.bytes ?? null,
    sealed?.keyId ?? null,
    at,
  ]);

/**
 * Returns an INSERT of events to add to another statement as a common table expression: `WITH …, events AS (${…})`. After
 * the commit, call `EventLog.announce`.
 * @param count the number of events, at least 1
 * @param first the number of the first parameter; the others follow, see `eventValues`
 */
export function eventsInsert(count: number, first: number): string {
  const rows = Array.from({ length: count }, (_, row) =>
    types.map((type, column) => `$${first + row * types.length + column}::${type}`).join(', '),
  );
  return `${into} VALUES ${rows.map((row) => `(${row})`).join(', ')}`;
}

/**
 * Stores events, in their order. EventLog also announces them. They are one JSON text, so that the statement does not depend
 * on their number.
 */
export const insertEvents = (events: readonly NewEvent[]): Statement => ({
  text: `${into}
    SELECT id, team, type, subject, endpoint, convert_to(payload, 'UTF8'), decode(sealed, 'base64'), data_key, at
      FROM json_to_recordset($1::json) AS e (id uuid, team uuid, type text, subject uuid, endpoint uuid, payload text,
        sealed text, data_key text, at timestamptz)`,
  values: [
    JSON.stringify(
      events.map(({ id, type, teamId, subject, payload, sealed, endpointId, at }) => ({
        id,
        team: teamId,
        type,
        subject,
        endpoint: endpointId,
        payload,
        sealed: sealed?.bytes.toString('base64') ?? null,
        data_key: sealed?.keyId ?? null,
        at,
      })),
    ),
  ],
});

/**
 * Deletes all events of teams about these subjects, also those that have not been passed on yet, with their deliveries. An event that
 * is passed on at this moment is found by its ID, because it is only then that its row is no longer waiting.
 */
export const deleteEventsAbout = (subjects: readonly string[]): Statement => ({
  text: `
    DELETE FROM events e USING (
      SELECT id FROM events WHERE NOT routed AND team_id IS NOT NULL AND subject = ANY ($1::uuid[])
      UNION SELECT event_id FROM event_recipients WHERE subject = ANY ($1::uuid[])) found
    WHERE e.id = found.id`,
  values: [subjects],
});

/**
 * Makes the processes that have read pending deliveries about these subjects forget them, as they do after a change of the
 * endpoint: its version becomes another one. Run this before `deleteEventsAbout`, and send the wake-up `endpoints` after the
 * commit. A request that is being sent is not stopped.
 */
export const recallDeliveries = (subjects: readonly string[]): Statement => ({
  text: `
    WITH recalled AS (
      SELECT id FROM webhook_endpoints WHERE id IN (
        SELECT d.endpoint_id FROM event_recipients r JOIN webhook_deliveries d USING (event_id)
         WHERE r.subject = ANY ($1::uuid[]) AND d.status = 'pending')
       ORDER BY id FOR NO KEY UPDATE)
    UPDATE webhook_endpoints e SET version = version + 1 FROM recalled WHERE e.id = recalled.id`,
  values: [subjects],
});
