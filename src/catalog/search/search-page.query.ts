import { matchesSearch, categoryAndPriceConditions } from '../listing/catalog-filters.js';
import type { ListCatalog } from '../listing/catalog-query.dto.js';
import {
  afterPosition,
  nameMatches,
  orderBy,
  sortOf,
  type Rank,
  type SortSegment,
} from '../listing/catalog-sort.js';
import { conditionsOfPage, providersOfPage, pageSql, type PageSql } from '../listing/page-sql.js';
import { excludesWords, type SearchQuery } from './search-terms.js';

/*
 * Strategies to find the first matches of a search in a sort order. All return the same offers; the fastest
 * one depends on how many offers match and on their position in the order.
 */

/** `within` limits how many offers, steps or providers a strategy examines before it gives up. */
export type SearchStrategy =
  /** Scans in sort order. Returns a short page if the next `within` offers do not fill it. */
  | { kind: 'walk'; within: number }
  /**
   * Queries the search index for the steps of the sort order, or for the providers, one after another.
   * Returns a short page if `within` of them do not fill it. Offers without a price have no step.
   */
  | { kind: 'steps'; within: number }
  /** Reads all matches from the search index and sorts them. */
  | { kind: 'all' };

export function searchPage(
  page: PageSql,
  query: ListCatalog,
  search: SearchQuery,
  strategy: SearchStrategy,
): string {
  const found = [
    matchesSearch(search, page.params),
    ...(page.segment.match ? [page.segment.match(page.params)] : []),
  ];
  switch (strategy.kind) {
    case 'walk':
      return walked(page, strategy.within, found);
    case 'steps':
      return page.segment.byProvider
        ? byProviders(page, strategy.within, found)
        : bySteps(page, query, strategy.within, found);
    case 'all':
      return sorted(page, found);
  }
}

/** Builds SQL for the matches among the next offers in the order. */
function walked(page: PageSql, within: number, found: readonly string[]): string {
  const { segment, limit } = page;
  return `SELECT o.* FROM (${pageSql({ ...page, limit: within })}) o WHERE ${found.map(hideQuery).join(' AND ')}
    ORDER BY ${byProviderOf(segment)} LIMIT ${limit}`;
}

/** Hides the search query from the planner, so that it uses the search index for any words. */
const hideQuery = (condition: string) => condition.replace(/\$\d+::tsquery/g, '(SELECT $&)');

/** The sort keys of an offer. */
const keys = `o.id, o.team_id, o.created_at, o.name_key, o.currency, o.price_key, o.all_in_key, o.cost_12_key, o.cost_24_key,
  o.kwh_500_key, o.kwh_1000_key, o.kwh_2000_key`;

/**
 * Builds SQL that sorts all matches by their keys alone, because offers are wide and only those on the page
 * are read completely. Without OFFSET 0, Postgres may expect to find matches early in the sort order, and
 * scan many offers.
 */
function sorted(page: PageSql, found: readonly string[]): string {
  const { segment, limit, conditions } = page;
  if (!segment.byProvider)
    return completeOffers(
      `SELECT o.id FROM (${keysOf(conditionsOfPage(page), found)}) o ORDER BY ${orderBy(segment)} LIMIT ${limit}`,
    );
  const first = `SELECT * FROM (SELECT o.id, ${providerKeys} FROM (${keysOf(conditions, found)}) o
      JOIN teams t ON t.id = o.team_id WHERE ${positionOf(page)} OFFSET 0) o ORDER BY ${byProviderOf(segment)} LIMIT ${limit}`;
  return completeOffersWithProvider(first);
}

const keysOf = (conditions: readonly string[], found: readonly string[]) =>
  `SELECT ${keys} FROM offers o WHERE ${[...conditions, ...found.map(hideQuery)].join(' AND ')} OFFSET 0`;

/** Builds SQL for the complete offers of rows with IDs. */
const completeOffers = (rows: string, also = '') =>
  `SELECT o.*${also} FROM (${rows}) k CROSS JOIN LATERAL (SELECT * FROM offers WHERE id = k.id OFFSET 0) o`;
const providerKeys = 't.name_key AS provider_name_key, t.id AS provider_id';
const completeOffersWithProvider = (rows: string) =>
  completeOffers(rows, ', k.provider_name_key, k.provider_id');

/** Returns the SQL condition that starts the page at its cursor position. */
const positionOf = (page: PageSql) => conditionsOfPage({ ...page, conditions: ['true'] }).join(' AND ');

/** Returns the ORDER BY columns for offers `o` that include the keys of their provider. */
const byProviderOf = (segment: SortSegment) => orderBy(segment).replaceAll('t.', 'o.provider_');

/**
 * Builds SQL for a page of several ranks of relevance, each row with the number of its segment. The matches are few
 * enough to be read and sorted together, which saves a statement per rank.
 */
export function rankedPage(
  page: Omit<PageSql, 'segment' | 'providers'>,
  ranks: readonly Rank[],
  search: SearchQuery,
): { rows: string; order: string } {
  const { conditions, after, limit, params } = page;
  const last = ranks.at(-1)?.index ?? 0;
  const numbers = ranks.slice(0, -1).map(({ index, segment: { condition, match } }) => {
    const belongs = [condition, match].flatMap((each) => (each ? [each(params)] : []));
    return `WHEN ${belongs.join(' AND ')} THEN ${index}`;
  });
  const inName = ranks.every(({ segment }) => segment.inName);
  const found = [
    ...(inName ? [nameMatches(search.tsquery)(params)] : []),
    ...(inName && !excludesWords(search.tsquery) ? [] : [matchesSearch(search, params)]),
  ];
  const matches = `SELECT ${keys}, CASE ${numbers.join(' ')} ELSE ${last} END AS segment
    FROM offers o WHERE ${[...conditions, ...found].map(hideQuery).join(' AND ')} OFFSET 0`;
  const current = after && ranks.find(({ index }) => index === Number(after[0]));
  const position = current
    ? `o.segment > ${current.index} OR (o.segment = ${current.index} AND ${afterPosition(current.segment, after, params)})`
    : 'true';
  const order = ['o.segment', ...ranks.flatMap(orderWithin)].join(', ');
  const first = `SELECT o.id, o.segment FROM (${matches}) o WHERE ${position} ORDER BY ${order} LIMIT ${limit}`;
  return { rows: completeOffers(first, ', k.segment'), order };
}

/** Returns ORDER BY columns that apply only to the rows of one segment. */
const orderWithin = ({ index, segment: { keys: columns, direction } }: Rank) =>
  columns.map((column) => `CASE WHEN o.segment = ${index} THEN ${column} END ${direction}`);

/**
 * Queries the search index, which stores the step of each offer, for the matches in each step of the sort
 * order, starting at the step of the first offer. LATERAL processes the steps in order, so the remaining
 * steps are not read once the page is full.
 */
function bySteps(page: PageSql, query: ListCatalog, within: number, found: readonly string[]): string {
  const { segment, limit, params } = page;
  const { step, direction } = segment;
  // The first offer is found through the index of the sort order.
  const prices = sortOf(query).key === 'price' ? query : { category: query.category };
  const bounds = segment.condition ? [segment.condition(params)] : [];
  const first = conditionsOfPage({
    ...page,
    conditions: ["o.status = 'active'", ...bounds, ...categoryAndPriceConditions(prices, params)],
  });
  const by = direction === 'asc' ? 1 : -1;
  return completeOffers(`SELECT o.id FROM
      (SELECT ${step} AS step FROM offers o WHERE ${first.join(' AND ')} ORDER BY ${orderBy(segment)} LIMIT 1) f
      CROSS JOIN LATERAL generate_series(f.step, f.step + ${by * (within - 1)}, ${by}) AS s (step)
      CROSS JOIN LATERAL (SELECT * FROM (${keysOf([...conditionsOfPage(page), `${step} = s.step`], found)}) o
        ORDER BY ${orderBy(segment)} OFFSET 0) o LIMIT ${limit}`);
}

/** Queries the search index provider by provider, for pages sorted by provider. */
function byProviders(page: PageSql, within: number, found: readonly string[]): string {
  const { segment, limit, conditions } = page;
  const [name, id] = segment.keys;
  const { direction } = segment;
  return completeOffersWithProvider(`SELECT o.id, ${providerKeys} FROM
      (SELECT t.name_key, t.id FROM teams t WHERE ${providersOfPage(page)} ORDER BY ${name} ${direction}, ${id} ${direction} LIMIT ${within}) t
      CROSS JOIN LATERAL (${keysOf([...conditions, 'o.team_id = t.id'], found)}) o
    WHERE ${positionOf(page)} ORDER BY ${orderBy(segment)} LIMIT ${limit}`);
}
