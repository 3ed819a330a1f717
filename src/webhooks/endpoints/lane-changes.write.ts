import type { Statement } from '../../sql/statement.js';

/*
 * Changes of lanes that requests cause. Each increments `wake`, so that the process that holds the lane reads it again.
 * A transaction locks the row of the endpoint before that of the lane.
 */

/** Creates the lane of a new endpoint. */
export const createLane = (endpointId: string): Statement => ({
  text: 'INSERT INTO webhook_lanes (endpoint_id) VALUES ($1)',
  values: [endpointId],
});

/** Makes the lane due, because it has something to send. */
export const wakeLane = (endpointId: string): Statement => ({
  text: 'UPDATE webhook_lanes SET due_at = least(due_at, now()), wake = wake + 1 WHERE endpoint_id = $1',
  values: [endpointId],
});

/** Makes the lane due, and ends a pause, so that the next request is a probe. */
export const probeLane = (endpointId: string): Statement => ({
  text: `UPDATE webhook_lanes SET due_at = least(due_at, now()), wake = wake + 1,
    open_until = CASE WHEN breaker = 'open' THEN least(open_until, now()) ELSE open_until END WHERE endpoint_id = $1`,
  values: [endpointId],
});

/** Forgets all failures, because the endpoint was enabled, or has another URL. */
export const restartLane = (endpointId: string): Statement => ({
  text: `UPDATE webhook_lanes SET failures = 0, failing_since = NULL, warned_at = NULL, breaker = 'closed',
    open_until = NULL, due_at = now(), wake = wake + 1 WHERE endpoint_id = $1`,
  values: [endpointId],
});

/** Sends nothing any more, because the endpoint was disabled or deleted. */
export const stopLane = (endpointId: string): Statement => ({
  text: 'UPDATE webhook_lanes SET due_at = NULL, wake = wake + 1 WHERE endpoint_id = $1',
  values: [endpointId],
});

/**
 * Makes deliveries due that wait for a retry, also when an endpoint works again. If there are very many, the others keep
 * their time.
 */
export const endWaiting = (endpointId: string): Statement => ({
  text: `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending' AND id IN (
    SELECT id FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'pending' AND next_attempt_at > now()
     ORDER BY next_attempt_at, position LIMIT 1000)`,
  values: [endpointId],
});
