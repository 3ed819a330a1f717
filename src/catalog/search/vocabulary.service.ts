import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { editDistance } from '../../common/edit-distance.js';
import { Sql } from '../../sql/sql.js';
import type { Transaction } from '../../sql/transaction.js';
import type { Reseller } from '../visibility.js';
import { allowedEdits, correctableWords, type Corrections, type ReadTerm } from './search-terms.js';
import {
  addPendingWords,
  publicWords,
  removeUnusedWords,
  similarWords,
  unseenQueries,
  type VocabularyLimits,
} from './vocabulary.query.js';

const intervalMs = 5_000;

/** How much work an update does. */
interface UpdateSize {
  /** Offers from the queue in one transaction. */
  offers: number;
  /** Words to check in one transaction. Checking all words can take a while, so nobody waits for it. */
  words: number;
  rounds: number;
}
const whileSearchWaits: UpdateSize = { offers: 500, words: 0, rounds: 2 };
const inBackground: UpdateSize = { offers: 500, words: 20, rounds: 10 };
const complete: UpdateSize = { offers: 500, words: 500, rounds: 10_000 };

/** The words with the most trigrams in common that are compared letter by letter. */
const similarPerWord = 20;
const maxCorrections = 8;

/** Serializes updates of the vocabulary across processes; otherwise a word could be removed while it is added. */
const lock = "SELECT pg_advisory_xact_lock(hashtext('offerdock search vocabulary'))";

/**
 * Corrects typos in searches, and keeps the vocabulary for it up to date. The offers whose words have changed are
 * queued by triggers; updating the vocabulary in the same transaction would make writing an offer half as expensive
 * again.
 */
@Injectable()
export class VocabularyService implements OnApplicationBootstrap {
  /** Tests lower the limits. */
  limits: VocabularyLimits = { words: 50_000, wordsPerProvider: 5_000 };

  constructor(
    private readonly sql: Sql,
    private readonly jobs: BackgroundJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runEvery(intervalMs, 'update the vocabulary of the search', () => this.update(inBackground));
  }

  /**
   * Returns corrections for the words of a search that occur in no offer that the reseller can see. Whether other
   * offers contain them makes no difference. All corrections occur in public offers.
   */
  async correct(reseller: Reseller, alternatives: ReadTerm[][]): Promise<Corrections> {
    const words = correctableWords(alternatives);
    if (words.length === 0 || !reseller.verified) return new Map();
    const unseen = await this.sql.rows(
      unseenQueries(
        reseller,
        words.map(({ tsquery }) => tsquery),
      ),
    );
    const misspelled = unseen.map(([index]) => words[Number(index)]?.words ?? '');
    if (misspelled.length === 0) return new Map();
    await this.update(whileSearchWaits);
    return this.correctionsOf(reseller, misspelled);
  }

  /** Adds the words of changed offers, and removes words that no public offer contains any more. */
  async update({ offers, words, rounds }: UpdateSize = complete): Promise<void> {
    let more = true;
    for (let round = 0; more && round < rounds; round += 1)
      more = await this.sql.transaction(async (tx) => {
        await tx.rows({ text: lock, values: [] });
        const added = await countOf(tx, addPendingWords, [
          offers,
          this.limits.words,
          this.limits.wordsPerProvider,
        ]);
        const checked = words > 0 ? await countOf(tx, removeUnusedWords, [words]) : 0;
        return added === offers || (words > 0 && checked === words);
      });
  }

  private async correctionsOf(reseller: Reseller, misspelled: string[]): Promise<Corrections> {
    const similar = (await this.sql.rows(similarWords(misspelled, similarPerWord))).map(([given, word]) => ({
      given: given ?? '',
      word: word ?? '',
    }));
    const near = similar
      .map(({ given, word }) => ({ given, word, distance: editDistance(given, word, 3) }))
      .filter(({ given, word, distance }) => word !== given && distance <= allowedEdits(given))
      .toSorted((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1));
    const found = await this.sql.rows(publicWords(reseller, [...new Set(near.map(({ word }) => word))]));
    const queries = new Map(found.map(([word, tsquery]) => [word, tsquery ?? '']));
    const corrections = new Map<string, { word: string; tsquery: string }[]>();
    for (const { given, word } of near) {
      const tsquery = queries.get(word);
      const accepted = corrections.get(given) ?? [];
      if (tsquery !== undefined && accepted.length < maxCorrections)
        corrections.set(given, [...accepted, { word, tsquery }]);
    }
    return corrections;
  }
}

const countOf = async (tx: Transaction, text: string, values: unknown[]): Promise<number> => {
  const [row] = await tx.rows({ text, values });
  return Number(row?.[0]);
};
