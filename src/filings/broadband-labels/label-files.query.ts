import type { OfferConditions } from '../../offers/offers.query.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import { planIdPattern } from './complete-label.js';

/** The first identifier that is given, as the formats write it. */
const planId = `coalesce(o.compliance_data -> 'broadbandLabel' ->> 'uniquePlanId', o.compliance_data ->> 'uniquePlanId',
  o.external_id)`;

const frnOf = `substr(${planId}, 2, 10)`;

/** What every offer in the file satisfies: it is on sale to anybody. */
const isOnSale = `o.status = 'active' AND o.category = 'internet' AND o.visibility = 'public'`;

/** It is also a mass-market service. */
const isListed = `${isOnSale} AND (o.compliance_data ->> 'massMarket') IS DISTINCT FROM 'false'`;

const hasPlanId = `${planId} ~ '${planIdPattern}'`;

/** Conditions on the offers in the file. @param frn only those of this registration number; all if undefined */
export const inLabelFile =
  (frn: string | undefined): OfferConditions =>
  (params) => [isListed, hasPlanId, ...(frn === undefined ? [] : [`${frnOf} = ${params.add(frn)}`])];

/** Condition on `teams t` and its settings `s`: anybody can download the label file. */
export const labelFileIsPublic = 's.label_files_public AND t.suspended_at IS NULL';

/**
 * Selects the state of a provider's label file: its name, the registration number of its license, a fingerprint of the
 * offers in the file, and what is stored with the last one. Nothing if the caller must not see the file.
 * @param isOwn whether the caller is the provider
 */
export const labelFileState = (teamId: string, isOwn: boolean): Statement => ({
  text: `SELECT t.name, l.number, f.fingerprint, s.label_files_hash, s.label_files_since, s.label_files_frn
    FROM teams t LEFT JOIN compliance_settings s ON s.team_id = t.id
      LEFT JOIN LATERAL (SELECT number FROM licenses WHERE team_id = t.id AND kind = 'fcc_registration'
        ORDER BY created_at, id LIMIT 1) l ON true
      -- Any change of the offers in the file changes their number or their versions. Their data is not read, which would take
      -- several times as long.
      CROSS JOIN LATERAL (SELECT count(*) || ' ' || coalesce(bit_xor(uuid_hash_extended(o.id, o.version)), 0) AS fingerprint
        FROM offers o WHERE o.team_id = t.id AND ${isOnSale}) f
    WHERE t.id = $1 AND t.role <> 'reseller' AND ($2 OR ${labelFileIsPublic})`,
  values: [teamId, isOwn],
});

/**
 * Stores the hash of a file that has changed, with the time in whole seconds, later than the previous one, and returns
 * the time. Without a license, the registration number is that of most plans.
 */
export const storeLabelFileState = (teamId: string, hash: string, now: Date): Statement => ({
  text: `INSERT INTO compliance_settings AS s
      (team_id, label_files_public, version, updated_at, label_files_hash, label_files_since, label_files_frn)
    VALUES ($1, false, 0, $3, $2, date_trunc('second', $3::timestamptz),
      (SELECT ${frnOf} FROM offers o WHERE o.team_id = $1 AND ${isListed} AND ${hasPlanId}
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1))
    ON CONFLICT (team_id) DO UPDATE SET
      label_files_since = CASE WHEN s.label_files_hash = excluded.label_files_hash THEN s.label_files_since
        ELSE greatest(excluded.label_files_since, s.label_files_since + interval '1 second') END,
      label_files_hash = excluded.label_files_hash, label_files_frn = excluded.label_files_frn
    RETURNING label_files_since, label_files_frn`,
  values: [teamId, hash, now],
});

/** Selects the providers whose files are public, by the IDs of their teams. */
export function publicLabelFiles(after: string | undefined, limit: number): Statement {
  const params = new SqlParams();
  const isNext = after === undefined ? '' : `AND s.team_id > ${params.add(after)}::uuid`;
  return {
    text: `SELECT s.team_id, t.name FROM compliance_settings s JOIN teams t ON t.id = s.team_id
      WHERE ${labelFileIsPublic} ${isNext} ORDER BY s.team_id LIMIT ${params.add(limit)}`,
    values: params.values,
  };
}
