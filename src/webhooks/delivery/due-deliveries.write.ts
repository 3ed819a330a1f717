import type { Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';

/** What to read for a lane. */
export interface WantedDeliveries {
  endpointId: string;
  /** The number of deliveries at most. */
  rows: number;
  /** Whether to read only a test, because the circuit breaker is open. */
  testsOnly: boolean;
  /** IDs of its deliveries that were read before, which are not read again. */
  inHand: readonly string[];
}

/** An endpoint as it is stored at the moment. */
export interface EndpointState {
  teamId: string;
  version: number;
  url: string;
  /** `paused` if the team is suspended. */
  state: 'enabled' | 'disabled' | 'paused';
  maxPerSecond: number | null;
  /** In the form of Postgres. */
  sealed: string | null;
  keyId: string | null;
  /** Unix milliseconds. */
  previousSecretUntil: number | null;
  /** The value of `wake`, which changes when deliveries are added after these. */
  wake: string;
  warned: boolean;
  /** The number of due deliveries, including those that are not returned. */
  due: number;
  /** The number of deliveries that now wait for an earlier one of their subject. */
  postponed: number;
}

/** A delivery that is due, with what is sent. */
export interface DueDelivery {
  id: string;
  eventId: string;
  subject: string;
  position: number;
  /** How many of its attempts have failed. */
  failures: number;
  /**
   * The bytes that are sent; null if they are encrypted. As buffers, because many deliveries wait at the same time, and
   * strings would fill the heap.
   */
  payload: Buffer | null;
  sealed: Buffer | null;
  keyId: string | null;
}

/** What was read for a lane. */
export interface DuePage {
  endpoint: EndpointState;
  deliveries: DueDelivery[];
}

/** Payloads of a lane that are read at once, in bytes; a single one can be larger. */
const maxBytes = 262_144;
/** How many deliveries are postponed at once because of one that waits. */
const maxPostponed = 1_000;

/** The deliveries in hand of all lanes. Postgres makes a hash table of a subquery; it would search an array from its start. */
const inHand = '(SELECT unnest($3::uuid[]))';
const dueColumns = 'id, event_id, subject, position, failures, next_attempt_at';

/**
 * Returns the statement that reads the due deliveries of lanes that this process holds, in the order of their next
 * attempts. A delivery must not overtake any earlier one of its subject. If one of them waits for its next attempt, the
 * later ones get the same time, so that they are not read over and over.
 * @param holder ID of this process
 */
export const readDueDeliveries = (holder: string, lanes: readonly WantedDeliveries[]): Statement => ({
  text: `
  WITH lanes AS MATERIALIZED (
    SELECT l.endpoint_id, e.team_id, e.version, e.url, e.max_per_second, e.sealed, e.data_key_id, e.previous_secret_until, l.wake,
           l.warned_at IS NOT NULL AS warned, w.rows, w.tests_only,
           CASE WHEN NOT e.enabled THEN 'disabled' WHEN t.suspended_at IS NULL THEN 'enabled' ELSE 'paused' END AS state
      FROM json_to_recordset($1::json) AS w (endpoint_id uuid, rows integer, tests_only boolean)
      JOIN webhook_lanes l ON l.endpoint_id = w.endpoint_id AND l.leased_by = $2
      JOIN webhook_endpoints e ON e.id = w.endpoint_id
      JOIN teams t ON t.id = e.team_id
  ), due AS MATERIALIZED (
    SELECT l.endpoint_id, d.* FROM lanes l CROSS JOIN LATERAL (
      SELECT ${dueColumns} FROM webhook_deliveries d
       WHERE d.endpoint_id = l.endpoint_id AND d.status = 'pending' AND d.next_attempt_at <= now()
         AND d.id NOT IN ${inHand}
       ORDER BY d.next_attempt_at, d.position LIMIT l.rows) d
     WHERE l.state = 'enabled' AND NOT l.tests_only
    UNION ALL
    SELECT l.endpoint_id, d.* FROM lanes l CROSS JOIN LATERAL (
      SELECT d.id, d.event_id, d.subject, d.position, d.failures, d.next_attempt_at
        FROM events e JOIN webhook_deliveries d ON d.event_id = e.id AND d.endpoint_id = e.endpoint_id
       WHERE e.endpoint_id = l.endpoint_id AND d.status = 'pending' AND d.next_attempt_at <= now()
         AND d.id NOT IN ${inHand}
       ORDER BY d.position LIMIT 1) d
     WHERE l.state = 'enabled' AND l.tests_only
  ), judged AS MATERIALIZED (
    -- With the time until which an earlier one of the subject waits that is neither among them nor in hand.
    -- Tests wait for nothing.
    SELECT d.*, CASE WHEN NOT l.tests_only THEN (SELECT max(e.next_attempt_at) FROM webhook_deliveries e
        WHERE e.endpoint_id = d.endpoint_id AND e.subject = d.subject AND e.status = 'pending' AND e.position < d.position
          AND e.id NOT IN ${inHand} AND e.id NOT IN (SELECT id FROM due)) END AS until
      FROM due d JOIN lanes l USING (endpoint_id)
  ), postponed AS (
    UPDATE webhook_deliveries p SET next_attempt_at = f.until
      FROM (SELECT x.id, j.until
              FROM (SELECT DISTINCT ON (endpoint_id, subject) endpoint_id, subject, position, until
                      FROM judged WHERE until IS NOT NULL ORDER BY endpoint_id, subject, position) j
             CROSS JOIN LATERAL (
              SELECT id FROM webhook_deliveries x
               WHERE x.endpoint_id = j.endpoint_id AND x.subject = j.subject AND x.status = 'pending'
                 AND x.position >= j.position AND x.next_attempt_at < j.until LIMIT ${maxPostponed}) x) f
     WHERE p.id = f.id AND p.status = 'pending'
    RETURNING p.endpoint_id
  ), page AS (
    SELECT d.*, e.payload, e.sealed, e.data_key_id, octet_length(coalesce(e.payload, e.sealed)) AS size,
           sum(octet_length(coalesce(e.payload, e.sealed)))
             OVER (PARTITION BY d.endpoint_id ORDER BY d.position) AS bytes
      FROM judged d JOIN events e ON e.id = d.event_id
     WHERE d.until IS NULL
  )
  SELECT endpoint_id, NULL, NULL, NULL, NULL, NULL, json_build_object(
           'teamId', team_id, 'version', version, 'url', url, 'state', state, 'maxPerSecond', max_per_second, 'sealed', sealed,
           'keyId', data_key_id, 'previousSecretUntil', (extract(epoch FROM previous_secret_until) * 1000)::bigint,
           'wake', wake::text, 'warned', warned,
           'due', (SELECT count(*) FROM due d WHERE d.endpoint_id = l.endpoint_id),
           'postponed', (SELECT count(*) FROM postponed p WHERE p.endpoint_id = l.endpoint_id))::text, NULL, NULL
    FROM lanes l
  UNION ALL
  SELECT endpoint_id, id, event_id, subject, position, failures, convert_from(payload, 'UTF8'), sealed, data_key_id
    FROM page WHERE coalesce(bytes <= ${maxBytes}, true) OR bytes = size`,
  values: [
    JSON.stringify(
      lanes.map(({ endpointId, rows, testsOnly }) => ({
        endpoint_id: endpointId,
        rows,
        tests_only: testsOnly,
      })),
    ),
    holder,
    lanes.flatMap((lane) => lane.inHand),
  ],
});

/** Returns what `readDueDeliveries` has read, by endpoint. A lane that is missing is not held any more. */
export function toPages(rows: readonly RawRow[]): Map<string, DuePage> {
  const pages = new Map<string, DuePage>();
  for (const row of rows) {
    const [endpointId, id, eventId, subject, position, failures, text, sealed, keyId] = row;
    if (id === null)
      pages.set(endpointId ?? '', { endpoint: JSON.parse(text ?? '') as EndpointState, deliveries: [] });
    else
      pages.get(endpointId ?? '')?.deliveries.push({
        id: id ?? '',
        eventId: eventId ?? '',
        subject: subject ?? '',
        position: Number(position),
        failures: Number(failures),
        payload: text ? Buffer.from(text) : null,
        sealed: sealed ? Buffer.from(sealed.slice(2), 'hex') : null,
        keyId: keyId ?? null,
      });
  }
  // An earlier one of a subject must not be sent after a later one.
  for (const { deliveries } of pages.values()) deliveries.sort((a, b) => a.position - b.position);
  return pages;
}
