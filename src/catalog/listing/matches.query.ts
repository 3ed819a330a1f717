import { SqlParams, type Statement } from '../../sql/statement.js';
import { customerStateOf } from '../license-gate.js';
import { isSelected, isVisibleByIndex, type Reseller } from '../visibility.js';
import { catalogConditions, filterConditions, hasPriceBounds } from './catalog-filters.js';
import type { CatalogFilters } from './catalog-query.dto.js';
import type { SearchQuery } from '../search/search-terms.js';

/** The largest total that is counted exactly. Counting this many offers takes less time than reading a page. */
export const countLimit = 1_000;

/**
 * Builds SQL for the columns of at most `limit` matching offers `o`. Without a search, an index decides on all
 * offers but those that name the reseller, so counting reads no rows of the table.
 */
export function matchesOf(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
  { columns, limit, order = '' }: { columns: string; limit: number; order?: string },
  params: SqlParams,
): string {
  const matching = (conditions: readonly string[]) =>
    `(SELECT ${columns} FROM offers o WHERE ${conditions.join(' AND ')} ${order} LIMIT ${limit})`;
  if (search || !reseller.verified) return matching(catalogConditions(reseller, filters, search, params));
  const conditions = filterConditions(filters, params, { walked: true });
  const state = customerStateOf(filters.zipCode);
  return `(SELECT * FROM (${matching([isVisibleByIndex(reseller, params, state), ...conditions])}
    UNION ALL ${matching([isSelected(reseller, params, state), ...conditions])}) o LIMIT ${limit})`;
}

/** Builds the statement that counts the result, up to one more than `countLimit`. */
export function countCatalogOffers(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
): Statement {
  const params = new SqlParams();
  const range = { columns: '1', limit: countLimit + 1 };
  return {
    text: `SELECT count(*) FROM ${matchesOf(reseller, filters, search, range, params)} hits`,
    values: params.values,
    // Counting is expensive, and even more so with a plan for other values.
    replan: true,
  };
}

/**
 * The order in which offers are counted by facets if there are too many: the newest first, because the order of
 * an index by category or price would favor some groups. Price bounds are read from an index by price.
 */
export const facetOrder = (filters: CatalogFilters) =>
  hasPriceBounds(filters) ? '' : 'ORDER BY o.created_at DESC, o.id DESC';
