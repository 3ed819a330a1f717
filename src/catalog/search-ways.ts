import type { ListCatalog } from './catalog-query.dto.js';
import type { SearchWay } from './catalog-search.query.js';
import { sortOf } from './catalog-sort.js';
import type { SearchQuery } from './search-terms.js';

/** How far a search goes before it takes another way. */
export interface SearchWidths {
  /** So many offers are all read and sorted. */
  few: number;
  /** The share of all offers below which those that match are too sparse to be met soon in the order of the sort. */
  sparse: number;
  /** So many steps of the sort, or providers, are looked into. */
  steps: number;
  /** So many offers are looked at in the order of the sort. */
  walked: number;
  /** And so many in each category, or where the order or a filter goes by provider. */
  walkedAgain: number;
}

export const searchWidths: SearchWidths = {
  few: 400,
  sparse: 0.04,
  steps: 100,
  walked: 600,
  walkedAgain: 3000,
};

/** The ways that a search tries one after the other until the page is full; the last one finds all that there is. */
export function waysOf(
  query: ListCatalog,
  search: SearchQuery,
  stretch: number,
  widths = searchWidths,
): SearchWay[] {
  const { key, direction } = sortOf(query);
  const inName = key === 'relevance' && stretch === (direction === 'desc' ? 0 : 1);
  const size = inName ? search.inName : search.atMost;
  if (size <= widths.few) return [{ kind: 'all' }];
  // The index of words has the one provider as well. Offers without a price are in no step of a price.
  const all = query.providerId !== undefined || (key === 'price' && stretch > 0);
  if (size <= widths.sparse * search.active)
    return all ? [{ kind: 'all' }] : [{ kind: 'steps', within: widths.steps }, { kind: 'all' }];
  if (query.providerId !== undefined || key === 'provider')
    return [{ kind: 'walk', within: widths.walkedAgain }, { kind: 'all' }];
  return [
    { kind: 'walk', within: widths.walked },
    { kind: 'categories', within: widths.walkedAgain },
  ];
}
