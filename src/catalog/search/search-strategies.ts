import type { ListCatalog } from '../listing/catalog-query.dto.js';
import type { SearchWay } from './search-page.query.js';
import { sortOf } from '../listing/catalog-sort.js';
import type { SearchQuery } from './search-terms.js';

/** How far a search goes before it takes another way. */
export interface SearchWidths {
  /** So many offers of so many active ones are all read and sorted. */
  few: (active: number) => number;
  /** The share of all offers up to which those that match are met sooner by the steps of the sort. */
  rare: number;
  /** The share up to which they are met sooner in their categories than among all. */
  sparse: number;
  /** So many steps of the sort, or providers, are looked into. */
  steps: number;
  /** So many offers are looked at in the order of the sort. */
  walked: number;
  /** And so many in each category, or where the order or a filter goes by provider. */
  walkedAgain: number;
}

export const searchWidths: SearchWidths = {
  // Of fewer a walk passes more offers than there are to find before a page is full, and steps save nothing.
  few: (active) => Math.min(1000, Math.sqrt(20 * active)),
  rare: 0.01,
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
  if (size <= widths.few(search.active)) return [{ kind: 'all' }];
  const share = size / search.active;
  const walk: SearchWay = { kind: 'walk', within: widths.walked };
  const further: SearchWay = { kind: 'walk', within: widths.walkedAgain };
  // The index of words has the one provider as well.
  if (query.providerId !== undefined)
    return share <= widths.sparse ? [{ kind: 'all' }] : [further, { kind: 'all' }];
  if (share <= widths.rare) {
    const onSteps = key !== 'price' || stretch === 0;
    return onSteps ? [{ kind: 'steps', within: widths.steps }, { kind: 'all' }] : [{ kind: 'all' }];
  }
  if (key === 'provider') return [further, { kind: 'all' }];
  const categories: SearchWay = { kind: 'categories', within: widths.walkedAgain };
  return share <= widths.sparse ? [categories] : [walk, categories];
}
