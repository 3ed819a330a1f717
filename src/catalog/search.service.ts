import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Params } from '../common/statement.js';
import { edits } from '../common/values.js';
import {
  allowedEdits,
  atMost,
  correctable,
  lexemesOf,
  parseSearch,
  plainWord,
  type SearchQuery,
  type Term,
} from './search-terms.js';

/** Not more than a few, because a cursor carries them. */
const maxMeant = 8;

/** Of more words it is not asked how frequent each of them is. */
const maxCounted = 16;

/** Words of the offers that a word of the search may have meant. */
type Corrections = Map<string, string[]>;

interface PlanNode {
  'Plan Rows': number;
  Plans?: PlanNode[];
}

/** Turns what a reseller types into a query that Postgres answers from its index. */
@Injectable()
export class SearchService {
  constructor(private readonly dataSource: DataSource) {}

  /** Three statements, whatever the search: what unknown words may have meant, the query, how much it may find. */
  async resolve(search: string | undefined): Promise<SearchQuery | undefined> {
    if (search === undefined) return undefined;
    const alternatives = parseSearch(search);
    const corrections = await this.correct(correctable(alternatives));
    const params = new Params();
    const either = alternatives.map((terms) =>
      terms.map((term) => termSql(term, corrections, params)).join(' && '),
    );
    const sql = either.map((all) => `(${all})`).join(' || ') || "''::tsquery";
    const [row]: { tsquery: string }[] = await this.dataSource.query(
      `SELECT (${sql})::text AS tsquery`,
      params.values,
    );
    return this.resume(row?.tsquery ?? '');
  }

  /**
   * The query of a text form, with how much it may find. Postgres knows how frequent each word is, but takes words to
   * be independent, and is off by far for those that belong together.
   */
  async resume(tsquery: string): Promise<SearchQuery> {
    const lexemes = lexemesOf(tsquery);
    if (lexemes.length === 0) return { tsquery, atMost: 0 };
    if (lexemes.length > maxCounted) return { tsquery, atMost: Infinity };
    const one = (_: string, index: number) =>
      `SELECT FROM offers WHERE status = 'active' AND search @@ $${index + 1}::tsquery`;
    const [row]: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] = await this.dataSource.query(
      `EXPLAIN (FORMAT JSON) ${lexemes.map(one).join(' UNION ALL ')}`,
      lexemes,
    );
    const plan = row?.['QUERY PLAN'][0].Plan;
    const parts = lexemes.length === 1 ? [plan] : (plan?.Plans ?? []);
    const rows = new Map(lexemes.map((lexeme, index) => [lexeme, parts[index]?.['Plan Rows'] ?? 0]));
    return { tsquery, atMost: atMost(tsquery, (lexeme) => rows.get(lexeme) ?? 0) };
  }

  private async correct(words: string[]): Promise<Corrections> {
    const corrections: Corrections = new Map();
    if (words.length === 0) return corrections;
    const rows: { given: string; found: string }[] = await this.dataSource.query(
      `SELECT given.word AS given, near.word AS found FROM unnest($1::text[]) AS given (word)
         CROSS JOIN LATERAL (SELECT word FROM search_words ORDER BY word <-> given.word LIMIT 20) near
        WHERE NOT EXISTS (SELECT 1 FROM search_words known WHERE known.word = given.word)`,
      [words],
    );
    const near = rows.map((row) => ({ ...row, distance: edits(row.given, row.found, 3) }));
    for (const { given, found, distance } of near.toSorted((a, b) => a.distance - b.distance)) {
      const meant = corrections.get(given) ?? [];
      if (distance <= allowedEdits(given) && meant.length < maxMeant)
        corrections.set(given, [...meant, found]);
    }
    return corrections;
  }
}

/** The parts of a compound such as wi-fi must follow each other, as in a phrase. */
function termSql({ text, phrase, negated }: Term, corrections: Corrections, params: Params): string {
  const meant = phrase || negated ? [] : (corrections.get(plainWord(text)) ?? []);
  const forms = [text, ...meant].map((form) => `phraseto_tsquery('english', unaccent(${params.add(form)}))`);
  const either = `(${forms.join(' || ')})`;
  return negated ? `(!!${either})` : either;
}
