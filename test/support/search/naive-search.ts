/*
 * What a search must find, written a second time in the simplest way: it looks at every word of every offer. It shares
 * no code with the service, because it judges the service's search.
 */

/** The searched texts of an offer: name, headline, key features and description. */
export interface SearchedOffer {
  id: string;
  texts: readonly string[];
}

/** One part of a query: a word as written, which can contain punctuation, or several words in quotes. */
export interface SearchTerm {
  text: string;
  quoted: boolean;
}

/** The texts of an offer, each as its words. */
type FoldedTexts = readonly (readonly string[])[];

/** Marks that a reader sees as another letter: the voiced marks of kana (か, が, ぱ). */
const kanaMarks = '\u3099\u309a';
const marks = new RegExp(`(?![${kanaMarks}])\\p{M}`, 'gu');
/** Characters that take no space: zero-width spaces and joiners, soft hyphens, direction marks, tags. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Signs that stand for words or numbers: № and ½ are no, 1 and 2, also next to letters and digits. */
const wordSigns = '\\p{Nl}\\u2116\\u2150-\\u215F\\u2460-\\u24EA\\u3300-\\u33FF\\u00BC-\\u00BE';
const runs = new RegExp(`[${wordSigns}]+`, 'gu');
/** Symbols and footnote marks, as in Nova™, Quib² and 1º, which are part of no word. */
const symbols = new RegExp(`(?![${wordSigns}])[\\p{S}ªº⁰¹²³⁴⁵⁶⁷⁸⁹]`, 'gu');

/** Returns the text in its compatibility form, without marks and invisible characters. */
const plainText = (text: string) =>
  text
    .replace(runs, ' $& ')
    .replace(symbols, ' ')
    .normalize('NFKD')
    .replace(invisible, '')
    .replace(marks, '');

/**
 * Returns the text without what two spellings of the same words can differ in: width, ligatures, composition, case,
 * accents, vowel points and invisible characters.
 */
export function foldText(text: string): string {
  // First to upper case, because ß is SS and ı is I there. The lower case of a final Σ is another letter.
  const lower = plainText(text).toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return lower.normalize('NFKD').replace(marks, '').normalize('NFKC');
}

/** Returns the folded words: maximal runs of letters and digits. */
export const foldedWords = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const cjk = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u;

/** Returns whether a text contains letters of a script in which words need not be separated by spaces. */
export const isCjk = (text: string | undefined): boolean => text !== undefined && cjk.test(text);

/**
 * Returns whether a word of a text contains the searched word. Letters such as 光 or ネ are found anywhere; other letters
 * and digits only as a whole, where the end of a word is also the change to such a letter: `5g` is a word of `5g光纤`.
 */
function hasWord(word: string, searched: string): boolean {
  if (word === searched) return true;
  if (!word.includes(searched)) return false;
  const letters = [...searched];
  const [first, last] = [letters.at(0), letters.at(-1)];
  for (let at = word.indexOf(searched); at >= 0; at = word.indexOf(searched, at + 1)) {
    const before = Array.from(word.slice(0, at)).at(-1);
    const after = Array.from(word.slice(at + searched.length)).at(0);
    const starts = before === undefined || isCjk(before) || isCjk(first);
    const ends = after === undefined || isCjk(after) || isCjk(last);
    if (starts && ends) return true;
  }
  return false;
}

const hasPhrase = (text: readonly string[], phrase: readonly string[]) =>
  text.some((_, at) => phrase.every((word, offset) => text[at + offset] === word));

/** Returns whether a term joins parts of one or two letters, as AT&T does. Such parts must be next to each other. */
function isAbbreviation(text: string): boolean {
  const words = plainText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.every((word) => /^\p{L}{1,2}$/u.test(word)) && !isCjk(words.join(''));
}

/** Returns a function that checks whether an offer contains a term. */
function termMatcher({ text, quoted }: SearchTerm): (texts: FoldedTexts) => boolean {
  const searched = foldedWords(text);
  if ((quoted || isAbbreviation(text)) && searched.length > 1)
    return (texts) => texts.some((words) => hasPhrase(words, searched));
  return (texts) =>
    searched.every((word) => texts.some((words) => words.some((each) => hasWord(each, word))));
}

/** A catalog that is searched by looking at every offer. */
export class NaiveSearch {
  private readonly folded: { id: string; texts: FoldedTexts }[];

  constructor(private readonly offers: readonly SearchedOffer[]) {
    this.folded = offers.map(({ id, texts }) => ({ id, texts: texts.map(foldedWords) }));
  }

  /** Returns the IDs of all offers that contain every term. */
  find(terms: readonly SearchTerm[]): string[] {
    const matchers = terms.map(termMatcher);
    return this.folded.filter(({ texts }) => matchers.every((matches) => matches(texts))).map(({ id }) => id);
  }

  textOf(id: string): string {
    return this.offers.find((offer) => offer.id === id)?.texts.join(' | ') ?? '';
  }
}
