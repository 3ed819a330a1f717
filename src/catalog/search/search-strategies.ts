import type { ListCatalog } from '../listing/catalog-query.dto.js';
import type { SearchStrategy } from './search-page.query.js';
import { sortOf } from '../listing/catalog-sort.js';
import type { SearchQuery } from './search-terms.js';

/** Determines which strategy a search uses. */
export interface SearchLimits {
  /**
   * Returns the maximum number of matches to read and sort in full, given the number of active offers.
   */
  few: (active: number) => number;
  /** Maximum share of matching offers for which the steps of the sort order find them sooner. */
  rare: number;
  /** Maximum share of matching offers for which they are found sooner within their categories. */
  sparse: number;
  /** Number of steps or providers to examine. */
  steps: number;
  /** Number of offers to examine in sort order. */
  walked: number;
  /** The same within a category, or if sorted or filtered by provider. */
  walkedFurther: number;
}

export const searchLimits: SearchLimits = {
  // With fewer matches, a scan passes more offers than match before the page is full, and steps save nothing.
  few: (active) => Math.min(1000, Math.sqrt(20 * active)),
  rare: 0.01,
  sparse: 0.04,
  steps: 100,
  walked: 600,
  walkedFurther: 3000,
};

/** Returns the strategies to try in turn until the page is full; the last one finds all matches. */
export function strategiesFor(
  query: ListCatalog,
  search: SearchQuery,
  segment: number,
  limits = searchLimits,
): SearchStrategy[] {
  const { key, direction } = sortOf(query);
  const inName = key === 'relevance' && segment === (direction === 'desc' ? 0 : 1);
  const size = inName ? search.nameMatches : search.maxMatches;
  if (size <= limits.few(search.active)) return [{ kind: 'all' }];
  const share = size / search.active;
  const walk: SearchStrategy = { kind: 'walk', within: limits.walked };
  const walkFurther: SearchStrategy = { kind: 'walk', within: limits.walkedFurther };
  // The search index contains the provider as well.
  if (query.providerId !== undefined)
    return share <= limits.sparse ? [{ kind: 'all' }] : [walkFurther, { kind: 'all' }];
  if (share <= limits.rare) {
    const onSteps = key !== 'price' || segment === 0;
    return onSteps ? [{ kind: 'steps', within: limits.steps }, { kind: 'all' }] : [{ kind: 'all' }];
  }
  if (key === 'provider') return [walkFurther, { kind: 'all' }];
  const categories: SearchStrategy = { kind: 'categories', within: limits.walkedFurther };
  return share <= limits.sparse ? [categories] : [walk, categories];
}
