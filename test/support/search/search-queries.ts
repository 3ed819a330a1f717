import { between, chance, pick, type Random } from '../../../seed/random.js';
import { foldedWords, isCjk, type SearchedOffer, type SearchTerm } from './naive-search.js';

/** A search as it is sent, and as its terms. */
export interface DrawnSearch {
  text: string;
  terms: SearchTerm[];
}

/** The longest search that the service accepts, in characters. */
const maxLength = 200;

const joiners = ['-', '–', '—', '/', '.', ',', '&', '_', '+', ':', '·', '’', "'", ' '];
/** Punctuation, symbols and separators between letters or digits. */
const inner = /(?<=[\p{L}\p{N}\p{M}])[^\p{L}\p{N}\p{M}\p{Cf}"]+(?=[\p{L}\p{N}])/gu;

type Change = (random: Random, token: string) => string;
const unchanged: Change = (_, token) => token;
const changes: readonly Change[] = [
  unchanged,
  unchanged,
  (_, token) => token.toUpperCase(),
  (_, token) => token.toLowerCase(),
  (_, token) => token.normalize('NFD').replaceAll(/(?![\u3099\u309a])\p{M}/gu, ''),
  (_, token) => token.normalize('NFD'),
  (_, token) => token.normalize('NFKC'),
  (random, token) => token.replaceAll(inner, () => pick(random, joiners)),
  (_, token) => token.replaceAll(inner, ' '),
  (_, token) => token.replaceAll(/\p{Cf}/gu, ''),
  (random, token) => token.replace(/(?<=[\p{Ll}])(?=[\p{Ll}])/u, pick(random, ['\u00ad', '\u200b', ''])),
  (_, token) => foldedWords(token).join(' '),
  (random, token) => `${token}${pick(random, ['.', ',', '!', '?', ')', '…'])}`,
];

/** Returns a part of a word in a script that has no spaces between words; any other word unchanged. */
function partOf(random: Random, token: string): string {
  const letters = [...token.normalize('NFC')];
  if (!letters.every(isCjk) || letters.length < 2) return token;
  const from = between(random, 0, letters.length - 1);
  const part = letters.slice(from, from + between(random, 1, 4)).join('');
  // A mark that only lengthens the previous vowel is not a part that anybody would search for.
  return part.replaceAll('ー', '') === '' ? token : part;
}

/** Returns whether the service would read a text as an operator (`or`, `-excluded`, `"phrase"`) instead of words. */
const isOperator = (text: string) =>
  /["“”„‟«»＂]/u.test(text) || /(?:^|\s)[-‐‑‒–—−﹣－]/u.test(text) || /(?:^|\s)or(?:\s|$)/iu.test(text);

const tokensOf = (text: string) => text.split(/\s+/u).filter((token) => foldedWords(token).length > 0);

/** Draws a search of one to four words of an offer, as written there or spelled in another way. */
export function drawSearch(random: Random, { texts }: SearchedOffer): DrawnSearch {
  for (;;) {
    const text = pick(
      random,
      texts.filter((each) => tokensOf(each).length > 0),
    );
    const tokens = tokensOf(text);
    const count = between(random, 1, Math.min(4, tokens.length));
    const quoted = count > 1 && chance(random, 0.2);
    const first = between(random, 0, tokens.length - count);
    const drawn = chance(random, 0.5)
      ? tokens.slice(first, first + count)
      : Array.from({ length: count }, () => pick(random, tokens));
    const written = drawn.map((token) => pick(random, changes)(random, partOf(random, token)));
    const terms = quoted
      ? [{ text: tokens.slice(first, first + count).join(' '), quoted }]
      : written.map((each) => ({ text: each, quoted }));
    const sent = terms.map((term) => (quoted ? `"${term.text}"` : term.text)).join(' ');
    const usable = terms.every((term) => !isOperator(term.text) && foldedWords(term.text).length > 0);
    if (usable && [...sent].length <= maxLength && sent.length <= maxLength) return { text: sent, terms };
  }
}
