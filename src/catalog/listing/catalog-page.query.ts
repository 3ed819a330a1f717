import type { CursorPosition } from '../../paging/cursor.js';
import type { JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { CatalogFilters, ListCatalog } from './catalog-query.dto.js';
import { offerTag } from './catalog-row.js';
import { boundsPrice, conditionsOf, fromFirstId, hidden, isPlain, providersWith } from './catalog-filters.js';
import { foundPage, type SearchWay } from '../search/search-page.query.js';
import { orderBy, sortOf, sortSegments } from './catalog-sort.js';
import { pageOf } from './page-sql.js';
import type { SearchQuery } from '../search/search-terms.js';
import { visibleTo, type Reseller } from '../visibility.js';

/*
 * The SQL of the catalog. It is written by hand rather than with the query builder, because it is the hottest read of
 * the service and must answer from one index at any size: the page is cut out of `offers` alone, and only its rows
 * are joined with provider and area.
 */

/** Without OFFSET 0 Postgres would rather read all providers and areas than look up those of a page. */
const withProvider = 'CROSS JOIN LATERAL (SELECT * FROM teams WHERE id = o.team_id OFFSET 0) p';
const withArea =
  'LEFT JOIN LATERAL (SELECT * FROM service_areas WHERE id = o.service_area_id OFFSET 0) a ON true';

/** What a view is read from beside the offers. The area is no part of a tag: it changes by the offer alone. */
const beside = (view: JsonRowWriter) => (view === offerTag ? withProvider : `${withProvider} ${withArea}`);

/** Those of the offers that the reseller may see. Unknown and hidden ids take the same way. */
export function visibleOffers(reseller: Reseller, ids: readonly string[], view: JsonRowWriter): Statement {
  const params = new SqlParams();
  // For one id it must not be a list: Postgres expects ten of it, and would plan each request anew.
  const [id] = ids;
  const these = ids.length === 1 ? `o.id = ${params.add(id)}` : `o.id = ANY(${params.add(ids)}::uuid[])`;
  const text = `SELECT ${view.columns} FROM offers o ${beside(view)} WHERE ${these} AND ${visibleTo(reseller, params)}`;
  return { text, values: params.values };
}

/** Where a page stands. */
export interface PageRequest {
  /** Which stretch of the sort. */
  index: number;
  after?: CursorPosition;
  limit: number;
  /** How a search finds its offers; all that match are sorted unless it is told otherwise. */
  way?: SearchWay;
  /** What is read of each offer. */
  view: JsonRowWriter;
}

/** The page of one stretch of a sorted list, from a position on; undefined when there is no such stretch. */
export function segmentPage(
  reseller: Reseller,
  query: ListCatalog,
  search: SearchQuery | undefined,
  { index, after, limit, way, view }: PageRequest,
): Statement | undefined {
  const params = new SqlParams();
  const writing = { bound: isPlain(query) ? hidden : undefined, walked: !search };
  const conditions = conditionsOf(reseller, query, undefined, params, writing);
  const stretch = sortSegments(query, search, params)[index];
  if (!stretch) return undefined;
  if (stretch.condition) conditions.push(stretch.condition);
  const byProvider = stretch.byProvider && !search;
  const providers = byProvider ? providersWith(query, params) : [];
  if (byProvider && query.zipCode && !boundsPrice(query)) conditions.push(fromFirstId(stretch.direction));
  const page = { stretch, conditions, after, limit, params, providers };
  const rows = search ? foundPage(page, query, search, way ?? { kind: 'all' }) : pageOf(page);
  const text = `SELECT ${view.columns} FROM (${rows}) o ${beside(view)}
    ORDER BY ${orderBy(stretch).replaceAll('t.', 'p.')}`;
  return { text, values: params.values, replan: hangsOnPrices(query) };
}

/**
 * Offers of most prices are met soon in any order, those of a rare price by the index of prices alone. Once prepared,
 * Postgres would go through the order for both.
 */
const hangsOnPrices = (query: ListCatalog) => boundsPrice(query) && sortOf(query).key !== 'price';

/** How many offers the whole result has. */
export function countOffers(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(reseller, filters, search, params);
  return {
    text: `SELECT count(*) FROM offers o WHERE ${conditions.join(' AND ')}`,
    values: params.values,
    // A whole count is dear, and dearer still by a plan for other values.
    replan: true,
  };
}
