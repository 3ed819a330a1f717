import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import { isVisibleTo, type Reseller } from '../../catalog/visibility.js';
import type { License } from '../../licenses/license.js';
import { keptFor } from '../retention-period.js';

/*
 * Statements on `label_versions` and on what labels are made from.
 */

/** A label that is stored, or that was made for a preview. */
export interface LabelVersion {
  offerId: string;
  /** Null for the preview of an offer that is not active. */
  version: number | null;
  /** When the label was first issued, in Unix milliseconds; null for a preview. */
  issuedMs: number | null;
  /** The values of the label, as JSON. */
  json: string;
}

const epochMs = (column: string) => `floor(extract(epoch FROM ${column}) * 1000)`;

/** Selects number and time of the version of a label. */
export const versionByHash = (offerId: string, hash: Buffer): Statement => ({
  text: `SELECT version, ${epochMs('created_at')} FROM label_versions WHERE offer_id = $1 AND hash = $2`,
  values: [offerId, hash],
});

/**
 * Stores a label under the next number of its offer, and returns its number and time. Returns nothing if the offer does
 * not exist, or if a concurrent request has stored this label or taken the number.
 */
export const insertVersion = (
  offerId: string,
  { json, hash }: { json: string; hash: Buffer },
  issuedAt: Date,
): Statement => ({
  text: `WITH offer AS MATERIALIZED (SELECT id, team_id FROM offers WHERE id = $1 FOR KEY SHARE)
    INSERT INTO label_versions AS l (offer_id, version, team_id, label, hash, created_at, check_at)
      SELECT o.id, 1 + coalesce((SELECT max(version) FROM label_versions WHERE offer_id = $1), 0), o.team_id,
          $2::json, $3::bytea, $4::timestamptz, now() + ${keptFor} FROM offer o
    ON CONFLICT DO NOTHING RETURNING l.version, ${epochMs('l.created_at')}`,
  values: [offerId, json, hash, issuedAt],
});

/** Reads a row of `versionByHash` or `insertVersion`. */
export const toVersion = ([version, issuedMs]: RawRow) => ({
  version: Number(version),
  issuedMs: Number(issuedMs),
});

/**
 * Deletes the oldest labels of an offer, except for a number of them, if they were neither sold nor recorded as shown.
 * Labels of the last hour are kept, because their sales may not have been recorded yet.
 */
export const deleteUnused = (offerId: string, newest: number, kept: number): Statement => ({
  text: `DELETE FROM label_versions l WHERE offer_id = $1 AND version <= $2 AND created_at < now() - interval '1 hour'
    AND NOT EXISTS (SELECT FROM label_sales s WHERE s.offer_id = l.offer_id AND s.label_version = l.version)
    AND NOT EXISTS (SELECT FROM label_views v WHERE v.offer_id = l.offer_id AND v.label_version = l.version)`,
  values: [offerId, newest - kept],
});

/** A team that asks for a stored label. */
export interface LabelReader extends Reseller {
  /** Whether the team can see offers of other teams. */
  isReseller: boolean;
}

/**
 * Selects a stored label if the team can see it: if it is the provider, sees the offer in the catalog, has ordered it since
 * the label was issued, or has recorded that it has shown the label. A team that no longer sees the offer must not learn its
 * later prices.
 */
export function readableVersion(reader: LabelReader, offerId: string, version: number): Statement {
  const params = new SqlParams();
  const offer = params.add(offerId);
  const team = params.add(reader.id);
  const number = params.add(version);
  const visible = isVisibleTo({ ...reader, verified: reader.isReseller && reader.verified }, params);
  const text = `SELECT l.version, ${epochMs('l.created_at')}, l.label::text FROM label_versions l
    WHERE l.offer_id = ${offer} AND l.version = ${number} AND (l.team_id = ${team}
      OR EXISTS (SELECT FROM offers o WHERE o.id = ${offer} AND ${visible})
      OR EXISTS (SELECT FROM order_items i WHERE i.reseller_team_id = ${team} AND i.offer_id = ${offer}
        AND i.created_at >= l.created_at)
      OR EXISTS (SELECT FROM label_views v WHERE v.team_id = ${team} AND v.offer_id = ${offer}
        AND v.label_version = l.version))`;
  return { text, values: params.values };
}

/** Reads a row of `readableVersion`. */
export const toReadableVersion = (offerId: string, row: RawRow): LabelVersion => ({
  offerId,
  ...toVersion(row),
  json: row[2] ?? '',
});

/** Selects the licenses of a kind that a team holds on a day, by state and number. */
export const licensesOn = (teamId: string, kind: License['kind'], day: string): Statement => ({
  text: `SELECT kind, state, number, holder, expires_on FROM licenses
    WHERE team_id = $1 AND kind = $2 AND (expires_on IS NULL OR expires_on >= $3::date) ORDER BY state, number`,
  values: [teamId, kind, day],
});

export const toLicense = ([kind, state, number, holder, expiresOn]: RawRow): License => ({
  kind: kind as License['kind'],
  state: state ?? null,
  number: number ?? '',
  holder: holder ?? null,
  expiresOn: expiresOn ?? null,
});
