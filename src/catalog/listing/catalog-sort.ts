import type { CursorPosition } from '../../paging/cursor.js';
import type { SqlParams } from '../../sql/statement.js';
import {
  addCurrency,
  amountColumnOf,
  boundedColumns,
  hideFromPlanner,
  matchesQuery,
} from './catalog-filters.js';
import type { ListCatalog, SortKey } from './catalog-query.dto.js';
import { shortestOpenings, type SearchQuery } from '../search/search-terms.js';

type Direction = 'asc' | 'desc';

/** Builds an SQL condition on an offer `o`. */
type Condition = (params: SqlParams) => string;

/**
 * A part of the result in the order of one index. Most sort orders have one segment. Others have consecutive
 * segments: offers with and without a price, or the ranks of relevance.
 */
export interface SortSegment {
  /**
   * The conditions that distinguish the segment from the others: on the index (`condition`), on the search match
   * (`match`).
   */
  condition?: Condition;
  match?: Condition;
  /** Whether `match` or `condition` requires the words in the name, which fewer offers contain. */
  inName?: boolean;
  /** The columns of the order; the last one is unique. */
  keys: readonly string[];
  /** SQL types of the keys, for cursor positions. */
  types: readonly string[];
  direction: Direction;
  /**
   * The ORDER BY columns if they differ from the keys: all columns of the index, including those that are
   * null.
   */
  order?: readonly string[];
  /**
   * Conditions of the parts of the segment, if each of them is a range of the index, rather than all together: the
   * segment consists of the offers that meet one of them.
   */
  ranges?: readonly Condition[];
  /**
   * SQL expression for an offer's coarse step in the sort order, which the search index contains; see the
   * migrations.
   */
  step?: string;
  /** Whether providers are scanned by name, rather than offers. */
  byProvider?: boolean;
}

/** A segment of the sort order with its number. */
export interface Rank {
  index: number;
  segment: SortSegment;
}

const segment = (
  direction: Direction,
  key: 'created_at' | 'name_key',
  type: string,
  condition?: Condition,
): SortSegment => ({
  condition,
  keys: [`o.${key}`, 'o.id'],
  types: [type, 'uuid'],
  direction,
  step: `${steps[key]}(o.${key})`,
});

const steps = { created_at: 'created_step', name_key: 'name_step', price_key: 'price_step' };

/** Returns the sort key of a query and its direction. */
export function sortOf({ sortBy, sortOrder, search }: ListCatalog): { key: SortKey; direction: Direction } {
  const key = sortBy ?? (search === undefined ? 'createdAt' : 'relevance');
  return { key, direction: sortOrder ?? (key === 'createdAt' || key === 'relevance' ? 'desc' : 'asc') };
}

/** Returns the segments of a sort order, in display order. */
export function sortSegments(query: ListCatalog, search: SearchQuery | undefined): SortSegment[] {
  const { key, direction } = sortOf(query);
  switch (key) {
    case 'createdAt':
      return [segment(direction, 'created_at', 'timestamptz')];
    case 'name':
      return [segment(direction, 'name_key', 'text')];
    case 'price':
    case 'allInPrice':
    case 'costOver12Months':
    case 'costOver24Months':
    case 'pricePerKwh':
      return amountSegments(query, direction);
    case 'provider':
      return [
        {
          keys: ['t.name_key', 't.id', 'o.id'],
          types: ['text', 'uuid', 'uuid'],
          direction,
          byProvider: true,
        },
      ];
    case 'relevance': {
      const ranks = search ? relevanceRanks(search, direction) : [];
      return direction === 'desc' ? ranks : ranks.toReversed();
    }
  }
}

/**
 * Returns the segments of a sort order by an amount: offers whose amount is known, those whose amount is unknown, and
 * those in other currencies, by currency and age. Bounds omit those that cannot match.
 */
function amountSegments(query: ListCatalog, direction: Direction): SortSegment[] {
  const column = amountColumnOf(query) ?? '';
  const currencyIs =
    (operator: '=' | '<>' | '<' | '>', more = ''): Condition =>
    (params) =>
      `o.currency ${operator} ${hideFromPlanner(addCurrency(query, params), 'bpchar')}${more}`;
  const known: SortSegment = {
    condition: currencyIs('=', ` AND o.${column} IS NOT NULL`),
    keys: [`o.${column}`, 'o.id'],
    types: ['bigint', 'uuid'],
    direction,
    ...(column === 'price_key' ? { step: `${steps.price_key}(o.price_key)` } : {}),
  };
  const unknown: SortSegment = {
    condition: currencyIs('=', ` AND o.${column} IS NULL`),
    keys: ['o.id'],
    types: ['uuid'],
    direction,
    order: [`o.${column}`, 'o.id'],
  };
  const others: SortSegment = {
    condition: currencyIs('<>'),
    keys: ['o.currency', 'o.id'],
    types: ['bpchar', 'uuid'],
    direction,
    ranges: [currencyIs('<'), currencyIs('>')],
  };
  const bounded = boundedColumns(query);
  if (bounded.includes(column)) return [known];
  return bounded.length > 0 ? [known, unknown] : [known, unknown, others];
}

/**
 * Returns the ranks of relevance, best first: names that begin with the words (the shortest first, so that the
 * exact name leads), names with the words next to each other, names with all words, and matches elsewhere. Each
 * can be read from an index without examining the offers of the others. Names that begin with the words without stop
 * words or in the singular follow as a rank of their own if there is none for words next to each other.
 */
function relevanceRanks(search: SearchQuery, direction: Direction): SortSegment[] {
  const { tsquery, openings, looseOpenings, phrase } = search;
  const newest = segment(direction, 'created_at', 'timestamptz');
  const byName = segment(direction === 'desc' ? 'asc' : 'desc', 'name_key', 'text');
  const inName = nameMatches(tsquery);
  const texts =
    phrase === undefined ? [openings, looseOpenings] : [shortestOpenings([...openings, ...looseOpenings])];
  const begins = texts.flatMap((all) => (all.length === 0 ? [] : [all.map(beginsWith)]));
  const notBegins = begins.map((ranges) => not(any(...ranges)));
  const inOrder = phrase === undefined ? undefined : nameMatches(phrase);
  return [
    ...begins.map((ranges, index) => ({
      ...byName,
      condition: any(...ranges),
      ...(ranges.length > 1 ? { ranges } : {}),
      match: all(inName, ...notBegins.slice(0, index)),
      inName: true,
    })),
    ...(inOrder ? [{ ...newest, match: all(inOrder, ...notBegins), inName: true }] : []),
    { ...newest, match: all(inName, ...notBegins, ...(inOrder ? [not(inOrder)] : [])), inName: true },
    { ...newest, match: not(inName) },
  ];
}

/** Returns the condition that a name begins with words. */
const beginsWith =
  (opening: string): Condition =>
  (params) =>
    // In the collation "C", "!" is the first character after the space that ends a word.
    `o.name_key >= ${params.add(opening)}::text AND o.name_key < ${params.add(`${opening}!`)}::text`;

/** Returns the condition that the name matches a tsquery. */
export const nameMatches =
  (tsquery: string): Condition =>
  (params) =>
    matchesQuery('o.name_search', tsquery, params);
const not =
  (condition: Condition): Condition =>
  (params) =>
    `NOT (${condition(params)})`;
const all =
  (...conditions: Condition[]): Condition =>
  (params) =>
    conditions.map((condition) => condition(params)).join(' AND ');

const any =
  (...conditions: Condition[]): Condition =>
  (params) =>
    conditions.length === 1
      ? (conditions[0]?.(params) ?? '')
      : `(${conditions.map((condition) => `(${condition(params)})`).join(' OR ')})`;

/** The columns from which the keys of a cursor position are read. */
export const positionColumns = ({ keys }: SortSegment) =>
  keys.map((key) => (key === 't.id' ? 'o.team_id' : key.replace('t.', 'p.')));

/**
 * Returns the SQL condition for the rows after a cursor position, which consists of the number of the segment
 * and the keys of the last row.
 */
export function afterPosition(
  { keys, types, direction }: SortSegment,
  position: CursorPosition,
  params: SqlParams,
): string {
  const values = position.slice(1).map((value, index) => `${params.add(value)}::${types[index]}`);
  return `(${keys.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${values.join(', ')})`;
}

export const orderBy = ({ keys, order = keys, direction }: SortSegment) =>
  order.map((key) => `${key} ${direction}`).join(', ');
