import type { HiddenEvents } from '../../events/hidden-events.js';
import type { Statement } from '../../sql/statement.js';

/** A failed test is not sent again: it counts as if all retries had been made. */
const noRetries = 100;

/**
 * Creates the delivery of a test event without the router, so that the response can name it. The event has been written
 * in the same transaction.
 */
export const createTestDelivery = (delivery: { id: string; eventId: string }): Statement => ({
  text: `WITH event AS (UPDATE events SET routed = true WHERE id = $2 RETURNING id, endpoint_id, team_id, type, subject)
    INSERT INTO webhook_deliveries (id, endpoint_id, team_id, event_id, position, type, subject, status, failures,
        next_attempt_at, created_at)
      SELECT $1, endpoint_id, team_id, id, nextval('event_positions'), type, subject, 'pending', ${noRetries}, now(), now()
        FROM event`,
  values: [delivery.id, delivery.eventId],
});

const pendingAgain = `status = 'pending', failures = 0, next_attempt_at = now(), delivered_at = NULL`;

/** Makes a delivery pending, and due at once. */
export const sendAgain = (deliveryId: string): Statement => ({
  text: `UPDATE webhook_deliveries SET ${pendingAgain} WHERE id = $1`,
  values: [deliveryId],
});

/** Makes those of the deliveries pending that have ended. Its only row contains their number. */
export const sendAllAgain = (deliveryIds: readonly string[]): Statement => ({
  text: `WITH again AS (UPDATE webhook_deliveries SET ${pendingAgain}
      WHERE id = ANY ($1::uuid[]) AND status <> 'pending' RETURNING 1) SELECT count(*) FROM again`,
  values: [deliveryIds],
});

/**
 * Selects a delivery of the team, and locks it. The columns are the ID of its endpoint, whether that is enabled, and the
 * subject of the event.
 */
export const lockDelivery = (teamId: string, id: string, hidden: HiddenEvents): Statement => ({
  text: `SELECT e.id, e.enabled, d.subject FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
    WHERE d.id = $1 AND e.team_id = $2 AND e.deleted_at IS NULL AND ${hidden.isShown('d')} FOR NO KEY UPDATE OF d`,
  values: [id, teamId],
});

/** Which events are sent again. */
export interface ReplayRange {
  since: Date;
  until: Date | null;
  types: readonly string[];
  /** The position after which to go on. */
  after: string;
  limit: number;
}

/**
 * Selects events that the team has received, in the order of their positions. The columns are the position, the ID of the
 * event, and the ID and the status of its delivery to the endpoint, which can be missing.
 */
export const eventsToReplay = (
  teamId: string,
  endpointId: string,
  { since, until, types, after, limit }: ReplayRange,
  hidden: HiddenEvents,
): Statement => ({
  text: `SELECT r.position, r.event_id, d.id, d.status FROM (
      SELECT position, event_id FROM event_recipients e
       WHERE team_id = $1 AND ${hidden.isShown('e')} AND position > $3 AND created_at >= $4 AND ($5::timestamptz IS NULL OR created_at < $5)
         AND type = ANY ($6)
       ORDER BY position LIMIT ${limit}) AS r
      LEFT JOIN webhook_deliveries d ON d.event_id = r.event_id AND d.endpoint_id = $2
    ORDER BY r.position`,
  values: [teamId, endpointId, after, since, until, types],
  replan: true,
});

/**
 * Creates deliveries of events that have none. Its only row contains their number. The events are locked, because old ones
 * can be deleted at the same time; those that are gone are omitted.
 */
export const createDeliveries = (
  teamId: string,
  endpointId: string,
  deliveries: readonly { id: string; eventId: string }[],
): Statement => ({
  text: `WITH created AS (
      INSERT INTO webhook_deliveries (id, endpoint_id, team_id, event_id, position, type, subject, status,
          next_attempt_at, created_at)
        SELECT n.id, $2, $1, event_id, r.position, r.type, r.subject, 'pending', now(), now()
          FROM unnest($3::uuid[], $4::uuid[]) AS n (id, event_id) JOIN event_recipients r USING (event_id)
          JOIN events e ON e.id = event_id
         WHERE r.team_id = $1 ORDER BY r.position FOR KEY SHARE OF e
        ON CONFLICT (event_id, endpoint_id) DO NOTHING RETURNING 1)
    SELECT count(*) FROM created`,
  values: [teamId, endpointId, deliveries.map(({ id }) => id), deliveries.map(({ eventId }) => eventId)],
});
