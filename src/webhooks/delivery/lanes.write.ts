import type { Statement } from '../../sql/statement.js';
import { healthColumns } from './rules/lane-health.js';

const freeAndDue = `due_at <= now() AND (lease_until IS NULL OR lease_until < now())`;
const until = (parameter: string) => `now() + ${parameter}::double precision * interval '1 ms'`;

/**
 * Returns the statement that takes lanes that have something to send, and returns their health. Only the process that
 * has taken a lane sends on it, until its lease ends or it releases the lane.
 * @param holder ID of this process
 * @param limits how many healthy and how many other lanes to take at most
 */
export const takeLanes = (
  holder: string,
  leaseMs: number,
  limits: { healthy: number; others: number },
): Statement => ({
  text: `
  WITH healthy AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_lanes WHERE healthy AND ${freeAndDue}
     ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
  ), others AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_lanes WHERE NOT healthy AND ${freeAndDue}
     ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
  )
  UPDATE webhook_lanes SET leased_by = $1, lease_until = ${until('$2')},
         breaker = CASE WHEN breaker = 'open' AND open_until <= now() THEN 'probing' ELSE breaker END
   WHERE endpoint_id IN (SELECT endpoint_id FROM healthy UNION ALL SELECT endpoint_id FROM others)
  RETURNING endpoint_id, ${healthColumns()}`,
  values: [holder, leaseMs, limits.healthy, limits.others],
});

/**
 * Returns the statement that prolongs the leases of lanes. It returns those that this process still holds, with the
 * current version of their endpoints, which is 0 if nothing can be sent.
 */
export const renewLeases = (holder: string, leaseMs: number, endpointIds: readonly string[]): Statement => ({
  text: `
  WITH held AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_lanes WHERE endpoint_id = ANY ($3::uuid[]) AND leased_by = $1
     ORDER BY endpoint_id FOR UPDATE
  )
  UPDATE webhook_lanes l SET lease_until = ${until('$2')}
    FROM held JOIN webhook_endpoints e ON e.id = held.endpoint_id JOIN teams t ON t.id = e.team_id
   WHERE l.endpoint_id = held.endpoint_id
  RETURNING l.endpoint_id, CASE WHEN e.enabled AND t.suspended_at IS NULL THEN e.version ELSE 0 END`,
  values: [holder, leaseMs, endpointIds],
});
