/** A search as Postgres understands it. */
export interface SearchQuery {
  /** Text form of a tsquery. */
  tsquery: string;
  /** About how many offers it finds at most, by the statistics of Postgres. */
  atMost: number;
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

/**
 * How many offers a query in text form finds at most, when it is known of each word: words that must all be there
 * find no more than the rarest of them, alternatives no more than all together.
 */
export function atMost(tsquery: string, rowsOf: (lexeme: string) => number): number {
  const tokens = tokensOf(tsquery);
  const joined = (sign: RegExp, join: (a: number, b: number) => number, part: () => number) => () => {
    let rows = part();
    while (sign.test(tokens[0] ?? '')) {
      tokens.shift();
      rows = join(rows, part());
    }
    return rows;
  };
  const one = (): number => {
    const token = tokens.shift() ?? '';
    if (token === '!') return Math.max(one(), Infinity);
    if (token !== '(') return rowsOf(token);
    const rows = either();
    tokens.shift();
    return rows;
  };
  const all = joined(/^[&<]/, Math.min, one);
  const either = joined(/^\|$/, (a, b) => a + b, all);
  return either();
}
