import type { Sealed } from '../../encryption/encryption.js';
import type { Statement } from '../../sql/statement.js';
import { healthColumns, type LaneHealth } from './rules/lane-health.js';

/** The result of an attempt to deliver. */
export interface AttemptResult {
  attemptId: string;
  deliveryId: string;
  endpointId: string;
  at: Date;
  durationMs: number;
  statusCode: number | null;
  /** A sentence; null after a success. */
  error: string | null;
  excerpt: Sealed | null;
  status: 'pending' | 'delivered' | 'dead';
  /** How many attempts of the delivery have failed. */
  failures: number;
  /** Milliseconds until the next attempt of a pending delivery. */
  retryMs: number | null;
}

/** What to store about a lane. */
export interface LaneUpdate {
  endpointId: string;
  /** The health as it was last stored. If the row differs, it is kept, because the endpoint was changed. */
  stored: LaneHealth;
  health: LaneHealth;
  /** Whether the open breaker was opened since the last update. */
  opens: boolean;
  /** Set to give the lane back. */
  release?: {
    /** `wake` when its deliveries were last read. */
    wake: string;
    /** Milliseconds until it is due again, or `never`; undefined if its next delivery determines that. */
    dueMs: number | 'never' | undefined;
  };
}

const inMs = (value: string) => `now() + ${value} * interval '1 ms'`;

/**
 * Returns the statement that stores results, and gives back the lanes that are done. It ignores lanes that this process
 * does not hold any more. A lane is due again when its next delivery is, or at once if deliveries were added that this
 * process has not seen. It returns the ID, the health, and the milliseconds until it is due of each lane that it held.
 * @param holder ID of this process
 * @param results at most one for each delivery
 */
export const storeResults = (
  holder: string,
  results: readonly AttemptResult[],
  lanes: readonly LaneUpdate[],
): Statement => ({
  text: `
  WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS r (attempt uuid, delivery uuid, lane uuid, at timestamptz,
      duration integer, code integer, error text, excerpt text, key text, status text, failures integer,
      retry double precision)
  ), updates AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS u (lane uuid, old_failures integer, old_breaker text, failures integer,
      failing_since timestamptz, breaker text, open_for double precision, slow boolean, release boolean, wake bigint,
      due_in double precision, never_due boolean)
  ), held AS MATERIALIZED (
    -- Locked in the order in which the router locks them.
    SELECT l.endpoint_id, l.failures = u.old_failures AND l.breaker = u.old_breaker AS is_current
      FROM webhook_lanes l JOIN updates u ON u.lane = l.endpoint_id
     WHERE l.leased_by = $3 ORDER BY l.endpoint_id FOR UPDATE OF l
  ), changed AS (
    -- If this was stored before, although the answer was lost, the same time is stored, and nothing is counted twice.
    UPDATE webhook_deliveries d SET status = g.status, attempts = d.attempts + 1, failures = g.failures,
           next_attempt_at = CASE WHEN g.status = 'pending' THEN ${inMs('g.retry')} END, last_attempt_at = g.at,
           last_status_code = g.code, last_error = g.error,
           delivered_at = CASE WHEN g.status = 'delivered' THEN now() END
      FROM given g JOIN held h ON h.endpoint_id = g.lane
     WHERE d.id = g.delivery AND d.status = 'pending' AND d.last_attempt_at IS DISTINCT FROM g.at
    RETURNING d.id, d.endpoint_id, d.next_attempt_at
  ), attempts AS (
    INSERT INTO webhook_attempts (id, delivery_id, at, duration_ms, status_code, error, sealed, data_key_id)
      SELECT attempt, delivery, at, duration, code, error, decode(excerpt, 'base64'), key
        FROM given JOIN changed ON changed.id = delivery
      ON CONFLICT (id) DO NOTHING
  )
  UPDATE webhook_lanes l SET
         failures = CASE WHEN is_current THEN u.failures ELSE l.failures END,
         failing_since = CASE WHEN is_current THEN u.failing_since ELSE l.failing_since END,
         warned_at = CASE WHEN is_current AND u.failures = 0 THEN NULL ELSE l.warned_at END,
         slow = u.slow,
         breaker = CASE WHEN is_current THEN u.breaker ELSE l.breaker END,
         open_until = CASE WHEN NOT is_current THEN l.open_until WHEN u.breaker <> 'open' THEN NULL
           WHEN u.open_for IS NULL THEN l.open_until ELSE ${inMs('u.open_for')} END,
         leased_by = CASE WHEN NOT u.release THEN l.leased_by END,
         lease_until = CASE WHEN NOT u.release THEN l.lease_until END,
         due_at = CASE
           WHEN NOT u.release THEN l.due_at
           WHEN l.wake <> u.wake THEN now()
           WHEN u.never_due THEN NULL
           WHEN u.due_in IS NOT NULL THEN ${inMs('u.due_in')}
           ELSE least(
             (SELECT d.next_attempt_at FROM webhook_deliveries d
               WHERE d.endpoint_id = l.endpoint_id AND d.status = 'pending'
                 AND d.id NOT IN (SELECT delivery FROM given)
               ORDER BY d.next_attempt_at, d.position LIMIT 1),
             (SELECT min(c.next_attempt_at) FROM changed c WHERE c.endpoint_id = l.endpoint_id)) END
    FROM held JOIN updates u ON u.lane = held.endpoint_id WHERE l.endpoint_id = held.endpoint_id
  RETURNING l.endpoint_id, ${healthColumns('l.')}, (extract(epoch FROM l.due_at - now()) * 1000)::bigint`,
  values: [JSON.stringify(results.map(toResultJson)), JSON.stringify(lanes.map(toUpdateJson)), holder],
});

const toResultJson = (result: AttemptResult) => ({
  attempt: result.attemptId,
  delivery: result.deliveryId,
  lane: result.endpointId,
  at: result.at,
  duration: result.durationMs,
  code: result.statusCode,
  error: result.error,
  excerpt: result.excerpt?.bytes.toString('base64'),
  key: result.excerpt?.keyId,
  status: result.status,
  failures: result.failures,
  retry: result.retryMs,
});

const toUpdateJson = ({ endpointId, stored, health, opens, release }: LaneUpdate) => ({
  lane: endpointId,
  old_failures: stored.failures,
  old_breaker: stored.breaker,
  failures: health.failures,
  failing_since: health.failingSince === null ? null : new Date(health.failingSince),
  breaker: health.breaker,
  open_for: opens ? health.openMs : null,
  slow: health.slow,
  release: release !== undefined,
  wake: release?.wake,
  due_in: typeof release?.dueMs === 'number' ? release.dueMs : null,
  never_due: release?.dueMs === 'never',
});
