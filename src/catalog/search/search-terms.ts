/** Estimated size of a search result, from Postgres' statistics. */
export interface SearchSize {
  /** Upper bound for the number of matches. */
  maxMatches: number;
  /** Upper bound for the number of matches in the name. */
  nameMatches: number;
  /** Number of active offers. */
  active: number;
}

/** A search in Postgres' form. */
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

/** Returns the form of a word in the vocabulary: lowercase, without accents. */
export const normalizeWord = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Returns the words in which typos are corrected: not excluded, outside quotes, at least four letters long.
 */
export function correctableWords(alternatives: Term[][]): string[] {
  const words = alternatives.flat().filter((term) => !term.phrase && !term.negated);
  return [...new Set(words.map((term) => normalizeWord(term.text)))]
    .filter((word) => word.length >= 4)
    .slice(0, 8);
}

/** Returns the maximum number of edits between a word of this length and its correction. */
export const allowedEdits = (word: string) => (word.length < 8 ? 1 : 2);

const tokensOf = (tsquery: string) =>
  [...tsquery.matchAll(/'(?:[^']|'')*'|<(?:-|\d+)>|[&|!()]/g)].map(([token]) => token);

/** Returns the lexemes of a tsquery in text form, including their quotes: `'fiber' & !'cabl'`. */
export const quotedLexemes = (tsquery: string) => [
  ...new Set(tokensOf(tsquery).filter((token) => token.startsWith("'"))),
];

/** Functions that combine the parts of a query. */
interface Fold<T> {
  word: (lexeme: string) => T;
  not: (part: T) => T;
  all: (a: T, b: T) => T;
  either: (a: T, b: T) => T;
}

/** Evaluates a tsquery in text form, starting from its lexemes. */
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
 * Returns an upper bound for the number of matches of a tsquery, given the number of offers with each lexeme.
 * A conjunction has at most as many matches as its rarest part; alternatives have at most the sum of their
 * matches.
 */
export const maxMatchesOf = (tsquery: string, rowsOf: (lexeme: string) => number): number =>
  fold(tsquery, { word: rowsOf, not: () => Infinity, all: Math.min, either: (a, b) => a + b });

/**
 * Combines conditions on the lexemes of a tsquery into one that is true wherever the query can match. Returns
 * undefined if it can match anywhere, as with excluded words.
 */
export const necessaryCondition = (tsquery: string, has: (lexeme: string) => string): string | undefined =>
  fold<string | undefined>(tsquery, {
    word: has,
    not: () => undefined,
    all: (a, b) => (a !== undefined && b !== undefined ? `(${a} AND ${b})` : (a ?? b)),
    either: (a, b) => (a !== undefined && b !== undefined ? `(${a} OR ${b})` : undefined),
  });

/** Returns the text of a quoted lexeme. */
export const unquoteLexeme = (lexeme: string) =>
  lexeme.slice(1, -1).replace(/''|\\\\/g, (pair) => pair.charAt(0));
