import { SqlParams, type Statement } from '../../sql/statement.js';
import { facetOrder, matchesOf } from '../listing/matches.query.js';
import type { CatalogFilters, FacetName } from '../listing/catalog-query.dto.js';
import { addCurrency } from '../listing/catalog-filters.js';
import type { SearchQuery } from '../search/search-terms.js';
import type { Reseller } from '../visibility.js';

/** Lower bounds of the groups in the price facet, in major units. Each group ends where the next one starts. */
export const priceSteps = [0, 25, 50, 75, 100, 150, 200, 500];

const maxGroups = 100;
/** Eight facets of at most 100 groups, whose names have up to 255 characters, which JSON can write as 6 bytes each. */
export const maxFacetBytes = 262_144;

/** The number of offers over which facets count. */
const maxFaceted = 10_000;

/** Returns SQL expressions by which the facets group offers `o`. */
const groupings: Record<FacetName, (filters: CatalogFilters, params: SqlParams) => string> = {
  category: () => 'o.category',
  provider: () => 'o.team_id::text',
  price: (filters, params) =>
    `CASE WHEN o.currency = ${addCurrency(filters, params)}::bpchar THEN width_bucket(o.price_key, ARRAY[${priceSteps.map((step) => `${step}0000`).join(',')}]::bigint[])::text END`,
  connectionType: () => 'o.connection_type',
  currency: () => 'o.currency::text',
  contractMonths: () => 'trim_scale(o.contract_months)::text',
  utility: () => 'o.utility',
  complianceAssessment: () => 'o.assessed_status',
};

export interface FacetRow {
  /** Null in the row that counts all offers. */
  facet: FacetName | null;
  value: string | null;
  name: string | null;
  count: number;
}

/** Returns whether the facets cover the whole result. */
export const coversAll = (rows: readonly FacetRow[]) =>
  (rows.find(({ facet }) => facet === null)?.count ?? 0) <= maxFaceted;

/**
 * Builds the statement that counts the result by several facets in one pass, up to a limit. It returns the 100
 * largest groups of each, and the number of all offers.
 */
export function countFacets(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
  requested: readonly FacetName[],
): Statement {
  const facets = [...new Set(requested)];
  const params = new SqlParams();
  const columns = facets.map((facet) => `${groupings[facet](filters, params)} AS "${facet}"`).join(', ');
  const range = { columns, limit: maxFaceted + 1, order: search ? '' : facetOrder(filters) };
  const sets = facets.map((facet) => `("${facet}")`).join(', ');
  const name = facets.map((facet) => `WHEN grouping("${facet}") = 0 THEN '${facet}'`).join(' ');
  const value = facets.map((facet) => `WHEN grouping("${facet}") = 0 THEN "${facet}"`).join(' ');
  const text = `
    SELECT facet, value, count, t.name FROM (
      SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value) AS place FROM (
        SELECT CASE ${name} END AS facet, CASE ${value} END AS value, count(*)::int AS count
          FROM ${matchesOf(reseller, filters, search, range, params)} hits
         GROUP BY GROUPING SETS (${sets}, ())) groups) placed
      LEFT JOIN teams t ON facet = 'provider' AND t.id::text = value
     WHERE place <= ${maxGroups} ORDER BY facet, count DESC, value`;
  return { text, values: params.values };
}
