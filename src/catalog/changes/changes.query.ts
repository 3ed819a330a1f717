import { SqlParams, type Statement } from '../../sql/statement.js';
import { isAudience, isVisibleTo, providerActive, todayUtc, type Reseller } from '../visibility.js';

/** An entry of the change log: an event that may have changed a reseller's catalog. */
export interface LoggedChange {
  xid: string;
  seq: string;
  kind: 'offer' | 'partner' | 'team';
  offerId: string | null;
  teamId: string;
  /**
   * Who could see the offer before the change; `preferred` also for a partnership that was in effect, and `public` for
   * a provider that was not suspended.
   */
  audience: 'public' | 'preferred' | 'selected' | null;
  audienceIds: string[] | null;
  /**
   * Whether the change concerns only who sees the offer, so that it is the same as before for those who saw it; for a
   * team, whether it concerns only what the team itself sees.
   */
  audienceOnly: boolean;
}

/**
 * A position in the log. If `sub` is set, the reader is still at that entry, after the offer with that ID.
 */
export interface LogPosition {
  xid: string;
  seq: string;
  sub: string | null;
}

export type LogRow = { horizon: string; floor: string; today: string } & (LoggedChange | { xid: null });

/**
 * Returns the entries after a position that concern the reseller, oldest first. An entry is returned only
 * after all older transactions have ended; otherwise, entries that are committed late would be skipped.
 */
export function readLog(reseller: Reseller, { xid, seq, sub }: LogPosition, limit: number): Statement {
  const text = `
    SELECT h.horizon::text, h.floor::text, ${todayUtc}::text AS today, c.xid::text, c.seq::text, c.kind,
           c.offer_id AS "offerId", c.team_id AS "teamId", c.audience, c.audience_ids AS "audienceIds",
           c.audience_only AS "audienceOnly"
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon, xid AS floor FROM catalog_changes_floor) h
      LEFT JOIN LATERAL (
        SELECT * FROM catalog_changes
         WHERE (xid, seq) ${sub === null ? '>' : '>='} ($1::xid8, $2::bigint) AND xid < h.horizon
           AND (kind <> 'partner' OR reseller_id = $3) AND (kind <> 'team' OR NOT audience_only OR team_id = $3)
         ORDER BY xid, seq LIMIT $4) c ON true
     ORDER BY c.xid, c.seq`;
  return { text, values: [xid, seq, reseller.id, limit] };
}

/** Selects the providers of which the reseller is or was a preferred partner. */
export function pastAndPresentPartners(reseller: Reseller): Statement {
  const text = `
    SELECT provider_team_id AS id FROM preferred_partners WHERE reseller_team_id = $1 AND effective_date <= ${todayUtc}
     UNION SELECT team_id FROM catalog_changes WHERE kind = 'partner' AND reseller_id = $1 AND audience = 'preferred'`;
  return { text, values: [reseller.id] };
}

/** An offer that is affected by an entry about a provider or a partnership. */
export interface AffectedOffer {
  id: string;
  visible: boolean;
  /** Whether the reseller could see the offer before, unless the offer itself has changed. */
  wasVisible: boolean;
}

export type ChangeScope =
  | { kind: 'visible' }
  | { kind: 'all' }
  | { kind: 'provider'; teamId: string; wasVisible: boolean }
  | { kind: 'partner'; teamId: string; wasPartner: boolean }
  | { kind: 'begun'; since: string };

/** Selects the active offers in a scope after an ID, ordered by ID. */
export function affectedOffers(
  reseller: Reseller,
  scope: ChangeScope,
  after: string | null,
  limit: number,
): Statement {
  const params = new SqlParams();
  const visible = isVisibleTo(reseller, params);
  const conditions = [`o.status = 'active'`, inScope(scope, reseller, visible, params)];
  if (after !== null) conditions.push(`o.id > ${params.add(after)}`);
  const text = `SELECT o.id, (${visible}) AS visible, (${wasVisible(scope, reseller, params)}) AS "wasVisible" FROM offers o
    WHERE ${conditions.join(' AND ')} ORDER BY o.id LIMIT ${limit}`;
  return { text, values: params.values };
}

function inScope(scope: ChangeScope, reseller: Reseller, visible: string, params: SqlParams): string {
  switch (scope.kind) {
    case 'visible':
      return visible;
    case 'all':
      return 'true';
    case 'provider':
      return `o.team_id = ${params.add(scope.teamId)}`;
    case 'partner':
      return `o.team_id = ${params.add(scope.teamId)} AND o.visibility = 'preferred'`;
    case 'begun':
      return `o.visibility = 'preferred' AND o.team_id IN (SELECT provider_team_id FROM preferred_partners
        WHERE reseller_team_id = ${params.add(reseller.id)} AND effective_date > ${params.add(scope.since)} AND effective_date <= ${todayUtc})`;
  }
}

/** Returns the SQL condition that the reseller saw an unchanged offer `o` before the entry. */
function wasVisible(scope: ChangeScope, reseller: Reseller, params: SqlParams): string {
  switch (scope.kind) {
    case 'visible':
    case 'begun':
      return 'false';
    case 'all':
      return `${providerActive} AND ${isAudience(`${params.add(reseller.id)}::uuid`)}`;
    case 'provider':
      return scope.wasVisible ? isAudience(`${params.add(reseller.id)}::uuid`) : 'false';
    case 'partner':
      return String(scope.wasPartner);
  }
}

/**
 * The head of the log: the oldest running transaction (all entries before it are final), the transaction of
 * the last entry, and the current date, because partnerships take effect by date.
 */
export const logHead = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    greatest(xid, (SELECT xid FROM catalog_changes ORDER BY xid DESC, seq DESC LIMIT 1))::text AS last,
    ${todayUtc}::text AS today FROM catalog_changes_floor`;

/** Deletes entries older than the given number of days, and records the last deleted entry. */
export const deleteOldChanges = `
  WITH gone AS (DELETE FROM catalog_changes WHERE at < now() - make_interval(days => $1) RETURNING xid)
  UPDATE catalog_changes_floor SET xid = greatest(xid, (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1))`;
