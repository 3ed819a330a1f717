import type { CursorPosition } from '../../paging/cursor.js';
import type { JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import { anyLength, SqlParams, type Statement } from '../../sql/statement.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { catalogOfferVersions } from './catalog-json.js';
import {
  amountColumnOf,
  boundsAnotherThan,
  hasPriceBounds,
  catalogConditions,
  anyId,
  hideFromPlanner,
  isCoveredBySortIndex,
  providerConditions,
} from './catalog-filters.js';
import { rankedPage, searchPage, type SearchStrategy } from '../search/search-page.query.js';
import { orderBy, positionColumns, sortSegments, type Rank, type SortSegment } from './catalog-sort.js';
import { pageSql } from './page-sql.js';
import type { SearchQuery } from '../search/search-terms.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/*
 * The SQL of the catalog. It is hand-written because catalog reads are the most frequent reads of the service
 * and must use a single index at any size: a page is selected from `offers` alone, and only its rows are
 * joined with provider and area.
 */

/** Without OFFSET 0, Postgres reads all providers and areas instead of looking up only those on the page. */
const withProvider = 'CROSS JOIN LATERAL (SELECT * FROM teams WHERE id = o.team_id OFFSET 0) p';
const withArea =
  'LEFT JOIN LATERAL (SELECT * FROM service_areas WHERE id = o.service_area_id OFFSET 0) a ON true';

/**
 * Returns the joins that a view needs. An ETag does not need the area, which changes only together with the
 * offer.
 */
export const joinsOf = (view: JsonRowWriter) =>
  view === catalogOfferVersions ? withProvider : `${withProvider} ${withArea}`;

/**
 * Selects those of the offers that the reseller can see. Unknown IDs and IDs of hidden offers are treated
 * alike.
 */
export function visibleOffersByIds(
  reseller: Reseller,
  ids: readonly string[],
  view: JsonRowWriter,
  { inOrder = false } = {},
): Statement {
  const params = new SqlParams();
  const [id] = ids;
  const these =
    ids.length === 1 ? `o.id = ${params.add(id)}` : `o.id = ANY(${anyLength(`${params.add(ids)}::uuid[]`)})`;
  const text = `SELECT ${view.columns} FROM offers o ${joinsOf(view)} WHERE ${these} AND ${isVisibleTo(reseller, params)}${inOrder ? ` ORDER BY array_position(${params.add(ids)}::uuid[], o.id)` : ''}`;
  return { text, values: params.values };
}

/** The texts of `visibleOfferById` for verified resellers, without and with the licenses that they need. */
const textsById = [new Map<JsonRowWriter, string>(), new Map<JsonRowWriter, string>()] as const;

/**
 * Selects an offer if the reseller can see it. The text is built once: building and hashing it for each request takes
 * 2 % of the most frequent read.
 */
export function visibleOfferById(reseller: Reseller, id: string, view: JsonRowWriter): Statement {
  const texts = textsById[reseller.needsLicenses ? 1 : 0];
  const text = reseller.verified ? texts.get(view) : undefined;
  if (text !== undefined) return { text, values: [id, reseller.id] };
  const statement = visibleOffersByIds(reseller, [id], view);
  if (reseller.verified) texts.set(view, statement.text);
  return statement;
}

/** The part of the result to read. */
export interface PageRequest {
  /** Number of the segment of the sort order. */
  index: number;
  after?: CursorPosition;
  limit: number;
  /** How a search finds its offers; by default, all matches are sorted. */
  strategy?: SearchStrategy;
  /** The columns of each offer to read. */
  view: JsonRowWriter;
}

/** Returns the columns of cursor positions that a view lacks. They follow the columns of the view in the rows of a page. */
export const keyColumns = (ranks: readonly Rank[], view: JsonRowWriter): string[] => [
  ...new Set(ranks.flatMap(({ segment }) => positionColumns(segment)).filter((column) => !view.has(column))),
];

/** Returns where a row of a page has the columns of cursor positions in a segment. @param columns returned by `keyColumns` */
export const keyIndexes = (
  segment: SortSegment,
  view: JsonRowWriter,
  columns: readonly string[],
): [column: string, index: number][] =>
  positionColumns(segment).map((column) => [
    column,
    view.has(column) ? view.at(column) : view.columnList.length + columns.indexOf(column),
  ]);

/**
 * Returns the statement for a page of one segment of the sort order, after a position; undefined if the
 * segment does not exist.
 */
export function segmentPage(
  reseller: Reseller,
  query: ListCatalog,
  search: SearchQuery | undefined,
  { index, after, limit, strategy, view }: PageRequest,
): Statement | undefined {
  const params = new SqlParams();
  const options = { bound: isCoveredBySortIndex(query) ? hideFromPlanner : undefined, walked: !search };
  const conditions = catalogConditions(reseller, query, undefined, params, options);
  const segment = sortSegments(query, search)[index];
  if (!segment) return undefined;
  // A scan reads the ranges one by one. With the condition on all of them, Postgres would expect fewer offers in each.
  const isRanged = segment.ranges !== undefined && strategy?.kind === 'walk';
  if (segment.condition && !isRanged) conditions.push(segment.condition(params));
  const byProvider = segment.byProvider && !search;
  const providers = byProvider ? providerConditions(query, params) : [];
  if (byProvider && query.zipCode && !hasPriceBounds(query)) conditions.push(anyId(segment.direction));
  const page = { segment, conditions, after, limit, params, providers };
  const rows = search ? searchPage(page, query, search, strategy ?? { kind: 'all' }) : pageSql(page);
  const columns = [view.columns, ...keyColumns([{ index, segment }], view)].join(', ');
  const text = `SELECT ${columns} FROM (${rows}) o ${joinsOf(view)}
    ORDER BY ${orderBy(segment).replaceAll('t.', 'p.')}`;
  return { text, values: params.values, replan: planDependsOnPrices(query) };
}

/**
 * Returns the statement for a page of several ranks of relevance, if few offers match. The number of the segment is the
 * last column.
 */
export function rankedSearchPage(
  reseller: Reseller,
  query: ListCatalog,
  search: SearchQuery,
  ranks: readonly Rank[],
  { after, limit, view }: Pick<PageRequest, 'after' | 'limit' | 'view'>,
): Statement {
  const params = new SqlParams();
  const conditions = catalogConditions(reseller, query, undefined, params);
  const { rows, order } = rankedPage({ conditions, after, limit, params }, ranks, search);
  const columns = [view.columns, ...keyColumns(ranks, view), 'o.segment'].join(', ');
  const text = `SELECT ${columns} FROM (${rows}) o ${joinsOf(view)} ORDER BY ${order}`;
  return { text, values: params.values };
}

/**
 * Offers in a common price range are found quickly in any sort order; those in a rare range are found quickly
 * only through the price index. A prepared statement would scan in sort order in both cases.
 */
const planDependsOnPrices = (query: ListCatalog) => boundsAnotherThan(amountColumnOf(query), query);
