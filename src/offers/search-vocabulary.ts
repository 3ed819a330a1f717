import { Injectable } from '@nestjs/common';
import type { OfferColumns } from './offer-columns.js';

/** The fields that determine which words an offer adds to the search vocabulary. */
export type SearchableOffer = Pick<
  OfferColumns,
  'status' | 'category' | 'name' | 'marketingHeadline' | 'keyFeatures' | 'description'
>;

/** Whether offers can contain words that are missing from the vocabulary. */
export type VocabularyStatus = 'known' | 'new';

const setting = 'offerdock.words';

/**
 * Returns SQL that passes the status to the trigger that maintains the vocabulary (offers_add_words() in the
 * migrations). Unless the status is `known`, the trigger looks up every word.
 * @param status an SQL expression
 */
export const setVocabularyStatus = (status: string) => `set_config('${setting}', ${status}, true)`;

/** Returns a separate statement that does the same. */
export const setVocabularyStatusStatement = (status: VocabularyStatus) =>
  `SET LOCAL ${setting} = '${status}'`;

/** Postgres splits text into words at white space, except inside a tag. */
const whiteSpace = /[\t\n\v\f\r ]+/;
/** Matches texts without `<` and without any character that unaccent() converts to `<`. */
const plain = /^[\t\n\v\f\r\x20-;=-~\p{L}\p{M}\p{N}–—‘’“”…•€£°®™]*$/u;
/**
 * Matches words that Postgres parses differently depending on the adjacent text: paths, and URLs without a
 * host. Marks next to them are skipped, because unaccent() can remove them.
 */
const contextual = /(?:^|\s)[^\p{L}\p{N}\s]*[./~]|:\/\/\p{M}*(?:\s|$)/u;

const maxWords = 20_000;
const maxWordLength = 40;

/**
 * The words that this process has stored, by category. Most new offers add no new words, and having the
 * trigger determine this takes a third of Postgres' time for an insert. Words are never removed from the
 * vocabulary, so a cached word is always valid; a word that was evicted is merely looked up again.
 */
@Injectable()
export class VocabularyCache {
  private readonly byCategory = new Map<string, Set<string>>();
  private size = 0;

  /**
   * Returns `known` if every word of the active offers was stored with an earlier offer in the same category.
   */
  statusOf(offers: readonly SearchableOffer[]): VocabularyStatus {
    return offers.every((offer) => offer.status !== 'active' || this.hasWordsOf(offer)) ? 'known' : 'new';
  }

  /** Adds the words of stored offers. Call this only after the commit. */
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
    // Copy the word, because a slice would keep the whole text in memory.
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
