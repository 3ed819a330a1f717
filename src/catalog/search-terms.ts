/** A search as Postgres understands it. */
export interface SearchQuery {
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
