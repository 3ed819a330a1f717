import { Injectable } from '@nestjs/common';
import type { OfferColumns } from './offer-columns.js';

/** The fields of an offer that decide which words it adds to the search vocabulary. */
export type SearchableOffer = Pick<
  OfferColumns,
  'status' | 'category' | 'name' | 'marketingHeadline' | 'keyFeatures' | 'description'
>;

/** Whether offers can contain words that the vocabulary lacks. */
export type VocabularyStatus = 'known' | 'new';

const setting = 'offerdock.words';

/**
 * SQL that passes the status to the trigger that maintains the vocabulary (offers_add_words() in the migrations).
 * Unless it is `known`, the trigger looks up every word. `status` is an SQL expression.
 */
export const setVocabularyStatus = (status: string) => `set_config('${setting}', ${status}, true)`;

/** The same as a separate statement. */
export const setVocabularyStatusStatement = (status: VocabularyStatus) =>
  `SET LOCAL ${setting} = '${status}'`;

/** Postgres splits words at white space, except inside a tag. */
const whiteSpace = /[\t\n\v\f\r ]+/;
/** Texts without `<`, or any character that unaccent() turns into it. */
const plain = /^[\t\n\v\f\r\x20-;=-~\p{L}\p{M}\p{N}–—‘’“”…•€£°®™]*$/u;
/**
 * Words that Postgres reads differently depending on what precedes or follows them: paths, and URLs without a host. Marks
 * can disappear before them, as unaccent() removes their letters.
 */
const contextual = /(?:^|\s)[^\p{L}\p{N}\s]*[./~]|:\/\/\p{M}*(?:\s|$)/u;

const maxWords = 20_000;
const maxWordLength = 40;

/**
 * The words that this process has seen stored, by category. Most new offers bring no new word, and having the trigger
 * find that out costs a third of Postgres' time for an insert. Words are never removed from the vocabulary, so this cache
 * cannot be wrong about one; a word that it forgets is merely looked up again.
 */
@Injectable()
export class VocabularyCache {
  private readonly byCategory = new Map<string, Set<string>>();
  private size = 0;

  /** `known` when every word of the active offers was stored with an earlier offer of the same category. */
  statusOf(offers: readonly SearchableOffer[]): VocabularyStatus {
    return offers.every((offer) => offer.status !== 'active' || this.hasWordsOf(offer)) ? 'known' : 'new';
  }

  /** Adds the words of stored offers. Call it after the commit, not before. */
  remember(offers: readonly SearchableOffer[]): void {
    for (const offer of offers) {
      const texts = textsOf(offer);
      if (offer.status !== 'active' || !texts.every(isSimple)) continue;
      for (const word of texts.flatMap((text) => text.split(whiteSpace)))
        if (word.length <= maxWordLength) this.add(offer.category ?? '', word);
    }
  }

  private hasWordsOf(offer: SearchableOffer): boolean {
    const words = this.byCategory.get(offer.category ?? '');
    if (!words) return false;
    return textsOf(offer).every(
      (text) => isSimple(text) && text.split(whiteSpace).every((word) => words.has(word)),
    );
  }

  private add(category: string, word: string): void {
    if (this.byCategory.get(category)?.has(word)) return;
    if (this.size >= maxWords) {
      this.byCategory.clear();
      this.size = 0;
    }
    const words = this.byCategory.get(category) ?? new Set();
    // A copy: a slice would keep the whole text in memory.
    this.byCategory.set(category, words.add(Buffer.from(word).toString()));
    this.size += 1;
  }
}

const isSimple = (text: string) => plain.test(text) && !contextual.test(text);

const textsOf = ({ name, marketingHeadline, keyFeatures, description }: SearchableOffer) => [
  name,
  marketingHeadline ?? '',
  ...keyFeatures,
  description ?? '',
];
