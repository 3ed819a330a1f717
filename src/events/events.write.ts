import type { Statement } from '../sql/statement.js';
import type { NewEvent } from './new-event.js';

/**
 * Returns the value of the parameter of `eventsInsert`. The events are one JSON text, so that the statement does not depend
 * on their number and is prepared once.
 */
export const eventsParameter = (events: readonly NewEvent[]) =>
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
  );

/**
 * Returns an INSERT of events to add to another statement as a common table expression: `WITH …, events AS (${…})`. After
 * the commit, call `EventLog.announce`.
 * @param parameter the parameter with the `eventsParameter`, such as `$3`
 * @param condition SQL; nothing is stored unless it is true
 */
export const eventsInsert = (parameter: string, condition = 'true') => `
  INSERT INTO events (id, team_id, type, subject, endpoint_id, payload, sealed, data_key_id, created_at)
    SELECT id, team, type, subject, endpoint, convert_to(payload, 'UTF8'), decode(sealed, 'base64'), data_key, at
      FROM json_to_recordset(${parameter}::json) AS e (id uuid, team uuid, type text, subject uuid, endpoint uuid,
        payload text, sealed text, data_key text, at timestamptz)
     WHERE ${condition}`;

/** Stores events, in their order. EventLog also announces them. */
export const insertEvents = (events: readonly NewEvent[]): Statement => ({
  text: eventsInsert('$1'),
  values: [eventsParameter(events)],
});

/**
 * Deletes all events about these subjects, also those that have not been passed on yet, with their deliveries. An event that
 * is passed on at this moment is found by its ID, because it is only then that its row is no longer waiting.
 */
export const deleteEventsAbout = (subjects: readonly string[]): Statement => ({
  text: `
    DELETE FROM events e USING (
      SELECT id FROM events WHERE NOT routed AND subject = ANY ($1::uuid[])
      UNION SELECT event_id FROM event_recipients WHERE subject = ANY ($1::uuid[])) found
    WHERE e.id = found.id`,
  values: [subjects],
});
