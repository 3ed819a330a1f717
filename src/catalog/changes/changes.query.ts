import { SqlParams, type Statement } from '../../sql/statement.js';
import { audienceHolds, utcToday, visibleTo, type Reseller } from '../visibility.js';

/** A line of the log of what may have changed in some reseller's catalog. */
export interface LoggedChange {
  xid: string;
  seq: string;
  kind: 'offer' | 'partner' | 'team';
  offerId: string | null;
  teamId: string;
  /** Who could see the offer before, or `preferred` where a partnership was in effect. */
  audience: 'public' | 'preferred' | 'selected' | null;
  audienceIds: string[] | null;
}

/** Where a reader stands in the log. With `sub` it is still at that line, past the offer of that id. */
export interface LogPosition {
  xid: string;
  seq: string;
  sub: string | null;
}

export type LogRow = { horizon: string; floor: string; today: string } & (LoggedChange | { xid: null });

/**
 * The lines after a place that concern the reseller, oldest first. A line counts once no transaction older than it
 * still runs: what commits late then still comes after all that was read before.
 */
export function readLog(reseller: Reseller, { xid, seq, sub }: LogPosition, limit: number): Statement {
  const text = `
    SELECT h.horizon::text, h.floor::text, ${utcToday}::text AS today, c.xid::text, c.seq::text, c.kind,
           c.offer_id AS "offerId", c.team_id AS "teamId", c.audience, c.audience_ids AS "audienceIds"
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon, xid AS floor FROM catalog_changes_floor) h
      LEFT JOIN LATERAL (
        SELECT * FROM catalog_changes
         WHERE (xid, seq) ${sub === null ? '>' : '>='} ($1::xid8, $2::bigint) AND xid < h.horizon
           AND (kind <> 'partner' OR reseller_id = $3)
         ORDER BY xid, seq LIMIT $4) c ON true
     ORDER BY c.xid, c.seq`;
  return { text, values: [xid, seq, reseller.id, limit] };
}

/** The providers that the reseller is or was a preferred partner of. */
export function partnersEver(reseller: Reseller): Statement {
  const text = `
    SELECT provider_team_id AS id FROM preferred_partners WHERE reseller_team_id = $1 AND effective_date <= ${utcToday}
     UNION SELECT team_id FROM catalog_changes WHERE kind = 'partner' AND reseller_id = $1 AND audience = 'preferred'`;
  return { text, values: [reseller.id] };
}

/** Offers that one event concerns: which the reseller sees now, which it has to forget. */
export interface Concerned {
  id: string;
  visible: boolean;
  /** Would be seen, were it not for what the event changed. */
  meant: boolean;
}

export type Scope =
  | { kind: 'visible' }
  | { kind: 'all' }
  | { kind: 'provider'; teamId: string }
  | { kind: 'partner'; teamId: string; wasPartner: boolean }
  | { kind: 'begun'; since: string };

/** The active offers in a scope by id, from one id on. */
export function offersIn(reseller: Reseller, scope: Scope, after: string | null, limit: number): Statement {
  const params = new SqlParams();
  const visible = visibleTo(reseller, params);
  // Postgres cannot tell the type of a parameter that nothing uses.
  const id = scope.kind === 'partner' ? '' : `${params.add(reseller.id)}::uuid`;
  const meant = scope.kind === 'partner' ? String(scope.wasPartner) : audienceHolds(id);
  const conditions = [`o.status = 'active'`, inScope(scope, { id, visible }, params)];
  if (after !== null) conditions.push(`o.id > ${params.add(after)}`);
  const text = `SELECT o.id, (${visible}) AS visible, (${meant}) AS meant FROM offers o
    WHERE ${conditions.join(' AND ')} ORDER BY o.id LIMIT ${limit}`;
  return { text, values: params.values };
}

function inScope(scope: Scope, reseller: { id: string; visible: string }, params: SqlParams): string {
  switch (scope.kind) {
    case 'visible':
      return reseller.visible;
    case 'all':
      return 'true';
    case 'provider':
      return `o.team_id = ${params.add(scope.teamId)}`;
    case 'partner':
      return `o.team_id = ${params.add(scope.teamId)} AND o.visibility = 'preferred'`;
    case 'begun':
      return `o.visibility = 'preferred' AND o.team_id IN (SELECT provider_team_id FROM preferred_partners
        WHERE reseller_team_id = ${reseller.id} AND effective_date > ${params.add(scope.since)} AND effective_date <= ${utcToday})`;
  }
}

/**
 * Where the log ends for now: the oldest transaction that still runs, as all before it is in the log already or will
 * never be; the one of the last change; and the day, as partnerships begin by the day.
 */
export const logEnd = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    greatest(xid, (SELECT xid FROM catalog_changes ORDER BY xid DESC, seq DESC LIMIT 1))::text AS last,
    ${utcToday}::text AS today FROM catalog_changes_floor`;

/** Clears the log of what is older than the days given, and remembers how far. */
export const clearLog = `
  WITH gone AS (DELETE FROM catalog_changes WHERE at < now() - make_interval(days => $1) RETURNING xid)
  UPDATE catalog_changes_floor SET xid = greatest(xid, (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1))`;
