import type { CursorPosition } from '../../paging/cursor.js';
import type { SqlParams } from '../../sql/statement.js';
import { boundsPrice } from './catalog-filters.js';
import type { ListCatalog, SortKey } from './catalog-query.dto.js';
import type { SearchQuery } from '../search/search-terms.js';

type Direction = 'asc' | 'desc';

/**
 * A stretch of the result in the order of one index. A sort is one stretch, or two, one after the other: priced
 * offers and those without a price; matches in the name and the others.
 */
export interface SortSegment {
  /** What sets the stretch apart from the others, if anything: a bound of its index, or how it matches the search. */
  condition?: string;
  match?: string;
  /** The columns of the order, the last one unique. */
  keys: readonly string[];
  /** SQL types of the keys, for the position of a cursor. */
  types: readonly string[];
  direction: Direction;
  /** What Postgres is told to sort by where it is not the keys: the columns of the index, those that are null too. */
  order?: readonly string[];
  /** The step of the order that an offer stands on, where the index of words knows it; see the migrations. */
  step?: string;
  /** Goes through providers in the order of their names rather than through offers. */
  byProvider?: boolean;
}

const stretch = (
  direction: Direction,
  key: 'created_at' | 'name_key' | 'price_key',
  type: string,
  condition?: string,
): SortSegment => ({
  condition,
  keys: [`o.${key}`, 'o.id'],
  types: [type, 'uuid'],
  direction,
  step: `${steps[key]}(o.${key})`,
});

const steps = { created_at: 'created_step', name_key: 'name_step', price_key: 'price_step' };

/** The sort that a query asks for, and its direction. */
export function sortOf({ sortBy, sortOrder, search }: ListCatalog): { key: SortKey; direction: Direction } {
  const key = sortBy ?? (search === undefined ? 'createdAt' : 'relevance');
  return { key, direction: sortOrder ?? (key === 'createdAt' || key === 'relevance' ? 'desc' : 'asc') };
}

/** The stretches of a sort in the order in which they are shown. */
export function sortSegments(
  query: ListCatalog,
  search: SearchQuery | undefined,
  params: SqlParams,
): SortSegment[] {
  const { key, direction } = sortOf(query);
  switch (key) {
    case 'createdAt':
      return [stretch(direction, 'created_at', 'timestamptz')];
    case 'name':
      return [stretch(direction, 'name_key', 'text')];
    case 'price': {
      const priced = stretch(direction, 'price_key', 'bigint', 'o.price_key IS NOT NULL');
      const unpriced: SortSegment = {
        condition: 'o.price_key IS NULL',
        keys: ['o.id'],
        types: ['uuid'],
        direction,
        order: ['o.price_key', 'o.id'],
      };
      return boundsPrice(query) ? [priced] : [priced, unpriced];
    }
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
      const inName = `o.name_search @@ ${params.add(search?.tsquery ?? '')}::tsquery`;
      const both = [inName, `NOT (${inName})`].map((match) => ({
        ...stretch(direction, 'created_at', 'timestamptz'),
        match,
      }));
      return direction === 'desc' ? both : both.toReversed();
    }
  }
}

/** A cursor's position is the number of its stretch and then the keys of its last row. */
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
