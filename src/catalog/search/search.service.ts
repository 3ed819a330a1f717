import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ExpiringMap } from '../expiring-map.js';
import {
  maxMatchesOf,
  maxPhraseWords,
  parseSearch,
  quotedLexemes,
  toSearchQuery,
  type Corrections,
  type ReadTerm,
  type SearchQuery,
  type SearchSize,
  type Term,
} from './search-terms.js';

/** If a search has more words, their frequency is not estimated. */
const maxEstimatedWords = 16;

const maxCachedSearches = 1000;
const cachedMs = 60_000;

interface PlanNode {
  'Plan Rows': number;
  Plans?: PlanNode[];
}

const noCorrections: Corrections = new Map();

/** Converts a reseller's search text to a tsquery, and estimates the size of its result. */
@Injectable()
export class SearchService {
  private readonly read = new ExpiringMap<ReadTerm[][]>(maxCachedSearches, cachedMs);
  private readonly sizes = new ExpiringMap<SearchSize>(maxCachedSearches, cachedMs);

  constructor(private readonly dataSource: DataSource) {}

  async parse(search: string, corrections = noCorrections): Promise<SearchQuery> {
    const query = toSearchQuery(await this.termsOf(search), corrections);
    let size = this.sizes.get(query.tsquery);
    if (size === undefined) this.sizes.set(query.tsquery, (size = await this.sizeOf(query.tsquery)));
    return { ...query, ...size };
  }

  /** Returns the alternatives of a search, each a list of terms as Postgres reads them. */
  async termsOf(search: string): Promise<ReadTerm[][]> {
    let alternatives = this.read.get(search);
    if (alternatives === undefined) this.read.set(search, (alternatives = await this.readTerms(search)));
    return alternatives;
  }

  /** Returns the corrections, given the words that may have been meant by each word. */
  async readCorrections(
    meanings: readonly (readonly [word: string, meant: string[]])[],
  ): Promise<Corrections> {
    if (meanings.length === 0) return noCorrections;
    const rows: { word: string; tsquery: string }[] = await this.dataSource.query(
      "SELECT word, phraseto_tsquery('offerdock', word)::text AS tsquery FROM unnest($1::text[]) AS word",
      [meanings.flatMap(([, meant]) => meant)],
    );
    const queries = new Map(rows.map((row) => [row.word, row]));
    return new Map(meanings.map(([word, meant]) => [word, meant.flatMap((each) => queries.get(each) ?? [])]));
  }

  /** Clears the cache of sizes. Used by tests that change the statistics. */
  clearSizes(): void {
    this.sizes.clear();
  }

  private async readTerms(search: string): Promise<ReadTerm[][]> {
    const alternatives = parseSearch(search);
    const rows: Omit<ReadTerm, keyof Term>[] = await this.dataSource.query(
      `SELECT words, phraseto_tsquery('offerdock',
                array_to_string((string_to_array(words, ' '))[:${maxPhraseWords}], ' '))::text AS tsquery,
              words NOT LIKE '% %' AND numnode(plainto_tsquery('english', words)) = 0 AS "isStopWord"
         FROM unnest($1::text[]) WITH ORDINALITY AS given (term, place), search_text(term) AS words ORDER BY place`,
      [alternatives.flat().map(({ text }) => text)],
    );
    const read = rows.values();
    return alternatives.map((terms) =>
      terms.map((term) => ({ words: '', tsquery: '', isStopWord: false, ...read.next().value, ...term })),
    );
  }

  /**
   * Gets the frequency of each word from the planner. Its estimate for the whole query would be far off,
   * because it assumes that words are independent.
   */
  private async sizeOf(tsquery: string): Promise<SearchSize> {
    const lexemes = quotedLexemes(tsquery);
    if (lexemes.length === 0) return { maxMatches: 0, nameMatches: 0, active: 0 };
    if (lexemes.length > maxEstimatedWords) return { maxMatches: Infinity, nameMatches: Infinity, active: 0 };
    const active = "SELECT FROM offers WHERE status = 'active'";
    const words = lexemes.map((_, index) => `$${index + 1}::tsquery`);
    const counted = [
      active,
      ...words.map((word) => `${active} AND search @@ ${word}`),
      ...words.map((word) => `${active} AND name_search @@ ${word}`),
    ];
    const [row]: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] = await this.dataSource.query(
      // Postgres never plans a cursor for parallel workers; the estimate would otherwise be per worker.
      `EXPLAIN (FORMAT JSON) DECLARE size CURSOR FOR ${counted.join(' UNION ALL ')}`,
      lexemes,
    );
    const [all = 0, ...rows] = (row?.['QUERY PLAN'][0].Plan.Plans ?? []).map((part) => part['Plan Rows']);
    const most = (from: number) =>
      maxMatchesOf(tsquery, (lexeme) => rows[from + lexemes.indexOf(lexeme)] ?? 0);
    return { maxMatches: most(0), nameMatches: most(lexemes.length), active: all };
  }
}
