import { Injectable } from '@nestjs/common';
import type { OfferColumns } from './offer-columns.js';

/** What of an offer is searched, in which category, and whether it is found. */
export type WordedOffer = Pick<
  OfferColumns,
  'status' | 'category' | 'name' | 'marketingHeadline' | 'keyFeatures' | 'description'
>;

/** Whether offers bring words that were never stored. */
export type Words = 'known' | 'new';

const setting = 'offerdock.words';

/**
 * Tells Postgres about the words of the offers that a statement stores. Unless it is told that they are known, it adds
 * them to the vocabulary, in the same transaction; see offers_add_words() in the migrations. `words` is an expression.
 */
export const tellWords = (words: string) => `set_config('${setting}', ${words}, true)`;

/** The same as a statement of its own. */
export const wordsAre = (words: Words) => `SET LOCAL ${setting} = '${words}'`;

/** Words are told apart as Postgres does it: by space, unless a tag reaches over it. */
const spaces = /[\t\n\v\f\r ]+/;
/** Texts without what is, or what unaccent makes, the beginning of a tag. */
const plain = /^[\t\n\v\f\r\x20-;=-~\p{L}\p{M}\p{N}–—‘’“”…•€£°®™]*$/u;
/**
 * Paths are read otherwise at the beginning of a text than behind a space, and an address without a host may look for it
 * in the next word; what stands before may vanish, as marks do when unaccent has taken their letters away.
 */
const contextual = /(?:^|\s)[^\p{L}\p{N}\s]*[./~]|:\/\/\p{M}*(?:\s|$)/u;

const mostWords = 20_000;
const longestWord = 40;

/**
 * The words that this process has seen stored, by category. Offers are made of few words: most new ones bring none, and
 * to find that out by reading the text once more and looking up each word takes Postgres a third of their time. The
 * service takes no word away, so that what was stored once stays known; what is forgotten here is merely looked up again.
 */
@Injectable()
export class StoredWords {
  private readonly byCategory = new Map<string, Set<string>>();
  private count = 0;

  /** Whether every word of the offers was stored with an earlier one of their category. */
  of(offers: readonly WordedOffer[]): Words {
    return offers.every((offer) => offer.status !== 'active' || this.isKnown(offer)) ? 'known' : 'new';
  }

  /** Remembers the words of offers that are stored; to be called after the commit, and not before. */
  remember(offers: readonly WordedOffer[]): void {
    for (const offer of offers) {
      const texts = textsOf(offer);
      if (offer.status !== 'active' || !texts.every(isPlain)) continue;
      for (const word of texts.flatMap((text) => text.split(spaces)))
        if (word.length <= longestWord) this.add(offer.category ?? '', word);
    }
  }

  private isKnown(offer: WordedOffer): boolean {
    const words = this.byCategory.get(offer.category ?? '');
    if (!words) return false;
    return textsOf(offer).every(
      (text) => isPlain(text) && text.split(spaces).every((word) => words.has(word)),
    );
  }

  private add(category: string, word: string): void {
    if (this.byCategory.get(category)?.has(word)) return;
    if (this.count >= mostWords) {
      this.byCategory.clear();
      this.count = 0;
    }
    const words = this.byCategory.get(category) ?? new Set();
    // A copy: a part of a text would keep all of it in memory.
    this.byCategory.set(category, words.add(Buffer.from(word).toString()));
    this.count += 1;
  }
}

const isPlain = (text: string) => plain.test(text) && !contextual.test(text);

const textsOf = ({ name, marketingHeadline, keyFeatures, description }: WordedOffer) => [
  name,
  marketingHeadline ?? '',
  ...keyFeatures,
  description ?? '',
];
