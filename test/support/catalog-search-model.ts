import type { Search, SearchTerm } from './catalog-query-arbitrary.js';
import type { MarketplaceOffer } from './marketplace-arbitrary.js';

/*
 * The documented rules of the search, implemented a second time over plain arrays. Part of the reference model of the
 * catalog.
 */

/** A search as the service understands it: each term has the sequences of words that match it. */
export interface MeantSearch {
  alternatives: { meanings: string[][]; negated: boolean }[][];
  /** The words of each alternative without those that are excluded. */
  inOrder: string[][];
  isCorrected: boolean;
}

/** Returns the lowercase words of the texts, without accents. */
export const wordsOf = (...texts: (string | null)[]) =>
  texts
    .join(' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** Returns the sort key of a name. */
export const nameKey = (name: string) => wordsOf(name).join(' ');

export const textOf = ({ name, headline, features, description }: MarketplaceOffer) =>
  wordsOf(name, headline, ...features, description);

/** Returns the search as it was typed. */
export const literally = (search: Search): MeantSearch =>
  meant(search, ({ typed }) => [wordsOf(typed)], false);

/**
 * Returns the search with its typos corrected: required single words that no offer in `seen` contains, if the
 * intended word is in a public offer.
 */
export function corrected(search: Search, seen: MarketplaceOffer[], shown: MarketplaceOffer[]): MeantSearch {
  const contains = (offers: MarketplaceOffer[], word = '') =>
    offers.some((offer) => textOf(offer).includes(word));
  const meanings = (term: SearchTerm) => {
    const typed = wordsOf(term.typed);
    const isWord = typed.length === 1 && !term.negated && (typed[0]?.length ?? 0) >= 4;
    return isWord && !contains(seen, typed[0]) && contains(shown, term.words[0])
      ? [term.words, typed]
      : [typed];
  };
  return meant(
    search,
    meanings,
    search.flat().some((term) => meanings(term).length > 1),
  );
}

function meant(
  search: Search,
  meanings: (term: SearchTerm) => string[][],
  isCorrected: boolean,
): MeantSearch {
  const alternatives = search.map((terms) =>
    terms.map((term) => ({ meanings: meanings(term), negated: term.negated })),
  );
  const inOrder = alternatives
    .map((terms) => terms.flatMap(({ meanings: [first = []], negated }) => (negated ? [] : first)))
    .filter((words) => words.length > 0);
  return { alternatives, inOrder, isCorrected };
}

const containsSequence = (text: string[], words: string[]) =>
  text.some((_, at) => words.every((word, offset) => text[at + offset] === word));

export const finds = ({ alternatives }: MeantSearch, text: string[]) =>
  alternatives.some((terms) =>
    terms.every(
      ({ meanings, negated }) => meanings.some((words) => containsSequence(text, words)) !== negated,
    ),
  );

/**
 * Returns the rank of an offer: 3 if the name begins with the words of an alternative, 2 if it has them next to each
 * other, 0 if the search does not find the name.
 */
export function rankOf(search: MeantSearch, { name }: MarketplaceOffer): number {
  const { inOrder, isCorrected } = search;
  const words = wordsOf(name);
  if (!finds(search, words)) return 0;
  if (inOrder.some((each) => `${nameKey(name)} `.startsWith(`${each.join(' ')} `))) return 3;
  const ranksPhrases = !isCorrected && inOrder.some((each) => each.length > 1);
  return ranksPhrases && inOrder.some((each) => containsSequence(words, each)) ? 2 : 1;
}
