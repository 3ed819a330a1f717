import { categoriesWithMatches, matches, pricedIn } from '../listing/catalog-filters.js';
import type { ListCatalog } from '../listing/catalog-query.dto.js';
import { orderBy, sortOf, type SortSegment } from '../listing/catalog-sort.js';
import { allOf, fromProvider, pageOf, type PageParts } from '../listing/page-sql.js';
import type { SearchQuery } from './search-terms.js';

/*
 * The ways of a search to the first of its offers in an order. All find the same offers; which is quick depends on how
 * many there are and where they stand.
 */

/** `within` is how many offers a way looks at in the order of the sort before it gives up. */
export type SearchWay =
  /** Goes through the sort; the page comes out short where the next so many offers do not fill it. */
  | { kind: 'walk'; within: number }
  /** Goes through the sort in each category that has the words, and takes the index of words where that is in vain. */
  | { kind: 'categories'; within: number }
  /**
   * Takes the index of words for one step of the sort after the other, or for one provider after the other; the page
   * comes out short where so many do not fill it. Offers without a price are on no step of it.
   */
  | { kind: 'steps'; within: number }
  /** Takes all that match from the index of words, and sorts them. */
  | { kind: 'all' };

export function foundPage(page: PageParts, query: ListCatalog, search: SearchQuery, way: SearchWay): string {
  const found = [matches(search, page.params), ...(page.stretch.match ? [page.stretch.match] : [])];
  switch (way.kind) {
    case 'walk':
      return walked(page, way.within, found);
    case 'categories':
      return byCategories(page, query, search, { within: way.within, found });
    case 'steps':
      return page.stretch.byProvider
        ? byProviders(page, way.within, found)
        : bySteps(page, query, way.within, found);
    case 'all':
      return sorted(page, found);
  }
}

/** Those of the next offers in the order that match. */
function walked(page: PageParts, within: number, found: readonly string[]): string {
  const { stretch, limit } = page;
  return `SELECT o.* FROM (${pageOf({ ...page, limit: within })}) o WHERE ${found.map(unseen).join(' AND ')}
    ORDER BY ${byProviderOf(stretch)} LIMIT ${limit}`;
}

/** A condition whose query Postgres does not look at when it plans: it takes the index of words whatever they are. */
const unseen = (condition: string) => condition.replace(/\$\d+::tsquery/g, '(SELECT $&)');

/** What offers are sorted by. */
const keys = 'o.id, o.team_id, o.created_at, o.name_key, o.price_key';

/**
 * All that match, then sorted by their keys alone: offers are wide, and only those of the page are read whole. Without
 * OFFSET 0 Postgres may hope to meet them soon in the order, and go far.
 */
function sorted(page: PageParts, found: readonly string[]): string {
  const { stretch, limit, conditions } = page;
  if (!stretch.byProvider)
    return whole(
      `SELECT o.id FROM (${keysOf(allOf(page), found)}) o ORDER BY ${orderBy(stretch)} LIMIT ${limit}`,
    );
  const first = `SELECT * FROM (SELECT o.id, ${providerKeys} FROM (${keysOf(conditions, found)}) o
      JOIN teams t ON t.id = o.team_id WHERE ${placeOf(page)} OFFSET 0) o ORDER BY ${byProviderOf(stretch)} LIMIT ${limit}`;
  return wholeByProvider(first);
}

const keysOf = (conditions: readonly string[], found: readonly string[]) =>
  `SELECT ${keys} FROM offers o WHERE ${[...conditions, ...found.map(unseen)].join(' AND ')} OFFSET 0`;

/** The offers of which the rows have the ids. */
const whole = (rows: string, also = '') =>
  `SELECT o.*${also} FROM (${rows}) k CROSS JOIN LATERAL (SELECT * FROM offers WHERE id = k.id OFFSET 0) o`;
const providerKeys = 't.name_key AS provider_name_key, t.id AS provider_id';
const wholeByProvider = (rows: string) => whole(rows, ', k.provider_name_key, k.provider_id');

/** The place of the page as the one condition. */
const placeOf = (page: PageParts) => allOf({ ...page, conditions: ['true'] }).join(' AND ');

/** The order of offers `o` that carry the keys of their provider. */
const byProviderOf = (stretch: SortSegment) => orderBy(stretch).replaceAll('t.', 'o.provider_');

/**
 * Words belong to categories, and categories have prices and names of their own: where few of all offers at the head
 * of an order match, in one category many do. A category in which few do has few in all, and these are sorted.
 */
function byCategories(
  page: PageParts,
  query: ListCatalog,
  search: SearchQuery,
  { within, found }: { within: number; found: readonly string[] },
): string {
  const { stretch, limit, params } = page;
  const conditions = allOf(page);
  const rest = (category: string) => ({
    ...page,
    conditions: [...conditions, `${category} = c.category`],
    after: undefined,
  });
  // Those without a category are in no order of the index; the index of words has them under ''.
  return `SELECT o.* FROM (${categoriesWithMatches(search, query, params)}) c CROSS JOIN LATERAL (
      WITH walked AS MATERIALIZED (${walked(rest('o.category'), within, found)})
      SELECT * FROM walked WHERE (SELECT count(*) FROM walked) = ${limit}
      UNION ALL
      SELECT * FROM (${sorted(rest("coalesce(o.category, '')"), found)}) o
       WHERE (SELECT count(*) FROM walked) < ${limit}) o
    ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}

/**
 * The steps of the order from that of its first offer on, in each of which the index of words is asked for those that
 * match: it has the steps beside the words, and no more offers are read than the last step takes. LATERAL has to go
 * through the steps as they are numbered, so that what comes first is first, and the rest is never looked for.
 */
function bySteps(page: PageParts, query: ListCatalog, within: number, found: readonly string[]): string {
  const { stretch, limit, params } = page;
  const { step, direction } = stretch;
  // The first offer is found by the index of the order: by category, and by price where that is the order.
  const prices = sortOf(query).key === 'price' ? query : { category: query.category };
  const bounds = stretch.condition ? [stretch.condition] : [];
  const first = allOf({
    ...page,
    conditions: ["o.status = 'active'", ...bounds, ...pricedIn(prices, params)],
  });
  const by = direction === 'asc' ? 1 : -1;
  return whole(`SELECT o.id FROM
      (SELECT ${step} AS step FROM offers o WHERE ${first.join(' AND ')} ORDER BY ${orderBy(stretch)} LIMIT 1) f
      CROSS JOIN LATERAL generate_series(f.step, f.step + ${by * (within - 1)}, ${by}) AS s (step)
      CROSS JOIN LATERAL (SELECT * FROM (${keysOf([...allOf(page), `${step} = s.step`], found)}) o
        ORDER BY ${orderBy(stretch)} OFFSET 0) o LIMIT ${limit}`);
}

/** The same for a sort by provider: the index of words has the provider as well. */
function byProviders(page: PageParts, within: number, found: readonly string[]): string {
  const { stretch, limit, conditions } = page;
  const [name, id] = stretch.keys;
  const { direction } = stretch;
  return wholeByProvider(`SELECT o.id, ${providerKeys} FROM
      (SELECT t.name_key, t.id FROM teams t WHERE ${fromProvider(page)} ORDER BY ${name} ${direction}, ${id} ${direction} LIMIT ${within}) t
      CROSS JOIN LATERAL (${keysOf([...conditions, 'o.team_id = t.id'], found)}) o
    WHERE ${placeOf(page)} ORDER BY ${orderBy(stretch)} LIMIT ${limit}`);
}
