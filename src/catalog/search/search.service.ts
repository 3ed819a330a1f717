import { editDistance } from '../../common/edit-distance.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlParams } from '../../sql/statement.js';
import { ExpiringMap } from '../expiring-map.js';
import {
  allowedEdits,
  atMost,
  correctable,
  lexemesOf,
  parseSearch,
  plainWord,
  type SearchQuery,
  type SearchSize,
  type Term,
} from './search-terms.js';

/** Not more than a few, because a cursor carries them. */
const maxMeant = 8;

/** Of more words it is not asked how frequent each of them is. */
const maxCounted = 16;

/** How many searches are remembered, and for how long. */
const maxRemembered = 1000;
const rememberedMs = 60_000;

/** Words of the offers that a word of the search may have meant. */
type Corrections = Map<string, string[]>;

interface PlanNode {
  'Plan Rows': number;
  Plans?: PlanNode[];
}

/** Turns what a reseller types into a query that Postgres answers from its index. */
@Injectable()
export class SearchService {
  private readonly meanings = new ExpiringMap<string>(maxRemembered, rememberedMs);
  private readonly sizes = new ExpiringMap<SearchSize>(maxRemembered, rememberedMs);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Three statements, whatever the search: what unknown words may have meant, the query, how much it may find. A search
   * whose words are all known is remembered: no word is ever forgotten, so that it goes on to mean the same.
   */
  async resolve(search: string | undefined): Promise<SearchQuery | undefined> {
    if (search === undefined) return undefined;
    const known = this.meanings.get(search);
    if (known !== undefined) return this.resume(known);
    const alternatives = parseSearch(search);
    const corrections = await this.correct(correctable(alternatives));
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
    if (corrections.size === 0) this.meanings.set(search, tsquery);
    return this.resume(tsquery);
  }

  /** The query of a text form, with how much it may find. */
  async resume(tsquery: string): Promise<SearchQuery> {
    let size = this.sizes.get(tsquery);
    if (size === undefined) this.sizes.set(tsquery, (size = await this.sizeOf(tsquery)));
    return { tsquery, ...size };
  }

  /** For tests, which take words away. */
  forget(): void {
    this.meanings.clear();
    this.sizes.clear();
  }

  /**
   * Postgres knows how frequent each word is, but takes words to be independent, and is off by far for those that
   * belong together.
   */
  private async sizeOf(tsquery: string): Promise<SearchSize> {
    const lexemes = lexemesOf(tsquery);
    if (lexemes.length === 0) return { atMost: 0, inName: 0, active: 0 };
    if (lexemes.length > maxCounted) return { atMost: Infinity, inName: Infinity, active: 0 };
    const active = "SELECT FROM offers WHERE status = 'active'";
    const words = lexemes.map((_, index) => `$${index + 1}::tsquery`);
    const counted = [
      active,
      ...words.map((word) => `${active} AND search @@ ${word}`),
      ...words.map((word) => `${active} AND name_search @@ ${word}`),
    ];
    const [row]: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] = await this.dataSource.query(
      // As a cursor, which Postgres never plans for several processes: then it would tell the share of each.
      `EXPLAIN (FORMAT JSON) DECLARE size CURSOR FOR ${counted.join(' UNION ALL ')}`,
      lexemes,
    );
    const [all = 0, ...rows] = (row?.['QUERY PLAN'][0].Plan.Plans ?? []).map((part) => part['Plan Rows']);
    const most = (from: number) => atMost(tsquery, (lexeme) => rows[from + lexemes.indexOf(lexeme)] ?? 0);
    return { atMost: most(0), inName: most(lexemes.length), active: all };
  }

  /** What unknown words may have meant; a known word is not in it, an unknown one is, if only with nothing. */
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
      const meant = corrections.get(given) ?? [];
      const fits = distance <= allowedEdits(given) && meant.length < maxMeant;
      corrections.set(given, fits ? [...meant, found] : meant);
    }
    return corrections;
  }
}

/** The parts of a compound such as wi-fi must follow each other, as in a phrase. */
function termSql({ text, phrase, negated }: Term, corrections: Corrections, params: SqlParams): string {
  const meant = phrase || negated ? [] : (corrections.get(plainWord(text)) ?? []);
  const forms = [text, ...meant].map((form) => `phraseto_tsquery('english', unaccent(${params.add(form)}))`);
  const either = `(${forms.join(' || ')})`;
  return negated ? `(!!${either})` : either;
}
