import type { HiddenEvents } from '../../events/hidden-events.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';

export const deliveryStatuses = ['pending', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** How many attempts of a delivery are shown. */
export const maxAttemptsShown = 100;
/** Deliveries are counted up to this number. */
export const deliveriesCountLimit = 1000;

/** An attempt to send a delivery. Times are texts as Postgres writes them in JSON. */
export interface StoredAttempt {
  id: string;
  at: string;
  durationMs: number;
  statusCode: number | null;
  error: string | null;
  /** Hexadecimal digits after `\x`. */
  sealed: string | null;
  keyId: string | null;
}

/** A delivery with its last attempts, the oldest first. */
export interface StoredDelivery {
  id: string;
  endpointId: string;
  eventId: string;
  position: string;
  type: string;
  subject: string;
  status: DeliveryStatus;
  attemptCount: number;
  nextAttemptAt: string | null;
  lastAttemptAt: string | null;
  lastStatusCode: number | null;
  lastError: string | null;
  deliveredAt: string | null;
  createdAt: string;
  attempts: StoredAttempt[] | null;
}

/** The payload of the event of a delivery: clear or sealed. */
export interface StoredPayload {
  payload: string | null;
  sealed: string | null;
  keyId: string | null;
}

const jsonObject = (members: Record<string, string>) =>
  `json_build_object(${Object.entries(members).flatMap(([name, sql]) => [`'${name}'`, sql])})`;

const attemptJson = jsonObject({
  id: 'a.id',
  at: 'a.at',
  durationMs: 'a.duration_ms',
  statusCode: 'a.status_code',
  error: 'a.error',
  sealed: 'a.sealed',
  keyId: 'a.data_key_id',
} satisfies Record<keyof StoredAttempt, string>);

const deliveryJson = jsonObject({
  id: 'd.id',
  endpointId: 'd.endpoint_id',
  eventId: 'd.event_id',
  position: 'd.position::text',
  type: 'd.type',
  subject: 'd.subject',
  status: 'd.status',
  attemptCount: 'd.attempts',
  nextAttemptAt: 'd.next_attempt_at',
  lastAttemptAt: 'd.last_attempt_at',
  lastStatusCode: 'd.last_status_code',
  lastError: 'd.last_error',
  deliveredAt: 'd.delivered_at',
  createdAt: 'd.created_at',
  attempts: `(SELECT json_agg(${attemptJson} ORDER BY a.at, a.id) FROM (SELECT * FROM webhook_attempts
    WHERE delivery_id = d.id ORDER BY at DESC, id DESC LIMIT ${maxAttemptsShown}) AS a)`,
} satisfies Record<keyof StoredDelivery, string>);

/** Which deliveries of a team are listed. */
export interface DeliveryFilter {
  endpointId?: string;
  status?: DeliveryStatus;
  type?: string;
  subject?: string;
  eventId?: string;
}

/** The position of a delivery in a list. */
export interface DeliveryPosition {
  position: string;
  id: string;
}

/** Reads a row of `newestDeliveries`; undefined if the endpoint has no such deliveries. */
export const toStoredDelivery = ([text]: RawRow): StoredDelivery | undefined =>
  text ? (JSON.parse(text) as StoredDelivery) : undefined;

/**
 * Selects up to `limit` deliveries after a position, those of the newest events first. With an endpoint, the result has no
 * row if the team has no such endpoint, and one without a delivery if it has no such deliveries.
 */
export function newestDeliveries(
  teamId: string,
  filter: DeliveryFilter,
  { after, limit }: { after?: DeliveryPosition; limit: number },
  hidden: HiddenEvents,
): Statement {
  const params = new SqlParams();
  const deliveries = listSql(teamId, filter, params, { after, limit }, hidden);
  const text = `SELECT CASE WHEN d.id IS NOT NULL THEN ${deliveryJson} END
    FROM (${deliveries} ORDER BY d.position DESC NULLS LAST, d.id DESC LIMIT ${limit}) AS d
    ORDER BY d.position DESC NULLS LAST, d.id DESC`;
  return { text, values: params.values };
}

/** Counts deliveries, up to one more than the limit. */
export function countDeliveries(teamId: string, filter: DeliveryFilter, hidden: HiddenEvents): Statement {
  const params = new SqlParams();
  const limit = deliveriesCountLimit + 1;
  const deliveries = listSql(teamId, filter, params, { limit }, hidden);
  const text = `SELECT count(id) FROM (${deliveries} LIMIT ${limit}) AS d`;
  return { text, values: params.values };
}

/** Selects from each endpoint the newest deliveries, so that only those are read. */
function listSql(
  teamId: string,
  { endpointId, status, type, subject, eventId }: DeliveryFilter,
  params: SqlParams,
  { after, limit }: { after?: DeliveryPosition; limit: number },
  hidden: HiddenEvents,
): string {
  const team = params.add(teamId);
  const conditions = ['d.endpoint_id = e.id', hidden.isShown('d')];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    if (value !== undefined) conditions.push(condition(params.add(value)));
  };
  add(
    (parameter) => `(d.position, d.id) < (${parameter}::bigint, ${params.add(after?.id)}::uuid)`,
    after?.position,
  );
  // Written as a constant, so that the index of these deliveries is used.
  if (status) conditions.push(`d.status = '${status}'`);
  add((parameter) => `d.type = ${parameter}`, type);
  add((parameter) => `d.event_id = ${parameter}::uuid`, eventId);
  // Only pending deliveries have an index by subject. Tests, which are not listed, have subjects that nobody knows.
  add(
    (parameter) =>
      `d.event_id = ANY (ARRAY(SELECT event_id FROM event_recipients WHERE subject = ${parameter}::uuid AND team_id = ${team}))`,
    subject,
  );
  const newest = `(SELECT d.* FROM webhook_deliveries d WHERE ${conditions.join(' AND ')}
    ORDER BY d.position DESC, d.id DESC LIMIT ${limit}) AS d`;
  const ofTeam = `e.team_id = ${team} AND e.deleted_at IS NULL`;
  return endpointId === undefined
    ? `SELECT d.* FROM webhook_endpoints e CROSS JOIN LATERAL ${newest} WHERE ${ofTeam}`
    : `SELECT d.* FROM webhook_endpoints e LEFT JOIN LATERAL ${newest} ON true
       WHERE ${ofTeam} AND e.id = ${params.add(endpointId)}`;
}

/** Selects a delivery of the team with the payload of its event. */
export const deliveryById = (teamId: string, id: string, hidden: HiddenEvents): Statement => ({
  text: `SELECT ${deliveryJson}, json_build_object('payload', convert_from(v.payload, 'UTF8'), 'sealed', v.sealed,
      'keyId', v.data_key_id)
    FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id JOIN events v ON v.id = d.event_id
    WHERE d.id = $1 AND e.team_id = $2 AND e.deleted_at IS NULL AND ${hidden.isShown('d')}`,
  values: [id, teamId],
});
