import { editDistance } from '../../common/edit-distance.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlParams } from '../../sql/statement.js';
import { ExpiringMap } from '../expiring-map.js';
import {
  allowedEdits,
  maxMatchesOf,
  correctableWords,
  quotedLexemes,
  parseSearch,
  normalizeWord,
  type SearchQuery,
  type SearchSize,
  type Term,
} from './search-terms.js';

/** The number is low because corrections are part of the cursor. */
const maxCorrections = 8;

/** If a search has more words, their frequency is not estimated. */
const maxEstimatedWords = 16;

const maxCachedSearches = 1000;
const cachedMs = 60_000;

/** The words of the vocabulary that an unknown word of the search may mean. */
type Corrections = Map<string, string[]>;

interface PlanNode {
  'Plan Rows': number;
  Plans?: PlanNode[];
}

/** Converts a reseller's search text to a tsquery, and estimates the size of its result. */
@Injectable()
export class SearchService {
  private readonly parsed = new ExpiringMap<string>(maxCachedSearches, cachedMs);
  private readonly sizes = new ExpiringMap<SearchSize>(maxCachedSearches, cachedMs);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs the three statements that every search can need: corrections of unknown words, the query, and its
   * size. A search that contains only known words is cached: words are never removed from the vocabulary, so
   * its meaning does not change.
   */
  async parse(search: string): Promise<SearchQuery> {
    const cached = this.parsed.get(search);
    if (cached !== undefined) return this.withSize(cached);
    const alternatives = parseSearch(search);
    const corrections = await this.correct(correctableWords(alternatives));
    const params = new SqlParams();
    const either = alternatives.map((terms) =>
      terms.map((term) => termSql(term, corrections, params)).join(' && '),
    );
    const sql = either.map((all) => `(${all})`).join(' || ') || "''::tsquery";
    const [row]: { tsquery: string }[] = await this.dataSource.query(
      `SELECT (${sql})::text AS tsquery`,
      params.values,
    );
    const tsquery = row?.tsquery ?? '';
    if (corrections.size === 0) this.parsed.set(search, tsquery);
    return this.withSize(tsquery);
  }

  /** Returns a query in text form with the estimated size of its result. */
  async withSize(tsquery: string): Promise<SearchQuery> {
    let size = this.sizes.get(tsquery);
    if (size === undefined) this.sizes.set(tsquery, (size = await this.sizeOf(tsquery)));
    return { tsquery, ...size };
  }

  /** Clears the caches. Used by tests, which remove words from the vocabulary. */
  clearCaches(): void {
    this.parsed.clear();
    this.sizes.clear();
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

  /**
   * Returns the corrections of the unknown words; the array is empty for an unknown word without corrections.
   */
  private async correct(words: string[]): Promise<Corrections> {
    const corrections: Corrections = new Map();
    if (words.length === 0) return corrections;
    const rows: { given: string; found: string | null }[] = await this.dataSource.query(
      `SELECT given.word AS given, near.word AS found FROM unnest($1::text[]) AS given (word)
         LEFT JOIN LATERAL (SELECT word FROM search_words ORDER BY word COLLATE "default" <-> given.word LIMIT 20) near ON true
        WHERE NOT EXISTS (SELECT 1 FROM search_words known WHERE known.word = given.word)`,
      [words],
    );
    const near = rows.map(({ given, found }) => ({
      given,
      found: found ?? '',
      distance: editDistance(given, found ?? '', 3),
    }));
    for (const { given, found, distance } of near.toSorted((a, b) => a.distance - b.distance)) {
      const accepted = corrections.get(given) ?? [];
      const fits = distance <= allowedEdits(given) && accepted.length < maxCorrections;
      corrections.set(given, fits ? [...accepted, found] : accepted);
    }
    return corrections;
  }
}

/** Builds the SQL for a term. The parts of a compound such as wi-fi must be adjacent, as in a phrase. */
function termSql({ text, phrase, negated }: Term, corrections: Corrections, params: SqlParams): string {
  const alternatives = phrase || negated ? [] : (corrections.get(normalizeWord(text)) ?? []);
  const forms = [text, ...alternatives].map(
    (form) => `phraseto_tsquery('english', unaccent(${params.add(form)}))`,
  );
  const either = `(${forms.join(' || ')})`;
  return negated ? `(!!${either})` : either;
}
