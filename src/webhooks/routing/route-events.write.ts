import type { Statement } from '../../sql/statement.js';

/** How many events one transaction routes at most. */
export const maxBatch = 500;

/** What waits to be routed. */
export type WaitingKind = 'team' | 'offer';

/** Only one process at a time routes events; the others leave what they find to it. */
export const takeRoutingLock: Statement = {
  text: "SELECT pg_try_advisory_xact_lock(hashtext('offerdock event routing'))",
  values: [],
};

/**
 * Returns the statement that finds out which kinds of events wait. Its only row has one column for each kind.
 * @param held subjects whose events are left alone
 */
export const findWaiting = (held: readonly string[]): Statement => ({
  text: `SELECT EXISTS (SELECT FROM events WHERE NOT routed AND team_id IS NOT NULL AND subject <> ALL ($1::uuid[])),
                EXISTS (SELECT FROM events WHERE NOT routed AND team_id IS NULL AND subject <> ALL ($1::uuid[]))`,
  values: [held],
});

/** The patterns by which an endpoint subscribes to the event type in `type`. */
const patternsOf = (type: string) => `ARRAY[${type}, split_part(${type}, '.', 1) || '.*', '*']`;

const columns = 'id, seq, team_id, type, subject, endpoint_id, created_at';

/**
 * Returns the statement that routes the oldest waiting events of teams: lists them for their teams, creates the
 * deliveries, wakes the lanes of the endpoints. Whoever runs it has locked the routing in the same transaction, so that
 * positions become visible in their order. Its only row contains the numbers of events and of deliveries.
 * @param held subjects whose events are left alone
 */
export const routeTeamEvents = (limit: number, held: readonly string[]): Statement => ({
  text: `
  WITH batch AS MATERIALIZED (
    SELECT ${columns} FROM events
     WHERE NOT routed AND team_id IS NOT NULL AND subject <> ALL ($2::uuid[]) ORDER BY seq LIMIT $1
  ), placed AS MATERIALIZED (
    SELECT nextval('event_positions') AS position, ${columns} FROM (SELECT * FROM batch ORDER BY seq) AS b
  ), routed AS (
    UPDATE events SET routed = true WHERE id IN (SELECT id FROM batch)
  ), listed AS (
    INSERT INTO event_recipients (team_id, position, event_id, type, subject, created_at)
      SELECT p.team_id, position, p.id, type, subject, p.created_at
        FROM placed p JOIN teams t ON t.id = p.team_id WHERE endpoint_id IS NULL
  ), receivers AS MATERIALIZED (
    -- Locked, so that none of them can be deleted before the deliveries are stored.
    SELECT id, team_id, events FROM webhook_endpoints
     WHERE team_id IN (SELECT team_id FROM batch) AND enabled FOR KEY SHARE
  ), deliveries AS (
    INSERT INTO webhook_deliveries (id, endpoint_id, team_id, event_id, position, type, subject, status, next_attempt_at,
        created_at)
      SELECT new_uuid(), r.id, p.team_id, p.id, position, type, subject, 'pending', now(), now()
        FROM placed p JOIN receivers r USING (team_id)
       WHERE CASE WHEN endpoint_id IS NULL THEN r.events && ${patternsOf('type')} ELSE r.id = endpoint_id END
      ON CONFLICT (event_id, endpoint_id) DO NOTHING
      RETURNING endpoint_id
  ), lanes AS (
    INSERT INTO webhook_lanes AS l (endpoint_id, due_at, wake)
      SELECT endpoint_id, now(), 1 FROM (SELECT DISTINCT endpoint_id FROM deliveries) AS d ORDER BY endpoint_id
      ON CONFLICT (endpoint_id) DO UPDATE SET due_at = least(l.due_at, now()), wake = l.wake + 1
  )
  SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM deliveries)`,
  values: [limit, held],
});
