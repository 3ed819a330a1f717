import type { CursorPosition } from '../../paging/cursor.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import type { DisabledReason } from './webhook-endpoint.entity.js';

/** Pending deliveries are counted up to this number. */
export const maxPendingShown = 1000;

/** An endpoint with the state of its deliveries. Times are texts as Postgres writes them in JSON. */
export interface StoredEndpoint {
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  description: string | null;
  maxPerSecond: number | null;
  /** Hexadecimal digits after `\x`; null if its key is lost. */
  sealed: string | null;
  keyId: string | null;
  previousSecretUntil: string | null;
  disabledReason: DisabledReason | null;
  disabledAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
  breaker: 'closed' | 'open' | 'probing';
  openUntil: string | null;
  failures: number;
  failingSince: string | null;
  pending: number;
}

const members: Record<keyof StoredEndpoint, string> = {
  id: 'e.id',
  url: 'e.url',
  events: 'e.events',
  enabled: 'e.enabled',
  description: 'e.description',
  maxPerSecond: 'e.max_per_second',
  sealed: 'e.sealed',
  keyId: 'e.data_key_id',
  previousSecretUntil: 'e.previous_secret_until',
  disabledReason: 'e.disabled_reason',
  disabledAt: 'e.disabled_at',
  version: 'e.version',
  createdAt: 'e.created_at',
  updatedAt: 'e.updated_at',
  breaker: "coalesce(l.breaker, 'closed')",
  openUntil: 'l.open_until',
  failures: 'coalesce(l.failures, 0)',
  failingSince: 'l.failing_since',
  pending: `(SELECT count(*) FROM (SELECT FROM webhook_deliveries d
    WHERE d.endpoint_id = e.id AND d.status = 'pending' LIMIT ${maxPendingShown}) AS p)`,
};
const json = `json_build_object(${Object.entries(members).flatMap(([name, sql]) => [`'${name}'`, sql])})`;
const from = 'webhook_endpoints e LEFT JOIN webhook_lanes l ON l.endpoint_id = e.id';

/** Reads a row of `endpointById` or `newestEndpoints`. */
export const toStoredEndpoint = ([text]: RawRow): StoredEndpoint =>
  JSON.parse(text ?? '{}') as StoredEndpoint;

/** Selects an endpoint of the team. */
export const endpointById = (teamId: string, id: string): Statement => ({
  text: `SELECT ${json} FROM ${from} WHERE e.id = $1 AND e.team_id = $2 AND e.deleted_at IS NULL`,
  values: [id, teamId],
});

/** Selects up to `limit` endpoints after a position (time and ID), newest first. */
export function newestEndpoints(
  teamId: string,
  { after, limit }: { after?: CursorPosition; limit: number },
): Statement {
  const params = new SqlParams();
  const conditions = [`e.team_id = ${params.add(teamId)}`, 'e.deleted_at IS NULL'];
  if (after) {
    const [time, id] = after.map((value) => params.add(value));
    conditions.push(`(e.created_at, e.id) < (${time}::timestamptz, ${id}::uuid)`);
  }
  const text = `SELECT ${json} FROM ${from} WHERE ${conditions.join(' AND ')}
    ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}`;
  return { text, values: params.values };
}

export const countEndpoints = (teamId: string): Statement => ({
  text: 'SELECT count(*) FROM webhook_endpoints WHERE team_id = $1 AND deleted_at IS NULL',
  values: [teamId],
});
