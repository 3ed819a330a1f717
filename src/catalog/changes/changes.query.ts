import { SqlParams, type Statement } from '../../sql/statement.js';
import { everHeldBy, hasLapsedSince, lapsedSince } from '../../licenses/held-licenses.js';
import { isAudience, isVisibleTo, providerActive, todayUtc, type Reseller } from '../visibility.js';

/** An entry of the change log: an event that may have changed a reseller's catalog. */
export interface LoggedChange {
  xid: string;
  seq: string;
  kind: 'offer' | 'partner' | 'team' | 'license';
  offerId: string | null;
  teamId: string;
  /**
   * Who could see the offer before the change; `preferred` also for a partnership that was in effect, and `public` for
   * a provider that was not suspended, and for a license that the reseller held.
   */
  audience: 'public' | 'preferred' | 'selected' | null;
  audienceIds: string[] | null;
  /**
   * Whether the change concerns only who sees the offer, so that it is the same as before for those who saw it; for a
   * team, whether it concerns only what the team itself sees.
   */
  audienceOnly: boolean;
  /**
   * For an offer, the licenses of which a reseller needed one before the change; null if it needed none. For a license of
   * the reseller, what it allowed before and after the change.
   */
  licenses: string[] | null;
}

/**
 * A position in the log. If `sub` is set, the reader is still at that entry, after the offer with that ID.
 */
export interface LogPosition {
  xid: string;
  seq: string;
  sub: string | null;
}

/** The state of the log. */
export interface LogHead {
  /** The oldest running transaction; all entries before it are final. */
  horizon: string;
  /** The last transaction whose entries have been deleted. */
  floor: string;
  /** The ID that a later transaction can have at least; null on a standby, which can lag behind. */
  nextXid: string | null;
  epoch: string;
  /** Whether the log comes from another server, and the epoch is not over yet. */
  isRestored: boolean;
  /** The current date, because partnerships take effect by date. */
  today: string;
  /** Whether the reading team is verified. */
  verified: boolean;
}

export type LogRow = LogHead & (LoggedChange | { xid: null });

/** The ID that a transaction which begins now can have at least. Committed transactions have lower ones. */
const nextXid = 'pg_snapshot_xmax(pg_current_snapshot())';

/** The newest transaction in the log `f`, and the last one that was deleted from it. */
const lastXid = 'greatest(f.xid, (SELECT xid FROM catalog_changes ORDER BY xid DESC, seq DESC LIMIT 1))';

/** Postgres begins a new timeline when a standby is promoted, or a backup is recovered up to a point in time. */
const timeline = '(SELECT timeline_id FROM pg_control_checkpoint())';

/**
 * SQL condition that is true if transactions can be missing from the log `f`: it was restored from a dump, into another
 * table or with transaction IDs that this server has not reached, or the server has begun a new timeline.
 */
const isRestored = `(f.log_oid <> 'catalog_changes'::regclass::oid OR coalesce(${lastXid} >= ${nextXid}, false)
  OR NOT pg_is_in_recovery() AND f.timeline <> ${timeline})`;

/**
 * Returns the head of the log and, after a position, the entries that concern the team, oldest first. An entry is
 * returned only after all older transactions have ended; otherwise, entries that are committed late would be skipped.
 */
export function readLog(teamId: string, position: LogPosition | undefined, limit: number): Statement {
  const { xid, seq, sub } = position ?? { xid: '0', seq: '0', sub: null };
  const text = `
    SELECT h.horizon::text, h.floor::text, h."nextXid", h.epoch, h."isRestored", ${todayUtc}::text AS today, h.verified,
           c.xid::text, c.seq::text, c.kind, c.offer_id AS "offerId", c.team_id AS "teamId", c.audience,
           c.audience_ids AS "audienceIds", c.audience_only AS "audienceOnly", c.licenses
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon, f.xid AS floor, f.epoch::text AS epoch,
                   CASE WHEN NOT pg_is_in_recovery() THEN ${nextXid}::text END AS "nextXid",
                   ${isRestored} AS "isRestored",
                   EXISTS (SELECT FROM teams WHERE id = $3 AND verified_at IS NOT NULL) AS verified
              FROM catalog_changes_floor f) h
      LEFT JOIN LATERAL (
        SELECT * FROM catalog_changes
         WHERE (xid, seq) ${sub === null ? '>' : '>='} ($1::xid8, $2::bigint) AND xid < h.horizon
           AND (kind NOT IN ('partner', 'license') OR reseller_id = $3) AND (kind <> 'team' OR NOT audience_only OR team_id = $3)
         ORDER BY xid, seq LIMIT $4) c ON true
     ORDER BY c.xid, c.seq`;
  return { text, values: [xid, seq, teamId, limit] };
}

export const nextTransaction = `SELECT ${nextXid}::text AS xid`;

export const lockEpoch = 'SELECT FROM catalog_changes_floor FOR UPDATE';

/**
 * Begins a new epoch if the log was restored. Its entries are deleted, because all readers have to start again with the
 * current catalog. Requires the lock, without which a second process would begin another epoch.
 */
export const beginEpoch = `
  WITH begun AS (
    UPDATE catalog_changes_floor f
       SET epoch = gen_random_uuid(), log_oid = 'catalog_changes'::regclass::oid, timeline = ${timeline}, xid = '0'
     WHERE ${isRestored} RETURNING id)
  DELETE FROM catalog_changes WHERE EXISTS (SELECT FROM begun)`;

/** Selects the providers of which the reseller is or was a preferred partner. */
export function pastAndPresentPartners(reseller: Reseller): Statement {
  const text = `
    SELECT provider_team_id AS id FROM preferred_partners WHERE reseller_team_id = $1 AND effective_date <= ${todayUtc}
     UNION SELECT team_id FROM catalog_changes WHERE kind = 'partner' AND reseller_id = $1 AND audience = 'preferred'`;
  return { text, values: [reseller.id] };
}

/** Selects what the reseller is or was allowed to sell by its licenses, in the terms of `offers.reseller_licenses`. */
export function pastAndPresentLicenses(reseller: Reseller): Statement {
  const text = `
    SELECT unnest(${everHeldBy('$1')}) AS id
     UNION SELECT unnest(licenses) FROM catalog_changes WHERE kind = 'license' AND reseller_id = $1`;
  return { text, values: [reseller.id] };
}

/** An offer that is affected by an entry about a provider, a partnership or a license. */
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
  | { kind: 'license'; licenses: readonly string[]; wasHeld: boolean }
  | { kind: 'begun'; since: string }
  | { kind: 'lapsed'; since: string };

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
    case 'license':
      return needsOneOf(`${params.add(scope.licenses)}::text[]`);
    case 'lapsed': {
      const lapsed = [`${params.add(reseller.id)}::uuid`, `${params.add(scope.since)}::date`] as const;
      return `${hasLapsedSince(...lapsed)} AND ${needsOneOf(lapsedSince(...lapsed))}`;
    }
    case 'begun':
      return `o.visibility = 'preferred' AND o.team_id IN (SELECT provider_team_id FROM preferred_partners
        WHERE reseller_team_id = ${params.add(reseller.id)} AND effective_date > ${params.add(scope.since)} AND effective_date <= ${todayUtc})`;
  }
}

/** Repeats the condition of the index of offers that need a license, by which Postgres finds them. */
const needsOneOf = (licenses: string) => `o.reseller_licenses <> '{}' AND o.reseller_licenses && ${licenses}`;

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
    case 'license':
      return scope.wasHeld ? isAudience(`${params.add(reseller.id)}::uuid`) : 'false';
    case 'lapsed':
      return isAudience(`${params.add(reseller.id)}::uuid`);
  }
}

/**
 * The head of the log: the oldest running transaction (all entries before it are final), the transaction of
 * the last entry, the current date, because partnerships take effect by date, and the epoch of these transactions.
 */
export const logHead = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    ${lastXid}::text AS last, ${todayUtc}::text AS today, f.epoch::text AS epoch FROM catalog_changes_floor f`;

/** Deletes entries older than the given number of days, and records the last deleted entry. */
export const deleteOldChanges = `
  WITH gone AS (DELETE FROM catalog_changes WHERE at < now() - make_interval(days => $1) RETURNING xid)
  UPDATE catalog_changes_floor SET xid = greatest(xid, (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1))`;
