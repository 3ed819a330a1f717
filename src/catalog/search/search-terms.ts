/** About how many offers a search finds at most, by the statistics of Postgres. */
export interface SearchSize {
  atMost: number;
  /** Those that have it in their name. */
  inName: number;
  /** All active offers. */
  active: number;
}

/** A search as Postgres understands it. */
export interface SearchQuery extends SearchSize {
  /** Text form of a tsquery. */
  tsquery: string;
}

/** One thing to look for: a word or a "phrase", wanted or -unwanted. */
export interface Term {
  text: string;
  phrase: boolean;
  negated: boolean;
}

/** Splits a web search: alternatives separated by `or`, each a list of terms that must all hold. */
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

/** The form in which the vocabulary keeps a word: lower case without accents. */
export const plainWord = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The words that may hold a typo: wanted, outside quotes, at least four letters. */
export function correctable(alternatives: Term[][]): string[] {
  const words = alternatives.flat().filter((term) => !term.phrase && !term.negated);
  return [...new Set(words.map((term) => plainWord(term.text)))]
    .filter((word) => word.length >= 4)
    .slice(0, 8);
}

/** How many edits a word of this length may be away from what was meant. */
export const allowedEdits = (word: string) => (word.length < 8 ? 1 : 2);

const tokensOf = (tsquery: string) =>
  [...tsquery.matchAll(/'(?:[^']|'')*'|<(?:-|\d+)>|[&|!()]/g)].map(([token]) => token);

/** The words of a query in text form, quoted as they stand there: `'fiber' & !'cabl'`. */
export const lexemesOf = (tsquery: string) => [
  ...new Set(tokensOf(tsquery).filter((token) => token.startsWith("'"))),
];

/** What becomes of the parts of a query. */
interface Fold<T> {
  word: (lexeme: string) => T;
  not: (part: T) => T;
  all: (a: T, b: T) => T;
  either: (a: T, b: T) => T;
}

/** Goes through a query in text form from its words up. */
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
 * How many offers a query in text form finds at most, when it is known of each word: words that must all be there
 * find no more than the rarest of them, alternatives no more than all together.
 */
export const atMost = (tsquery: string, rowsOf: (lexeme: string) => number): number =>
  fold(tsquery, { word: rowsOf, not: () => Infinity, all: Math.min, either: (a, b) => a + b });

/**
 * Joins conditions on the words of a query in text form to one that holds wherever the query may find something;
 * undefined when it may anywhere, as with words that must not be there.
 */
export const mayFind = (tsquery: string, has: (lexeme: string) => string): string | undefined =>
  fold<string | undefined>(tsquery, {
    word: has,
    not: () => undefined,
    all: (a, b) => (a !== undefined && b !== undefined ? `(${a} AND ${b})` : (a ?? b)),
    either: (a, b) => (a !== undefined && b !== undefined ? `(${a} OR ${b})` : undefined),
  });

/** The word that stands quoted in a query in text form. */
export const unquoted = (lexeme: string) => lexeme.slice(1, -1).replace(/''|\\\\/g, (pair) => pair.charAt(0));
