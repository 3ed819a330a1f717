import type { ListCatalog } from '../listing/catalog-query.dto.js';
import type { SearchStrategy } from './search-page.query.js';
import { sortOf, type Rank, type SortSegment } from '../listing/catalog-sort.js';
import { matchesWithoutWords, type SearchQuery } from './search-terms.js';

/** Determines which strategy a search uses. */
export interface SearchLimits {
  /**
   * Returns the maximum number of matches to read and sort in full, given the number of active offers.
   */
  few: (active: number) => number;
  /** Maximum share of matching offers for which the steps of the sort order find them sooner. */
  rare: number;
  /** Maximum share of matching offers for which more offers are examined in sort order. */
  sparse: number;
  /** Number of steps or providers to examine. */
  steps: number;
  /** Number of offers to examine in sort order. */
  walked: number;
  /** The same if fewer offers match, or if sorted or filtered by provider. */
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
  segment: SortSegment,
  limits = searchLimits,
): SearchStrategy[] {
  const { key } = sortOf(query);
  const walkFurther: SearchStrategy = { kind: 'walk', within: limits.walkedFurther };
  // All offers in the range of names match.
  if (segment.inName && segment.condition) return [walkFurther, { kind: 'all' }];
  if (matchesWithoutWords(search.tsquery)) return [walkFurther, { kind: 'all' }];
  const size = segment.inName ? search.nameMatches : search.maxMatches;
  if (size <= limits.few(search.active)) return [{ kind: 'all' }];
  const share = size / search.active;
  const walk: SearchStrategy = { kind: 'walk', within: limits.walked };
  // The search index contains the provider as well.
  if (query.providerId !== undefined)
    return share <= limits.sparse ? [{ kind: 'all' }] : [walkFurther, { kind: 'all' }];
  const steps: SearchStrategy[] = segment.step ? [{ kind: 'steps', within: limits.steps }] : [];
  if (share <= limits.rare) return [...steps, { kind: 'all' }];
  if (key === 'provider') return [walkFurther, { kind: 'all' }];
  return [share <= limits.sparse ? walkFurther : walk, ...steps, { kind: 'all' }];
}

/** The largest number of names with all words in which those with the words next to each other rank first. */
const maxRankedPhrases = 2000;

/**
 * Returns whether names with the words next to each other form a rank of their own. To find out that there are
 * no more of them, all names with the words are read.
 */
export const ranksPhrases = ({ phrase, nameMatches }: SearchQuery) =>
  phrase !== undefined && nameMatches <= maxRankedPhrases;

/**
 * Returns the segments in groups, each of which is read with one statement: all ranks of relevance if few offers
 * match, those in the name if few names match.
 */
export function groupRanks(
  query: ListCatalog,
  search: SearchQuery | undefined,
  segments: readonly SortSegment[],
  limits = searchLimits,
): Rank[][] {
  const ranks = segments.map((segment, index) => ({ index, segment }));
  if (!search || sortOf(query).key !== 'relevance') return ranks.map((rank) => [rank]);
  const few = limits.few(search.active);
  if (search.maxMatches <= few) return [ranks];
  if (search.nameMatches > few) return ranks.map((rank) => [rank]);
  const [inName, others] = [true, false].map((is) => ranks.filter(({ segment }) => !!segment.inName === is));
  const groups = [inName ?? [], ...(others ?? []).map((rank) => [rank])];
  return groups.toSorted(([a], [b]) => (a?.index ?? 0) - (b?.index ?? 0));
}
