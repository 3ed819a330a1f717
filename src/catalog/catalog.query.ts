import type { Position } from '../common/cursor.js';
import type { JsonRow } from '../common/json-row.js';
import { Params, type Statement } from '../common/statement.js';
import type { CatalogFilters, ListCatalog } from './catalog-query.dto.js';
import { conditionsOf, hidden, isPlain, matches } from './catalog-filters.js';
import { afterPosition, orderBy, stretchesOf, type Stretch } from './catalog-sort.js';
import type { SearchQuery } from './search-terms.js';
import { visibleTo, type Reseller } from './visibility.js';

/*
 * The SQL of the catalog. It is written by hand rather than with the query builder, because it is the hottest read of
 * the service and must answer from one index at any size: the page is cut out of `offers` alone, and only its rows
 * are joined with provider and area.
 */

const withProviderAndArea =
  'JOIN teams p ON p.id = o.team_id LEFT JOIN service_areas a ON a.id = o.service_area_id';

/** Those of the offers that the reseller may see. Unknown and hidden ids take the same way. */
export function visibleOffers(reseller: Reseller, ids: readonly string[], view: JsonRow): Statement {
  const params = new Params();
  // For one id it must not be a list: Postgres expects ten of it, and would plan each request anew.
  const [id] = ids;
  const these = ids.length === 1 ? `o.id = ${params.add(id)}` : `o.id = ANY(${params.add(ids)}::uuid[])`;
  const text = `SELECT ${view.columns} FROM offers o ${withProviderAndArea} WHERE ${these} AND ${visibleTo(reseller, params)}`;
  return { text, values: params.values };
}

/** Where a page stands. */
export interface Place {
  /** Which stretch of the sort. */
  index: number;
  after?: Position;
  limit: number;
  /** Look at the next so many offers in the order of the sort and no further; the page may come out short. */
  within?: number;
  /** What is read of each offer. */
  view: JsonRow;
}

/** The page of one stretch of a sorted list, from a position on; undefined when there is no such stretch. */
export function stretchPage(
  reseller: Reseller,
  query: ListCatalog,
  search: SearchQuery | undefined,
  { index, after, limit, within, view }: Place,
): Statement | undefined {
  const params = new Params();
  const conditions = conditionsOf(reseller, query, undefined, params, isPlain(query) ? hidden : undefined);
  const stretch = stretchesOf(query, search, params)[index];
  if (!stretch) return undefined;
  if (stretch.condition) conditions.push(stretch.condition);
  const found = search ? [matches(search, params), ...(stretch.match ? [stretch.match] : [])] : [];
  const page = { stretch, after, params };
  const rows =
    within === undefined
      ? pageOf({ ...page, conditions: [...conditions, ...found], limit, few: found.length > 0 })
      : `SELECT o.* FROM (${pageOf({ ...page, conditions, limit: within })}) o WHERE ${found.join(' AND ') || 'true'}
          ORDER BY ${orderBy(stretch).replaceAll('t.', 'o.provider_')} LIMIT ${limit}`;
  const text = `SELECT ${view.columns} FROM (${rows}) o ${withProviderAndArea}
    ORDER BY ${orderBy(stretch).replaceAll('t.', 'p.')}`;
  return { text, values: params.values };
}

interface PageParts {
  stretch: Stretch;
  conditions: string[];
  after?: Position;
  limit: number;
  params: Params;
  /** The conditions may leave so few that they are better found first and sorted then. */
  few?: boolean;
}

function pageOf(parts: PageParts): string {
  const { stretch, conditions, after, limit, params, few } = parts;
  if (stretch.byProvider && !few) return pageByProvider(parts);
  const all = after ? [...conditions, afterPosition(stretch, after, params)] : conditions;
  const teams = stretch.byProvider ? 'JOIN teams t ON t.id = o.team_id' : '';
  return `SELECT o.* FROM offers o ${teams} WHERE ${all.join(' AND ')} ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}

/** Goes through the providers by name and takes each one's offers from the index by provider. */
function pageByProvider({ stretch, conditions, after, limit, params }: PageParts): string {
  const { direction } = stretch;
  const [, name, team, offer] = after ?? [];
  const from = after
    ? `WHERE (t.name_key, t.id) ${direction === 'asc' ? '>=' : '<='} (${params.add(name)}, ${params.add(team)}::uuid)`
    : '';
  const rest = after
    ? `AND (t.id <> ${params.add(team)}::uuid OR o.id ${direction === 'asc' ? '>' : '<'} ${params.add(offer)}::uuid)`
    : '';
  // The keys of the provider are shown, so that Postgres knows the order of the rows and need not sort them again.
  return `SELECT o.*, t.name_key AS provider_name_key, t.id AS provider_id FROM teams t CROSS JOIN LATERAL (
      SELECT o.* FROM offers o WHERE o.team_id = t.id AND ${conditions.join(' AND ')} ${rest}
       ORDER BY o.id ${direction} LIMIT ${limit}) o
    ${from} ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}

/** How many offers the whole result has. */
export function countOffers(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
): Statement {
  const params = new Params();
  const conditions = conditionsOf(reseller, filters, search, params);
  return {
    text: `SELECT count(*) FROM offers o WHERE ${conditions.join(' AND ')}`,
    values: params.values,
  };
}
