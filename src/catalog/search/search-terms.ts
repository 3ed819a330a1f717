/** Estimated size of a search result, from Postgres' statistics. */
export interface SearchSize {
  /** Upper bound for the number of matches. */
  maxMatches: number;
  /** Upper bound for the number of matches in the name. */
  nameMatches: number;
  /** Number of active offers. */
  active: number;
}

/** The longest phrase that is searched for. The search index does not know the order of words, so each offer is read. */
export const maxPhraseWords = 16;

/** A search in Postgres' form. */
export interface SearchQuery extends SearchSize {
  /** Text form of a tsquery. */
  tsquery: string;
  /**
   * Names that begin with one of these texts rank first, as in `offers.name_key`: the words of each alternative in the
   * order of the search, without those that are excluded. Empty if the search only excludes words. No text begins with
   * another one.
   */
  openings: readonly string[];
  /** The same for names that rank next: without stop words and in the singular, where this makes a difference. */
  looseOpenings: readonly string[];
  /** Text form of the tsquery for the words next to each other; absent if every alternative is a single word. */
  phrase?: string;
}

/** One term of a search: a word or a "phrase", required or -excluded. */
export interface Term {
  text: string;
  phrase: boolean;
  negated: boolean;
}

/** A term as Postgres reads it. */
export interface ReadTerm extends Term {
  /** The words of the term, in the form of search_text() in the migrations, separated by spaces. */
  words: string;
  /** Text form of the tsquery for the words next to each other. */
  tsquery: string;
  /** Whether the term is a single word without meaning, such as "the". */
  isStopWord: boolean;
}

/** The words that a misspelled word of the search may mean, the most similar ones first. */
export type Corrections = ReadonlyMap<string, readonly { word: string; tsquery: string }[]>;

/** Parses web-search syntax: alternatives separated by `or`, each a list of terms that must all match. */
export function parseSearch(search: string): Term[][] {
  const alternatives: Term[][] = [[]];
  for (const [token, negated, phrase, word] of search.matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)) {
    const term = { text: phrase ?? word ?? '', phrase: phrase !== undefined, negated: negated === '-' };
    if (token.toLowerCase() === 'or') alternatives.push([]);
    else alternatives.at(-1)?.push(...(term.phrase || term.negated ? [term] : partsOf(term)));
  }
  return alternatives.filter((terms) => terms.length > 0);
}

/** Matches what separates words: punctuation, symbols and footnote marks. Invisible characters do not. */
const separators = /(?:[^\p{L}\p{N}\p{M}\p{Cf}]|[ªº¹²³\u2070\u2074-\u2079])+/u;

/** Matches signs that stand for words or numbers, such as ½, Ⅳ, № and ㎒. search_text() makes them words of their own. */
const signs =
  /[\u00BC-\u00BE\u2100\u2101\u2103\u2105\u2106\u2109\u2116\u2121\u213B\u2150-\u2188\u2460-\u24EA\u3200-\u33FF\u{1F100}-\u{1F251}]+/gu;

/** Matches the letters that search_text() in the migrations makes words of their own. */
const unspacedScript =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/**
 * Splits words joined by punctuation, as in TV/Internet. Parts of one or two letters mean little on their own, so
 * AT&T and Wi-Fi remain one term, whose words must be adjacent. In scripts without spaces, such as Chinese, two
 * characters are often a whole word, so 电视/宽带 is split.
 */
function partsOf(term: Term): Term[] {
  const parts = term.text
    .replaceAll(signs, (sign) => ` ${sign.normalize('NFKD')} `)
    .split(separators)
    .filter((part) => part !== '');
  const isShort = parts.every((part) => {
    const letters = part.normalize('NFKD');
    return /^(\p{L}\p{M}*){1,2}$/u.test(letters) && !unspacedScript.test(letters);
  });
  return isShort || parts.length < 2 ? [term] : parts.map((text) => ({ ...term, text }));
}

const isWord = ({ words, phrase }: ReadTerm) => !phrase && !words.includes(' ');

/**
 * Returns the words in which typos are corrected: not excluded, outside quotes, at least four letters long.
 */
export function correctableWords(alternatives: ReadTerm[][]): ReadTerm[] {
  const terms = alternatives.flat().filter((term) => isWord(term) && !term.negated && term.words.length >= 4);
  return [...new Map(terms.map((term) => [term.words, term])).values()].slice(0, maxCorrectedWords);
}

const maxCorrectedWords = 4;

/** Returns the maximum number of edits between a word of this length and its correction. */
export const allowedEdits = (word: string) => (word.length < 8 ? 1 : 2);

/**
 * Combines the terms. Stop words count only in quotes, if they are excluded, or if there is nothing else to search for: a
 * search for "the" finds it, and "internet for the home" does not require "for".
 */
export function toSearchQuery(
  alternatives: ReadTerm[][],
  corrections: Corrections,
): Pick<SearchQuery, 'tsquery' | 'openings' | 'looseOpenings' | 'phrase'> {
  const parts = alternatives.map((terms) => ({ terms, counted: meaningful(terms) }));
  const required = parts.flatMap(({ counted }) => (counted.length > 0 ? [counted] : []));
  const tsquery = required
    .map((terms) => `(${terms.map((term) => termQuery(term, corrections)).join(' & ')})`)
    .join(' | ');
  const wanted = parts
    .map(({ terms, counted }) => ({ typed: wantedOf(terms), counted: wantedOf(counted) }))
    .filter(({ counted }) => counted.length > 0)
    .slice(0, maxOpenings);
  const textOf = (terms: ReadTerm[]) =>
    terms.map(({ words }) => corrections.get(words)?.[0]?.word ?? words).join(' ');
  const openings = shortestOpenings(wanted.map(({ typed }) => textOf(typed)));
  const loose = wanted.flatMap(({ typed, counted }) => [
    textOf(counted),
    singular(textOf(counted)),
    singular(textOf(typed)),
  ]);
  const looseOpenings = shortestOpenings([...openings, ...loose]).filter((text) => !openings.includes(text));
  const isCorrected = wanted.some(({ typed }) => typed.some(({ words }) => corrections.has(words)));
  const phrase = isCorrected ? undefined : phraseOf(wanted);
  const isPlain = alternatives.length === 1 && !required.flat().some(({ negated }) => negated);
  return {
    tsquery,
    openings,
    looseOpenings,
    phrase: phrase === undefined || isPlain ? phrase : `(${phrase}) & (${tsquery})`,
  };
}

/** If a search has more alternatives, names that begin with the others do not rank first. */
const maxOpenings = 4;

const wantedOf = (terms: ReadTerm[]) => terms.filter(({ words, negated }) => words !== '' && !negated);

/** Returns the texts without those that begin with the words of another one. */
export const shortestOpenings = (texts: readonly string[]) =>
  [...new Set(texts)].filter((text, _, all) => !all.some((other) => text.startsWith(`${other} `)));

/** Returns the text with plural endings of English removed. The result need not be a word, because it only ranks matches. */
const singular = (text: string) =>
  text
    .replaceAll(/(?<=[a-z]{2})ies(?![^ ])/g, 'y')
    .replaceAll(/(?<=[a-z](?:x|ch|sh|ss))es(?![^ ])/g, '')
    .replaceAll(/(?<=[a-z]{2}[a-rt-z])s(?![^ ])/g, '');

/**
 * Returns the tsquery for the words of an alternative next to each other, with or without stop words. Undefined if no
 * alternative has two words, or if one has too many.
 */
function phraseOf(wanted: readonly { typed: ReadTerm[]; counted: ReadTerm[] }[]): string | undefined {
  const lengthOf = (terms: ReadTerm[]) => terms.reduce((sum, { words }) => sum + words.split(' ').length, 0);
  const total = wanted.reduce((sum, { typed }) => sum + lengthOf(typed), 0);
  if (total > maxPhraseWords || wanted.every(({ counted }) => lengthOf(counted) < 2)) return undefined;
  const inOrder = (terms: ReadTerm[]) =>
    terms.flatMap(({ tsquery }) => (tsquery === '' ? [] : [tsquery])).join(' <-> ');
  const phrases = wanted.flatMap(({ typed, counted }) => [inOrder(typed), inOrder(counted)]);
  const [only, ...others] = [...new Set(phrases)];
  return others.length === 0 ? only : [only, ...others].map((each) => `(${each})`).join(' | ');
}

/** Returns the terms without empty ones and, if other words are wanted, without stop words. */
function meaningful(terms: ReadTerm[]): ReadTerm[] {
  const present = terms.filter(({ tsquery }) => tsquery !== '');
  const isMinor = ({ isStopWord, phrase, negated }: ReadTerm) => isStopWord && !phrase && !negated;
  return present.every((term) => isMinor(term) || term.negated)
    ? present
    : present.filter((term) => !isMinor(term));
}

function termQuery({ words, tsquery, negated, phrase }: ReadTerm, corrections: Corrections): string {
  if (negated) return `!(${tsquery})`;
  const meant = phrase ? [] : (corrections.get(words) ?? []);
  return `(${[tsquery, ...meant.map((correction) => correction.tsquery)].join(' | ')})`;
}

const tokensOf = (tsquery: string) =>
  [...tsquery.matchAll(/'(?:[^']|'')*'|<(?:-|\d+)>|[&|!()]/g)].map(([token]) => token);

/** Returns the lexemes of a tsquery in text form, including their quotes: `'fiber' & !'cabl'`. */
export const quotedLexemes = (tsquery: string) => [
  ...new Set(tokensOf(tsquery).filter((token) => token.startsWith("'"))),
];

/** Returns whether a tsquery excludes words, so that a name can match it although the whole text does not. */
export const excludesWords = (tsquery: string) => tokensOf(tsquery).includes('!');

/** Returns whether offers with none of the words match a tsquery, so that the search index does not help to find them. */
export const matchesWithoutWords = (tsquery: string) => maxMatchesOf(tsquery, () => 0) > 0;

/**
 * Returns an upper bound for the number of matches of a tsquery, given the number of offers with each lexeme.
 * A conjunction has at most as many matches as its rarest part; alternatives have at most the sum of their
 * matches.
 */
export function maxMatchesOf(tsquery: string, rowsOf: (lexeme: string) => number): number {
  const tokens = tokensOf(tsquery);
  const joined = (sign: RegExp, join: (a: number, b: number) => number, part: () => number) => () => {
    let whole = part();
    while (sign.test(tokens[0] ?? '')) {
      tokens.shift();
      whole = join(whole, part());
    }
    return whole;
  };
  const one = (): number => {
    const token = tokens.shift() ?? '';
    if (token === '!') {
      one();
      return Infinity;
    }
    if (token !== '(') return rowsOf(token);
    const inner = alternatives();
    tokens.shift();
    return inner;
  };
  const together = joined(/^[&<]/, Math.min, one);
  const alternatives = joined(/^\|$/, (a, b) => a + b, together);
  return alternatives();
}
