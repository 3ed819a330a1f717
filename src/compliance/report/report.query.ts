import { ownOfferJsonWithoutArea, selectOwnOffers } from '../../offers/offer-json.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import { maxForecast, maxIds, maxReported } from './report.dto.js';

/** Which offers the report covers. */
export interface Reported {
  teamId: string;
  /** All but archived ones if it is undefined. */
  status: string | undefined;
}

const condition = ({ teamId, status }: Reported, params: SqlParams) =>
  `o.team_id = ${params.add(teamId)} AND o.status ${status === undefined ? "<> 'archived'" : `= ${params.add(status)}`}`;

/**
 * Counts offers with one pass over them. Rows without a finding count a category and a status: category, status, number of
 * offers, number of those for which something changes until `horizon`. The others count a finding: category, the rule sets
 * that applied, number of offers, the IDs of some of them, and the finding of one of them.
 */
export function countFindings(reported: Reported, horizon: string): Statement {
  const params = new SqlParams();
  const until = `${params.add(horizon)}::date`;
  const text = `WITH own AS MATERIALIZED (
    SELECT id, category, assessed_status, assessed_rules, findings, assessed_until FROM offers o
     WHERE ${condition(reported, params)} LIMIT ${maxReported + 1})
  SELECT category, assessed_status, count(*), count(*) FILTER (WHERE assessed_until <= ${until}), NULL::text, NULL::text,
         NULL::text FROM own
   GROUP BY category, assessed_status
  UNION ALL
  SELECT category, NULL, count(*), NULL, array_to_json(assessed_rules)::text,
         array_to_json((array_agg(id))[:${maxIds}])::text, min(f.finding::text)
    FROM own CROSS JOIN LATERAL jsonb_array_elements(findings) AS f (finding)
   GROUP BY category, assessed_rules, f.finding->>0, f.finding->>1`;
  return { text, values: params.values };
}

/**
 * Selects the offers for which something changes by a day, as rows of `ownOfferJsonWithoutArea`, in the order of the
 * change. The sum keeps Postgres from reading the offers of all teams in the order of an index.
 */
export function offersDueBy(reported: Reported, horizon: string): Statement {
  const params = new SqlParams();
  const select = selectOwnOffers('offers o', ownOfferJsonWithoutArea);
  const text = `${select} WHERE ${condition(reported, params)} AND o.assessed_until <= ${params.add(horizon)}::date
    ORDER BY o.assessed_until + 0, o.id LIMIT ${maxForecast}`;
  return { text, values: params.values };
}

/** Selects the licenses of a team that expire between two days, the first ones first, as JSON. */
export const licensesExpiring = (teamId: string, from: string, to: string): Statement => ({
  text: `SELECT json_build_object('id', id, 'kind', kind, 'state', state, 'number', number, 'expiresOn', expires_on)
    FROM licenses WHERE team_id = $1 AND expires_on BETWEEN $2::date AND $3::date ORDER BY expires_on, created_at, id`,
  values: [teamId, from, to],
});
