import { MAX, NIL } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import type { SqlParams } from '../../sql/statement.js';
import { fieldError } from '../../common/field-path.js';
import { placesOf, zipOf } from '../../areas/zip-states.js';
import { attributeCondition, attributeFilters } from './attribute-filters.js';
import { amountColumns, type CatalogFilters, type ListCatalog } from './catalog-query.dto.js';
import { matchesWithoutWords, type SearchQuery } from '../search/search-terms.js';
import { customerStateOf } from '../license-gate.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/** Converts a price to the unit of `price_key`, a ten-thousandth of the major unit: 59.99 -> 599900. */
const priceKey = (price: number) => Math.round(price * 10_000);

/** Returns the column of the amount by which a query is sorted; undefined if it is sorted by something else. */
export function amountColumnOf(query: ListCatalog): string | undefined {
  if (query.sortBy === 'pricePerKwh') return kwhColumn(query);
  return Object.hasOwn(amountColumns, query.sortBy ?? '')
    ? amountColumns[query.sortBy as keyof typeof amountColumns]
    : undefined;
}

/** Returns whether it depends on the currency which offers are listed, or their order. */
export const comparesAmounts = (query: ListCatalog) =>
  hasPriceBounds(query) || amountColumnOf(query) !== undefined;

const attributeNames = Object.keys(attributeFilters) as (keyof typeof attributeFilters)[];

/** Filters for which the best plan depends on how many offers match. */
const selective = new Set<string>(['providerId', 'zipCode', 'search', ...attributeNames]);

/** The column of the price per kWh at the usage of the query. */
export const kwhColumn = ({ usageKwh = 1000 }: CatalogFilters) => `kwh_${usageKwh}_key`;

/** Returns the columns of the amounts that have bounds. */
export const boundedColumns = (filters: CatalogFilters): string[] => [
  ...(filters.minPrice === undefined && filters.maxPrice === undefined ? [] : ['price_key']),
  ...(filters.maxAllInPrice === undefined ? [] : ['all_in_key']),
  ...(filters.maxPricePerKwh === undefined ? [] : [kwhColumn(filters)]),
];

/** Returns whether the query has bounds of an amount. */
export const hasPriceBounds = (filters: CatalogFilters) => boundedColumns(filters).length > 0;

/** Returns whether an amount has bounds that is not in this column, the one by which the page is sorted. */
export const boundsAnotherThan = (column: string | undefined, filters: CatalogFilters) =>
  boundedColumns(filters).some((bounded) => bounded !== column);

/** Adds the currency in which amounts are compared as a parameter. */
export function addCurrency({ currency }: CatalogFilters, params: SqlParams): string {
  if (currency === undefined) throw new Error('The currency of the query is not set');
  return params.add(currency);
}

/**
 * Returns whether the index of the sort order is sufficient for the query with any values: with category
 * filters, and with price bounds if sorted by price.
 */
export function isCoveredBySortIndex(query: ListCatalog): boolean {
  if (boundsAnotherThan(amountColumnOf(query), query)) return false;
  return Object.entries(query).every(([name, value]) => value === undefined || !selective.has(name));
}

/**
 * Returns `o.column <= amount`, written as a row comparison with the ID. For two unknown bounds on one
 * column, Postgres expects almost no rows, and would fetch and sort them all instead of scanning the index in
 * order.
 */
const atMost = (column: string, amount: string) => `(o.${column}, o.id) <= (${amount}, '${MAX}'::uuid)`;

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
  filters: CatalogFilters & Pick<ListCatalog, 'sortBy'>,
  params: SqlParams,
  bound: NonNullable<ConditionOptions['bound']> = asParameter,
): string[] {
  const { category, minPrice, maxPrice, maxAllInPrice, maxPricePerKwh } = filters;
  const conditions: string[] = [];
  const bigint = (value: number) => bound(params.add(value), 'bigint');
  if (hasPriceBounds(filters))
    conditions.push(`o.currency = ${bound(addCurrency(filters, params), 'bpchar')}`);
  if (category) conditions.push(`o.category = ${bound(params.add(category), 'text')}`);
  if (filters.sortBy === 'pricePerKwh') conditions.push("o.category = 'energy'");
  if (minPrice !== undefined) conditions.push(`o.price_key >= ${bigint(priceKey(minPrice))}`);
  if (maxPrice !== undefined) conditions.push(atMost('price_key', bigint(priceKey(maxPrice))));
  if (maxAllInPrice !== undefined) conditions.push(atMost('all_in_key', bigint(priceKey(maxAllInPrice))));
  if (maxPricePerKwh !== undefined)
    conditions.push(
      `o.category = 'energy' AND ${atMost(kwhColumn(filters), bigint(Math.floor(maxPricePerKwh * 10 + 1e-6)))}`,
    );
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
    isVisibleTo(reseller, params, customerStateOf(filters.zipCode)),
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
  for (const name of attributeNames)
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
