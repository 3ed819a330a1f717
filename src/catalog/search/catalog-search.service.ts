import { Injectable } from '@nestjs/common';
import type { Reseller } from '../visibility.js';
import { ranksPhrases } from './search-strategies.js';
import type { Corrections, SearchQuery } from './search-terms.js';
import { SearchService } from './search.service.js';
import { VocabularyService } from './vocabulary.service.js';

/** The search of one request. */
export interface RunningSearch {
  text: string;
  query: SearchQuery;
  /** What later pages need in order to repeat the search of the first page, for the cursor. */
  state: string;
}

interface SearchState {
  /** Without tsqueries, because a cursor has a limited length. */
  corrections: [word: string, meant: string[]][];
  ranksPhrases: boolean;
}

/** The steps of a search over several pages. */
@Injectable()
export class CatalogSearch {
  constructor(
    private readonly search: SearchService,
    private readonly vocabulary: VocabularyService,
  ) {}

  /** Starts a search, or continues it with the `state` in a cursor. */
  async start(text: string, state?: string | null): Promise<RunningSearch> {
    if (typeof state !== 'string') return this.run(text, new Map());
    const { corrections, ranksPhrases: phrases } = JSON.parse(state) as SearchState;
    return this.run(text, await this.search.readCorrections(corrections), phrases);
  }

  /**
   * Returns the search with its typos corrected; undefined if there is nothing to correct. Call this if the reseller's
   * search found nothing.
   */
  async correct(reseller: Reseller, { text }: RunningSearch): Promise<RunningSearch | undefined> {
    const corrections = await this.vocabulary.correct(reseller, await this.search.termsOf(text));
    return corrections.size === 0 ? undefined : this.run(text, corrections);
  }

  private async run(text: string, corrections: Corrections, phrases?: boolean): Promise<RunningSearch> {
    const parsed = await this.search.parse(text, corrections);
    const ranked = phrases ?? ranksPhrases(parsed);
    const query = ranked ? parsed : { ...parsed, phrase: undefined };
    const state: SearchState = {
      corrections: [...corrections].map(([word, meant]) => [
        word,
        meant.map((correction) => correction.word),
      ]),
      ranksPhrases: ranked,
    };
    return { text, query, state: JSON.stringify(state) };
  }
}
