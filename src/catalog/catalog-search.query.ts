import { categoriesOf, matches } from './catalog-filters.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { orderBy, type Stretch } from './catalog-sort.js';
import { allOf, pageOf, type PageParts } from './page.query.js';
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
  | { kind: 'categories'; within: number };

export function foundPage(
  page: PageParts,
  query: ListCatalog,
  search: SearchQuery,
  way: SearchWay | undefined,
): string {
  const found = [matches(search, page.params), ...(page.stretch.match ? [page.stretch.match] : [])];
  if (way?.kind === 'categories') return byCategories(page, query, search, { within: way.within, found });
  if (way?.kind === 'walk') return walked(page, way.within, found);
  return sorted(page, found);
}

/** Those of the next offers in the order that match. */
function walked(page: PageParts, within: number, found: readonly string[]): string {
  const { stretch, limit } = page;
  return `SELECT o.* FROM (${pageOf({ ...page, limit: within })}) o WHERE ${found.join(' AND ')}
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
  const all = (conditions: readonly string[]) =>
    `SELECT ${keys} FROM offers o WHERE ${[...conditions, ...found.map(unseen)].join(' AND ')} OFFSET 0`;
  const whole = (first: string, also = '') =>
    `SELECT o.*${also} FROM (${first}) k CROSS JOIN LATERAL (SELECT * FROM offers WHERE id = k.id OFFSET 0) o`;
  if (!stretch.byProvider)
    return whole(`SELECT o.id FROM (${all(allOf(page))}) o ORDER BY ${orderBy(stretch)} LIMIT ${limit}`);
  const from = allOf({ ...page, conditions: ['true'] }).join(' AND ');
  const first = `SELECT * FROM (SELECT o.id, t.name_key AS provider_name_key, t.id AS provider_id FROM (${all(conditions)}) o
      JOIN teams t ON t.id = o.team_id WHERE ${from} OFFSET 0) o ORDER BY ${byProviderOf(stretch)} LIMIT ${limit}`;
  return whole(first, ', k.provider_name_key, k.provider_id');
}

/** The order of offers `o` that carry the keys of their provider. */
const byProviderOf = (stretch: Stretch) => orderBy(stretch).replaceAll('t.', 'o.provider_');

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
  return `SELECT o.* FROM (${categoriesOf(search, query, params)}) c CROSS JOIN LATERAL (
      WITH walked AS MATERIALIZED (${walked(rest('o.category'), within, found)})
      SELECT * FROM walked WHERE (SELECT count(*) FROM walked) = ${limit}
      UNION ALL
      SELECT * FROM (${sorted(rest("coalesce(o.category, '')"), found)}) o
       WHERE (SELECT count(*) FROM walked) < ${limit}) o
    ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}
