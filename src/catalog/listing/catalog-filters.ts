import { MAX, NIL } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import type { SqlParams } from '../../sql/statement.js';
import { fieldError } from '../../common/field-path.js';
import { placesOf, zipOf } from '../../areas/zip-states.js';
import { attributeCondition, attributeFilters } from './attribute-filters.js';
import type { CatalogFilters, ListCatalog } from './catalog-query.dto.js';
import { matchesWithoutWords, type SearchQuery } from '../search/search-terms.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/** Converts a price to the unit of `price_key`, a ten-thousandth of the major unit: 59.99 -> 599900. */
const priceKey = (price: number) => Math.round(price * 10_000);

/** Filters for which the best plan depends on how many offers match. */
const selective = ['providerId', 'zipCode', 'search', ...Object.keys(attributeFilters)] as const;

/** Returns whether the query has a lower or upper price bound. */
export const hasPriceBounds = ({ minPrice, maxPrice }: CatalogFilters) =>
  minPrice !== undefined || maxPrice !== undefined;

/**
 * Returns whether the index of the sort order is sufficient for the query with any values: with category
 * filters, and with price bounds if sorted by price.
 */
export function isCoveredBySortIndex(query: ListCatalog): boolean {
  if (hasPriceBounds(query) && query.sortBy !== 'price') return false;
  return selective.every((name) => query[name as keyof ListCatalog] === undefined);
}

/**
 * Returns `o.price_key <= price`, written as a row comparison with the ID. For two unknown bounds on one
 * column, Postgres expects almost no rows, and would fetch and sort them all instead of scanning the index in
 * order.
 */
const atMostPrice = (price: string) => `(o.price_key, o.id) <= (${price}, '${MAX}'::uuid)`;

/**
 * Hides a parameter from the planner. If Postgres expects a plan for the given values to be cheaper than the
 * generic one, it plans every request again, which costs more than reading the page. Use this if one plan
 * suits all values.
 */
export const hideFromPlanner = (value: string, type: string) => `(SELECT ${value}::${type})`;
const asParameter = (value: string) => value;

/** Variants of the same conditions. */
export interface ConditionOptions {
  /** Formats the parameters for category and price. */
  bound?: (value: string, type: string) => string;
  /** Whether the conditions are checked during an index scan, rather than on rows that are read anyway. */
  walked?: boolean;
}

export function categoryAndPriceConditions(
  { category, minPrice, maxPrice }: CatalogFilters,
  params: SqlParams,
  bound: NonNullable<ConditionOptions['bound']> = asParameter,
): string[] {
  const conditions: string[] = [];
  if (category) conditions.push(`o.category = ${bound(params.add(category), 'text')}`);
  if (minPrice !== undefined)
    conditions.push(`o.price_key >= ${bound(params.add(priceKey(minPrice)), 'bigint')}`);
  if (maxPrice !== undefined) conditions.push(atMostPrice(bound(params.add(priceKey(maxPrice)), 'bigint')));
  return conditions;
}

/** Maximum number of offers in the price range for which their providers are looked up first. */
const maxPriceLookups = 600;

/**
 * Returns conditions on a provider `t` that every provider with a matching offer meets. Without them, a page
 * sorted by provider searches all offers of each provider that has no match.
 */
export function providerConditions(filters: CatalogFilters, params: SqlParams): string[] {
  return [
    ...(filters.providerId ? [`t.id = ${params.add(filters.providerId)}`] : []),
    ...(hasPriceBounds(filters) ? [hasPrice(filters, params)] : []),
    ...(filters.zipCode ? [sellsAt(params.add(placesOfZip(filters.zipCode)))] : []),
  ];
}

/**
 * Returns a condition that is true for providers with an offer in the price range, or for all providers if
 * the range contains many offers.
 */
function hasPrice(filters: CatalogFilters, params: SqlParams): string {
  const inRange = `FROM offers o WHERE o.status = 'active' AND ${categoryAndPriceConditions(filters, params).join(' AND ')}`;
  return `((SELECT count(*) FROM (SELECT ${inRange} LIMIT ${maxPriceLookups + 1}) o) > ${maxPriceLookups}
    OR t.id IN (SELECT o.team_id ${inRange} LIMIT ${maxPriceLookups}))`;
}

/** Returns all conditions that an offer `o` in the result must meet. */
export function catalogConditions(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
  params: SqlParams,
  options?: ConditionOptions,
): string[] {
  return [
    isVisibleTo(reseller, params),
    ...filterConditions(filters, params, options),
    ...(search ? [matchesSearch(search, params)] : []),
  ];
}

/** Returns the conditions of the filters, shared by the list, the count and the facets. */
export function filterConditions(
  filters: CatalogFilters,
  params: SqlParams,
  { bound = asParameter, walked = false }: ConditionOptions = {},
): string[] {
  const { providerId, zipCode } = filters;
  const conditions = categoryAndPriceConditions(filters, params, bound);
  if (providerId) conditions.push(`o.team_id = ${params.add(providerId)}`);
  if (zipCode) {
    const places = params.add(placesOfZip(zipCode));
    conditions.push(walked ? availableInIndex(places) : availableAt(places));
  }
  for (const name of Object.keys(attributeFilters) as (keyof typeof attributeFilters)[])
    if (filters[name] !== undefined)
      conditions.push(attributeCondition(name, params.add(filters[name]), filters[name]));
  return conditions;
}

export const matchesSearch = ({ tsquery }: SearchQuery, params: SqlParams) =>
  matchesQuery('o.search', tsquery, params);

/**
 * Returns the condition that a text matches a tsquery. With IS TRUE, Postgres does not use the search index, which it
 * would have to read completely if texts with none of the words match.
 */
export const matchesQuery = (column: 'o.search' | 'o.name_search', tsquery: string, params: SqlParams) =>
  `${column} @@ ${params.add(tsquery)}::tsquery${matchesWithoutWords(tsquery) ? ' IS TRUE' : ''}`;

const placesOfZip = (zipCode: string) => placesOf(zipOf(zipCode) ?? zipCode);

/**
 * Selects the areas that cover a ZIP code, either directly or by its state. An offer without an area is
 * available everywhere.
 * @param places a parameter that contains the ZIP code and its state
 */
const areasAt = (places: string) =>
  `SELECT service_area_id FROM service_area_places WHERE place = ANY(${hideFromPlanner(places, 'text[]')}::text[])`;
const availableAt = (places: string) =>
  `(o.service_area_id IS NULL OR o.service_area_id IN (${areasAt(places)}))`;
/**
 * Returns the same condition on `area_key`, which the indexes contain (NIL means everywhere), so offers in
 * other areas are skipped without being read.
 */
const availableInIndex = (places: string) =>
  `o.area_key = ANY(ARRAY(SELECT '${NIL}'::uuid UNION ALL ${areasAt(places)}))`;

/**
 * Returns a condition that is true for every ID. Postgres underestimates the number of offers a provider has
 * in an area, and would sort all of them instead of scanning the IDs in order until the page is full. For a
 * bound whose value it does not know, it assumes that a third of the rows match.
 */
export const anyId = (direction: 'asc' | 'desc') =>
  direction === 'asc'
    ? `o.id >= ${hideFromPlanner(`'${NIL}'`, 'uuid')}`
    : `o.id <= ${hideFromPlanner(`'${MAX}'`, 'uuid')}`;

/**
 * Returns a condition that is true if the provider has an area with one of the places, or an offer without an
 * area.
 */
const sellsAt = (places: string) =>
  `(t.id IN (SELECT team_id FROM service_areas WHERE id IN (${areasAt(places)})) OR
    (SELECT true FROM offers o WHERE o.team_id = t.id AND o.status = 'active' AND o.service_area_id IS NULL LIMIT 1))`;

/** Checks the rules that involve two parameters. @throws ValidationFailed */
export function checkFilterCombinations(query: CatalogFilters & { sortBy?: string }): void {
  const { minPrice, maxPrice, sortBy, search } = query;
  const errors = [];
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
    errors.push(fieldError(['minPrice'], 'range', 'must not be greater than maxPrice'));
  if (sortBy === 'relevance' && search === undefined)
    errors.push(fieldError(['sortBy'], 'conflict', 'can be relevance only if search is set'));
  if (errors.length > 0) throw new ValidationFailed(errors);
}
