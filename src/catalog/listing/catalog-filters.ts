import { MAX, NIL } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import type { SqlParams } from '../../sql/statement.js';
import { fieldError } from '../../common/field-path.js';
import { placesOf, zipOf } from '../../areas/zip-states.js';
import { attributeCondition, attributeFilters } from './attribute-filters.js';
import type { CatalogFilters, ListCatalog } from './catalog-query.dto.js';
import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import {
  quotedLexemes,
  necessaryCondition,
  unquoteLexeme,
  type SearchQuery,
} from '../search/search-terms.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/** `price_key` holds ten-thousandths of the major unit: 59.99 -> 599900. */
const priceKey = (price: number) => Math.round(price * 10_000);

/** Filters for which the best plan depends on how many offers match. */
const selective = ['providerId', 'zipCode', 'search', ...Object.keys(attributeFilters)] as const;

/** Whether the query has a lower or upper price bound. */
export const hasPriceBounds = ({ minPrice, maxPrice }: CatalogFilters) =>
  minPrice !== undefined || maxPrice !== undefined;

/** Whether the index of the sort order answers the query for any values: category filters, and price bounds when sorted by price. */
export function isCoveredBySortIndex(query: ListCatalog): boolean {
  if (hasPriceBounds(query) && query.sortBy !== 'price') return false;
  return selective.every((name) => query[name as keyof ListCatalog] === undefined);
}

/**
 * `o.price_key <= price`, written as a row comparison with the id. For two unknown bounds on one column Postgres expects
 * almost no rows, and would fetch and sort them all instead of walking the index in order.
 */
const atMostPrice = (price: string) => `(o.price_key, o.id) <= (${price}, '${MAX}'::uuid)`;

/**
 * Hides a parameter from the planner. When Postgres believes that a plan for the given values beats the generic one, it
 * plans every request again, which costs more than the page itself. Use it where one plan suits all values.
 */
export const hideFromPlanner = (value: string, type: string) => `(SELECT ${value}::${type})`;
const asParameter = (value: string) => value;

/** Variants of the same conditions. */
export interface ConditionOptions {
  /** How parameters for category and price are written. */
  bound?: (value: string, type: string) => string;
  /** Whether the conditions are checked while walking an index, rather than on rows that are read anyway. */
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

/** Up to this many offers in the price range, their providers are looked up first. */
const maxPriceLookups = 600;

/**
 * Conditions on a provider `t` that every provider with a matching offer meets. Without them, a page sorted by provider
 * searches all offers of each provider that has none.
 */
export function providerConditions(filters: CatalogFilters, params: SqlParams): string[] {
  return [
    ...(filters.providerId ? [`t.id = ${params.add(filters.providerId)}`] : []),
    ...(hasPriceBounds(filters) ? [hasPrice(filters, params)] : []),
    ...(filters.zipCode ? [sellsAt(params.add(placesOfZip(filters.zipCode)))] : []),
  ];
}

/** If few offers are in the price range: the provider has one of them. Otherwise any provider. */
function hasPrice(filters: CatalogFilters, params: SqlParams): string {
  const inRange = `FROM offers o WHERE o.status = 'active' AND ${categoryAndPriceConditions(filters, params).join(' AND ')}`;
  return `((SELECT count(*) FROM (SELECT ${inRange} LIMIT ${maxPriceLookups + 1}) o) > ${maxPriceLookups}
    OR t.id IN (SELECT o.team_id ${inRange} LIMIT ${maxPriceLookups}))`;
}

/** All conditions on an offer `o` of the result; list, count and facets share them. */
export function catalogConditions(
  reseller: Reseller,
  filters: CatalogFilters,
  search: SearchQuery | undefined,
  params: SqlParams,
  { bound = asParameter, walked = false }: ConditionOptions = {},
): string[] {
  const { providerId, zipCode } = filters;
  const conditions = [isVisibleTo(reseller, params)];
  conditions.push(...categoryAndPriceConditions(filters, params, bound));
  if (providerId) conditions.push(`o.team_id = ${params.add(providerId)}`);
  if (zipCode) {
    const places = params.add(placesOfZip(zipCode));
    conditions.push(walked ? availableInIndex(places) : availableAt(places));
  }
  if (search) conditions.push(matchesSearch(search, params));
  for (const name of Object.keys(attributeFilters) as (keyof typeof attributeFilters)[])
    if (filters[name] !== undefined)
      conditions.push(attributeCondition(name, params.add(filters[name]), filters[name]));
  return conditions;
}

/** The only category that can match: the one in the query, or that of an attribute filter. */
export function impliedCategory(filters: CatalogFilters): CategoryName | undefined {
  const names = Object.keys(attributeFilters) as (keyof typeof attributeFilters)[];
  const asked = names.find((name) => filters[name] !== undefined);
  return filters.category ?? (asked && attributeFilters[asked].category);
}

/**
 * SQL that returns the categories in which the search can match, with '' for offers without a category; see the table
 * search_lexemes in the migrations.
 */
export function categoriesWithMatches(
  { tsquery }: SearchQuery,
  filters: CatalogFilters,
  params: SqlParams,
): string {
  const only = impliedCategory(filters);
  const among = `${hideFromPlanner(params.add(only ? [only] : [...categoryNames, '']), 'text[]')}::text[]`;
  const lexemes = quotedLexemes(tsquery);
  const has = (lexeme: string) => `${lexemes.indexOf(lexeme)} = ANY(array_agg(place))`;
  const possible = necessaryCondition(tsquery, has);
  if (possible === undefined) return `SELECT unnest(${among}) AS category`;
  const places = lexemes.map((_, place) => place);
  return `SELECT category FROM search_lexemes
    JOIN unnest(${hideFromPlanner(params.add(lexemes.map(unquoteLexeme)), 'text[]')}, ARRAY[${places.join(',')}]) AS given (word, place) ON word = lexeme
    WHERE category = ANY(${among}) GROUP BY category HAVING ${possible}`;
}

export const matchesSearch = ({ tsquery }: SearchQuery, params: SqlParams) =>
  `o.search @@ ${params.add(tsquery)}::tsquery`;

const placesOfZip = (zipCode: string) => placesOf(zipOf(zipCode) ?? zipCode);

/** An offer without an area is available everywhere; an area covers a ZIP code directly or by its state. `places` is a parameter with both. */
const areasAt = (places: string) =>
  `SELECT service_area_id FROM service_area_places WHERE place = ANY(${hideFromPlanner(places, 'text[]')}::text[])`;
const availableAt = (places: string) =>
  `(o.service_area_id IS NULL OR o.service_area_id IN (${areasAt(places)}))`;
/** The same on `area_key`, which the indexes contain (NIL means everywhere): offers in other areas are skipped without being read. */
const availableInIndex = (places: string) =>
  `o.area_key = ANY(ARRAY(SELECT '${NIL}'::uuid UNION ALL ${areasAt(places)}))`;

/**
 * A condition that is true for every id. Postgres expects few offers of a provider in an area, and would sort all of them
 * instead of walking the ids in order until the page is full; for a bound that it cannot see it expects a third.
 */
export const anyId = (direction: 'asc' | 'desc') =>
  direction === 'asc'
    ? `o.id >= ${hideFromPlanner(`'${NIL}'`, 'uuid')}`
    : `o.id <= ${hideFromPlanner(`'${MAX}'`, 'uuid')}`;

/** The provider has an area with the place, or an offer without an area. */
const sellsAt = (places: string) =>
  `(t.id IN (SELECT team_id FROM service_areas WHERE id IN (${areasAt(places)})) OR
    (SELECT true FROM offers o WHERE o.team_id = t.id AND o.status = 'active' AND o.service_area_id IS NULL LIMIT 1))`;

/** Checks the rules that concern two parameters. @throws ValidationFailed */
export function checkFilterCombinations(query: CatalogFilters & { sortBy?: string }): void {
  const { minPrice, maxPrice, sortBy, search } = query;
  const errors = [];
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
    errors.push(fieldError(['minPrice'], 'range', 'must not be greater than maxPrice'));
  if (sortBy === 'relevance' && search === undefined)
    errors.push(fieldError(['sortBy'], 'conflict', 'can only be relevance when search is given'));
  if (errors.length > 0) throw new ValidationFailed(errors);
}
