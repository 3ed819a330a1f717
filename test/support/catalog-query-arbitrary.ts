import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { spelled, vocabulary, zipStates } from './marketplace-arbitrary.js';

/** A word or phrase in a search, and how the user types it. */
export interface SearchTerm {
  /** The intended words, adjacent and in order. */
  words: string[];
  typed: string;
  negated: boolean;
}

/** Alternatives, each of which is a list of terms that must all match. */
export type Search = SearchTerm[][];

export interface Filters {
  category?: string;
  minPrice?: number;
  maxPrice?: number;
  currency?: string;
  maxAllInPrice?: number;
  usageKwh?: number;
  maxPricePerKwh?: number;
  utility?: string;
  prepaid?: boolean;
  hd?: boolean;
  minUploadMbps?: number;
  deductible?: number;
  contractMonths?: number;
  zipCode?: string;
  connectionType?: string;
  minDownloadMbps?: number;
  unlimitedData?: boolean;
  minChannels?: number;
  monitoringType?: string;
  installationType?: string;
  energyType?: string;
  minRenewablePercentage?: number;
  maxContractMonths?: number;
  minCoverage?: number;
}

export type Sort = 'price' | 'allInPrice' | 'pricePerKwh' | 'name' | 'createdAt' | 'provider' | 'relevance';
export type Facet =
  'category' | 'provider' | 'price' | 'connectionType' | 'currency' | 'contractMonths' | 'utility';

export interface CatalogQuery {
  /** The index of the caller among the teams that may read the catalog, modulo their number. */
  viewer: number;
  /** The index of the provider to filter by, modulo the number of teams. */
  provider?: number;
  filters: Filters;
  search?: Search;
  sortBy?: Sort;
  sortOrder?: 'asc' | 'desc';
  limit: number;
  count: boolean;
  facets?: Facet[];
}

const letters = [...'kwyzp'];

/** Generates the word with one letter omitted, inserted, replaced or swapped with the next. */
const typo = (word: string): Arbitrary<string> =>
  fc
    .record({
      kind: fc.constantFrom('omitted', 'inserted', 'replaced', 'swapped'),
      at: fc.nat({ max: word.length - 2 }),
      letter: fc.constantFrom(...letters),
    })
    .map(({ kind, at, letter }) => {
      if (kind === 'omitted') return word.slice(0, at) + word.slice(at + 1);
      if (kind === 'inserted') return word.slice(0, at) + letter + word.slice(at);
      if (kind === 'replaced') return word.slice(0, at) + letter + word.slice(at + 1);
      return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
    });

const oneWord = fc.constantFrom(...vocabulary).chain((word) =>
  fc
    .record({
      typed: fc.oneof({ weight: 3, arbitrary: spelled(fc.constant(word)) }, spelled(typo(word))),
      noise: fc.constantFrom('', '', '', ',', '!', '%', "'"),
    })
    .map(({ typed, noise }) => ({ words: [word], typed: typed + noise, negated: false })),
);

const phrase = fc
  .tuple(fc.constantFrom(...vocabulary), fc.constantFrom(...vocabulary))
  .map((words) => ({ words, typed: `"${words.join(' ')}"`, negated: false }));

/** An excluded word or phrase. It has no typos, because only wanted words are corrected. */
const unwanted = spelled(fc.constantFrom(...vocabulary)).map((typed) => ({
  words: [typed.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()],
  typed: `-${typed}`,
  negated: true,
}));

const term: Arbitrary<SearchTerm> = fc.oneof(
  { weight: 6, arbitrary: oneWord },
  { weight: 1, arbitrary: phrase },
  { weight: 1, arbitrary: unwanted },
  { weight: 1, arbitrary: phrase.map((each) => ({ ...each, typed: `-${each.typed}`, negated: true })) },
);

const search: Arbitrary<Search> = fc.array(fc.array(term, { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 2,
});

/** Returns the search text that a user types. */
export const searchText = (search: Search) =>
  search.map((terms) => terms.map(({ typed }) => typed).join('  ')).join(' OR ');

const prices = fc.constantFrom(
  0,
  0.01,
  24.99,
  24.999,
  25,
  25.01,
  49.99,
  59.99,
  59.995,
  60,
  100,
  500,
  9_999_999.99,
);
const zip = fc
  .tuple(fc.constantFrom(...Object.keys(zipStates), '79901'), fc.boolean())
  .map(([code, plus4]) => (plus4 ? `${code}-0042` : code));

/** Every filter of the catalog with its values; a query uses up to two filters. */
const drawn: Arbitrary<Filters>[] = [
  fc.record({
    category: fc.constantFrom('internet', 'television', 'security', 'energy', 'insurance', 'other'),
  }),
  fc.record({ minPrice: prices }),
  fc.record({ maxPrice: prices }),
  fc.record({ zipCode: zip }),
  fc.record({ currency: fc.constantFrom('USD', 'JPY', 'KWD', 'EUR') }),
  fc.record({ maxAllInPrice: prices }),
  fc.record({ usageKwh: fc.constantFrom(500, 1000, 2000) }),
  fc.record({ maxPricePerKwh: fc.constantFrom(1, 12, 12.1, 14.9) }),
  fc.record({ utility: fc.constantFrom('ONCOR', 'oncor', 'TNMP') }),
  fc.record({ prepaid: fc.boolean() }),
  fc.record({ hd: fc.boolean() }),
  fc.record({ minUploadMbps: fc.constantFrom(0, 20, 20.5) }),
  fc.record({ deductible: fc.constantFrom(0, 500) }),
  fc.record({ contractMonths: fc.constantFrom(0, 12) }),
  fc.record({ connectionType: fc.constantFrom('fiber', 'cable', '5g_home', 'dsl') }),
  fc.record({ minDownloadMbps: fc.constantFrom(0, 25, 300.5, 301, 5000) }),
  fc.record({ unlimitedData: fc.boolean() }),
  fc.record({ minChannels: fc.constantFrom(0, 50, 51) }),
  fc.record({ monitoringType: fc.constantFrom('professional_monitoring', 'hybrid') }),
  fc.record({ installationType: fc.constantFrom('professional', 'diy') }),
  fc.record({ energyType: fc.constantFrom('electricity', 'solar') }),
  fc.record({ minRenewablePercentage: fc.constantFrom(0, 33.3, 50, 100) }),
  fc.record({ maxContractMonths: fc.constantFrom(0, 12, 36) }),
  fc.record({ minCoverage: fc.constantFrom(0, 1000, 250_000.5) }),
];

const filters = fc
  .array(fc.oneof(...drawn.slice(0, 5).map((arbitrary) => ({ weight: 6, arbitrary })), ...drawn), {
    maxLength: 2,
  })
  .map((all): Filters => Object.assign({}, ...all))
  .filter(({ minPrice = 0, maxPrice = Infinity }) => minPrice <= maxPrice);

export const query: Arbitrary<CatalogQuery> = fc
  .record({
    viewer: fc.nat(),
    provider: fc.option(fc.nat(), { freq: 1, nil: undefined }),
    filters,
    search: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, search),
    sortBy: fc.constantFrom(
      undefined,
      'price',
      'allInPrice',
      'pricePerKwh',
      'name',
      'createdAt',
      'provider',
      'relevance',
    ),
    sortOrder: fc.constantFrom(undefined, 'asc', 'desc'),
    limit: fc.constantFrom(2, 3, 7, 100),
    count: fc.boolean(),
    facets: fc.option(
      fc.uniqueArray(
        fc.constantFrom<Facet>(
          'category',
          'provider',
          'price',
          'connectionType',
          'currency',
          'contractMonths',
          'utility',
        ),
        {
          minLength: 1,
        },
      ),
      { nil: undefined },
    ),
  })
  .map((query) =>
    query.sortBy === 'relevance' && !query.search ? { ...query, sortBy: undefined } : query,
  ) as Arbitrary<CatalogQuery>;
