import type { SqlParams, Statement } from '../sql/statement.js';
import type { NewEvent } from './new-event.js';

/** The events are one JSON text, so that the statement does not depend on their number and is prepared once. */
const eventsJson = (events: readonly NewEvent[]) =>
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

const insert = (parameter: string, condition: string) => `
  INSERT INTO events (id, team_id, type, subject, endpoint_id, payload, sealed, data_key_id, created_at)
    SELECT id, team, type, subject, endpoint, convert_to(payload, 'UTF8'), decode(sealed, 'base64'), data_key, at
      FROM json_to_recordset(${parameter}::json) AS e (id uuid, team uuid, type text, subject uuid, endpoint uuid,
        payload text, sealed text, data_key text, at timestamptz)
     WHERE ${condition}`;

/**
 * Stores events, in their order. Afterwards, wake up the router; EventLog does both. Run it in the transaction of the
 * change, while the subjects are locked.
 */
export const insertEvents = (events: readonly NewEvent[]): Statement => ({
  text: insert('$1', 'true'),
  values: [eventsJson(events)],
});

/**
 * Returns an INSERT to add to another statement as a common table expression: `WITH …, written AS (${…})`.
 * @param params the parameters of that statement
 * @param condition SQL; nothing is stored unless it is true
 */
export const eventsInsert = (events: readonly NewEvent[], params: SqlParams, condition = 'true'): string =>
  insert(params.add(eventsJson(events)), condition);
