/** Estimated size of a search result, from the statistics of Postgres. */
export interface SearchSize {
  /** Upper bound of the matches. */
  maxMatches: number;
  /** Upper bound of the matches in the name. */
  nameMatches: number;
  /** All active offers. */
  active: number;
}

/** A search in the form of Postgres. */
export interface SearchQuery extends SearchSize {
  /** Text form of a tsquery. */
  tsquery: string;
}

/** One term of a search: a word or a "phrase", required or -excluded. */
export interface Term {
  text: string;
  phrase: boolean;
  negated: boolean;
}

/** Parses web-search syntax: alternatives separated by `or`, each a list of terms that must all match. */
export function parseSearch(search: string): Term[][] {
  const alternatives: Term[][] = [[]];
  for (const [token, negated, phrase, word] of search.matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)) {
    if (token.toLowerCase() === 'or') alternatives.push([]);
    else
      alternatives
        .at(-1)
        ?.push({ text: phrase ?? word ?? '', phrase: phrase !== undefined, negated: negated === '-' });
  }
  return alternatives.filter((terms) => terms.length > 0);
}

/** The form of a word in the vocabulary: lower case, without accents. */
export const normalizeWord = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The words in which a typo is corrected: not excluded, outside quotes, at least four letters. */
export function correctableWords(alternatives: Term[][]): string[] {
  const words = alternatives.flat().filter((term) => !term.phrase && !term.negated);
  return [...new Set(words.map((term) => normalizeWord(term.text)))]
    .filter((word) => word.length >= 4)
    .slice(0, 8);
}

/** Maximum number of edits between a word of this length and its correction. */
export const allowedEdits = (word: string) => (word.length < 8 ? 1 : 2);

const tokensOf = (tsquery: string) =>
  [...tsquery.matchAll(/'(?:[^']|'')*'|<(?:-|\d+)>|[&|!()]/g)].map(([token]) => token);

/** The lexemes of a tsquery in text form, with their quotes: `'fiber' & !'cabl'`. */
export const quotedLexemes = (tsquery: string) => [
  ...new Set(tokensOf(tsquery).filter((token) => token.startsWith("'"))),
];

/** How to combine the parts of a query. */
interface Fold<T> {
  word: (lexeme: string) => T;
  not: (part: T) => T;
  all: (a: T, b: T) => T;
  either: (a: T, b: T) => T;
}

/** Evaluates a tsquery in text form, from its lexemes up. */
function fold<T>(tsquery: string, { word, not, all, either }: Fold<T>): T {
  const tokens = tokensOf(tsquery);
  const joined = (sign: RegExp, join: (a: T, b: T) => T, part: () => T) => () => {
    let whole = part();
    while (sign.test(tokens[0] ?? '')) {
      tokens.shift();
      whole = join(whole, part());
    }
    return whole;
  };
  const one = (): T => {
    const token = tokens.shift() ?? '';
    if (token === '!') return not(one());
    if (token !== '(') return word(token);
    const inner = alternatives();
    tokens.shift();
    return inner;
  };
  const together = joined(/^[&<]/, all, one);
  const alternatives = joined(/^\|$/, either, together);
  return alternatives();
}

/**
 * Upper bound of the matches of a tsquery, given the number of offers with each lexeme: a conjunction has no more matches
 * than its rarest part, alternatives no more than the sum.
 */
export const maxMatchesOf = (tsquery: string, rowsOf: (lexeme: string) => number): number =>
  fold(tsquery, { word: rowsOf, not: () => Infinity, all: Math.min, either: (a, b) => a + b });

/**
 * Combines conditions on the lexemes of a tsquery to one that is true wherever the query can match; undefined when it
 * can match anywhere, as with excluded words.
 */
export const necessaryCondition = (tsquery: string, has: (lexeme: string) => string): string | undefined =>
  fold<string | undefined>(tsquery, {
    word: has,
    not: () => undefined,
    all: (a, b) => (a !== undefined && b !== undefined ? `(${a} AND ${b})` : (a ?? b)),
    either: (a, b) => (a !== undefined && b !== undefined ? `(${a} OR ${b})` : undefined),
  });

/** The text of a quoted lexeme. */
export const unquoteLexeme = (lexeme: string) =>
  lexeme.slice(1, -1).replace(/''|\\\\/g, (pair) => pair.charAt(0));
