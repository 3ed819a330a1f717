import { MAX, NIL } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import type { SqlParams } from '../../sql/statement.js';
import { fieldError } from '../../common/field-path.js';
import { placesOf, zipOf } from '../../areas/zip-states.js';
import { attributeCondition, attributeFilters } from './attribute-filters.js';
import type { CatalogFilters, ListCatalog } from './catalog-query.dto.js';
import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import { lexemesOf, mayFind, unquoted, type SearchQuery } from '../search/search-terms.js';
import { visibleTo, type Reseller } from '../visibility.js';

/** `price_key` holds ten-thousandths of the major unit: 59.99 -> 599900. */
const priceKey = (price: number) => Math.round(price * 10_000);

/** Filters for which the right plan depends on how many offers they leave. */
const selective = ['providerId', 'zipCode', 'search', ...Object.keys(attributeFilters)] as const;

/** Whether a query asks for prices from or up to something. */
export const boundsPrice = ({ minPrice, maxPrice }: CatalogFilters) =>
  minPrice !== undefined || maxPrice !== undefined;

/** Whether the index of the sort answers the query whatever the values: by category, and by price in its order. */
export function isPlain(query: ListCatalog): boolean {
  if (boundsPrice(query) && query.sortBy !== 'price') return false;
  return selective.every((name) => query[name as keyof ListCatalog] === undefined);
}

/**
 * `o.price_key <= price`, said with the id beside it: between two bounds of one column that it does not know Postgres
 * expects next to nothing, and would fetch and sort all that there is rather than go through the index in order.
 */
const atMostPrice = (price: string) => `(o.price_key, o.id) <= (${price}, '${MAX}'::uuid)`;

/**
 * A value that the planner is not to look at. Where it takes the plan for the given values to be cheaper than the one
 * for any values it plans each request anew, which costs more than the page; where one plan is right for all values,
 * they are better hidden from it.
 */
export const hidden = (value: string, type: string) => `(SELECT ${value}::${type})`;
const known = (value: string) => value;

/** How conditions are written; what they mean is the same. */
export interface Writing {
  /** The values of category and price. */
  bound?: (value: string, type: string) => string;
  /** For an index that is walked, rather than for rows that are read anyway. */
  walked?: boolean;
}

/** The conditions on category and price. */
export function pricedIn(
  { category, minPrice, maxPrice }: CatalogFilters,
  params: SqlParams,
  bound: NonNullable<Writing['bound']> = known,
): string[] {
  const conditions: string[] = [];
  if (category) conditions.push(`o.category = ${bound(params.add(category), 'text')}`);
  if (minPrice !== undefined)
    conditions.push(`o.price_key >= ${bound(params.add(priceKey(minPrice)), 'bigint')}`);
  if (maxPrice !== undefined) conditions.push(atMostPrice(bound(params.add(priceKey(maxPrice)), 'bigint')));
  return conditions;
}

/** So many offers of a price are looked up rather than met on the way through all providers. */
const rarely = 600;

/**
 * Conditions on a provider `t` that hold for whoever has anything to show. Without them, who goes through the providers
 * looks into all offers of each of them for what it does not have.
 */
export function providersWith(filters: CatalogFilters, params: SqlParams): string[] {
  return [
    ...(filters.providerId ? [`t.id = ${params.add(filters.providerId)}`] : []),
    ...(boundsPrice(filters) ? [hasPrice(filters, params)] : []),
    ...(filters.zipCode ? [sellsAt(params.add(placesOfZip(filters.zipCode)))] : []),
  ];
}

/** Where few offers have the price, to have one of them; any provider else. */
function hasPrice(filters: CatalogFilters, params: SqlParams): string {
  const priced = `FROM offers o WHERE o.status = 'active' AND ${pricedIn(filters, params).join(' AND ')}`;
  return `((SELECT count(*) FROM (SELECT ${priced} LIMIT ${rarely + 1}) o) > ${rarely}
    OR t.id IN (SELECT o.team_id ${priced} LIMIT ${rarely}))`;
}

/** Every condition that an offer `o` of the result must meet; the list, the count and the facets share them. */
export function conditionsOf(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
  params: SqlParams,
  { bound = known, walked = false }: Writing = {},
): string[] {
  const { providerId, zipCode } = filters;
  const conditions = [visibleTo(reseller, params)];
  conditions.push(...pricedIn(filters, params, bound));
  if (providerId) conditions.push(`o.team_id = ${params.add(providerId)}`);
  if (zipCode) {
    const places = params.add(placesOfZip(zipCode));
    conditions.push(walked ? availableInIndex(places) : availableAt(places));
  }
  if (search) conditions.push(matches(search, params));
  for (const name of Object.keys(attributeFilters) as (keyof typeof attributeFilters)[])
    if (filters[name] !== undefined)
      conditions.push(attributeCondition(name, params.add(filters[name]), filters[name]));
  return conditions;
}

/** The one category that a filter leaves, if any: asked for, or that of an attribute. */
export function onlyCategory(filters: CatalogFilters): CategoryName | undefined {
  const names = Object.keys(attributeFilters) as (keyof typeof attributeFilters)[];
  const asked = names.find((name) => filters[name] !== undefined);
  return filters.category ?? (asked && attributeFilters[asked].category);
}

/**
 * SQL with the categories, as rows, in which a search may find something, '' among them for offers without one; see
 * search_lexemes in the migrations.
 */
export function categoriesWithMatches(
  { tsquery }: SearchQuery,
  filters: CatalogFilters,
  params: SqlParams,
): string {
  const only = onlyCategory(filters);
  const among = `${hidden(params.add(only ? [only] : [...categoryNames, '']), 'text[]')}::text[]`;
  const lexemes = lexemesOf(tsquery);
  const has = (lexeme: string) => `${lexemes.indexOf(lexeme)} = ANY(array_agg(place))`;
  const known = mayFind(tsquery, has);
  if (known === undefined) return `SELECT unnest(${among}) AS category`;
  const places = lexemes.map((_, place) => place);
  return `SELECT category FROM search_lexemes
    JOIN unnest(${hidden(params.add(lexemes.map(unquoted)), 'text[]')}, ARRAY[${places.join(',')}]) AS given (word, place) ON word = lexeme
    WHERE category = ANY(${among}) GROUP BY category HAVING ${known}`;
}

export const matches = ({ tsquery }: SearchQuery, params: SqlParams) =>
  `o.search @@ ${params.add(tsquery)}::tsquery`;

const placesOfZip = (zipCode: string) => placesOf(zipOf(zipCode) ?? zipCode);

/** No area is everywhere; an area holds a ZIP code by itself or by its state. `places` is a parameter with both. */
const areasAt = (places: string) =>
  `SELECT service_area_id FROM service_area_places WHERE place = ANY(${hidden(places, 'text[]')}::text[])`;
const availableAt = (places: string) =>
  `(o.service_area_id IS NULL OR o.service_area_id IN (${areasAt(places)}))`;
/** The same by `area_key`, which the indexes hold, with NIL for everywhere: offers of other areas are passed over without being read. */
const availableInIndex = (places: string) =>
  `o.area_key = ANY(ARRAY(SELECT '${NIL}'::uuid UNION ALL ${areasAt(places)}))`;

/**
 * A condition that every id meets. Of a provider's offers Postgres expects few at a place, and would rather sort all of
 * them than go through the ids in order until the page is full; of a bound that it cannot see it expects a third.
 */
export const fromFirstId = (direction: 'asc' | 'desc') =>
  direction === 'asc' ? `o.id >= ${hidden(`'${NIL}'`, 'uuid')}` : `o.id <= ${hidden(`'${MAX}'`, 'uuid')}`;

/** To have an area with the place, or an offer without an area; asked one by one, because of those there are many. */
const sellsAt = (places: string) =>
  `(t.id IN (SELECT team_id FROM service_areas WHERE id IN (${areasAt(places)})) OR
    (SELECT true FROM offers o WHERE o.team_id = t.id AND o.status = 'active' AND o.service_area_id IS NULL LIMIT 1))`;

/** The rules that need two parameters. @throws ValidationFailed */
export function requireSound(query: CatalogFilters & { sortBy?: string }): void {
  const { minPrice, maxPrice, sortBy, search } = query;
  const errors = [];
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
    errors.push(fieldError(['minPrice'], 'range', 'must not be greater than maxPrice'));
  if (sortBy === 'relevance' && search === undefined)
    errors.push(fieldError(['sortBy'], 'conflict', 'can be relevance only together with search'));
  if (errors.length > 0) throw new ValidationFailed(errors);
}
