import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { categoryAndData } from './category-data-arbitrary.js';

/** A small marketplace with all data that a catalog depends on. Teams are referred to by their index. */
export interface Marketplace {
  teams: MarketplaceTeam[];
  partners: { provider: number; reseller: number; /** Days from today (UTC). */ day: number }[];
  offers: MarketplaceOffer[];
}

export interface MarketplaceTeam {
  id: string;
  name: string;
  role: 'provider' | 'reseller' | 'hybrid';
  verified: boolean;
  suspended: boolean;
}

export interface MarketplaceArea {
  zipCodes?: string[];
  states?: string[];
}

export interface MarketplaceOffer {
  id: string;
  owner: number;
  name: string;
  headline: string | null;
  features: string[];
  description: string | null;
  category: string | null;
  data: Record<string, unknown> | null;
  compliance: Record<string, unknown> | null;
  status: string;
  visibility: string;
  allowed: number[];
  currency: 'USD' | 'JPY' | 'KWD';
  /** The price in the minor unit of the currency. */
  minor: number | null;
  area: MarketplaceArea | null;
  /** The creation time, in minutes after a fixed time. */
  minute: number;
}

/** Words that are their own English stems and at least four edits apart, so that a typo matches only one of them. */
export const vocabulary = ['falcon', 'quartz', 'nimbus', 'cobalt', 'orchid', 'magnet', 'jigsaw', 'mandolin'];

/** The ZIP codes used in marketplaces, with their states; 00000 is not assigned. */
export const zipStates: Record<string, string | undefined> = {
  '94102': 'CA',
  '94103': 'CA',
  '10001': 'NY',
  '00501': 'NY',
  '06390': 'NY',
  '88510': 'TX',
  '00000': undefined,
};

const accents: Record<string, string> = { a: 'á', o: 'ô', u: 'Ü', n: 'ñ', i: 'ì', c: 'ç' };

/** Generates spellings of a word: in capital letters, with accents. */
export const spelled = (word: Arbitrary<string>) =>
  fc
    .tuple(word, fc.constantFrom('plain', 'plain', 'upper', 'title', 'accents', 'marks'))
    .map(([text, style]) => {
      if (style === 'upper') return text.toUpperCase();
      if (style === 'title') return text.charAt(0).toUpperCase() + text.slice(1);
      if (style === 'plain') return text;
      const written = [...text].map((letter) => accents[letter] ?? letter).join('');
      return style === 'marks' ? written.normalize('NFD') : written;
    });

const word = spelled(fc.constantFrom(...vocabulary));
const words = (min: number, max: number) =>
  fc.array(word, { minLength: min, maxLength: max }).map((all) => all.join(' '));

/** Returns an ID. IDs are in random order, and unique even while fast-check shrinks. */
const idOf = (kind: number, rank: number, index: number) =>
  `0190c3de-0000-7000-8${kind}${rank.toString(16).padStart(2, '0')}-${index.toString(16).padStart(12, '0')}`;

const rank = fc.integer({ min: 0, max: 255 });
const mostly = (value: boolean) => fc.constantFrom(value, value, value, value, !value);

const team = (role: Arbitrary<MarketplaceTeam['role']>) =>
  fc.record({
    rank,
    name: fc.constantFrom(
      'Alba',
      'alba',
      'ALBA',
      'Beta',
      'beta Net',
      'Éclair',
      'éclair',
      'Zeta',
      '電気',
      '🚀',
    ),
    role,
    verified: mostly(true),
    suspended: mostly(false),
  });

const zips = fc.uniqueArray(fc.constantFrom(...Object.keys(zipStates)), { maxLength: 3 });
const states = fc.uniqueArray(fc.constantFrom('CA', 'NY', 'TX', 'CT'), { maxLength: 2 });
const area: Arbitrary<MarketplaceArea | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.record({ zipCodes: zips }),
  fc.record({ states }),
  fc.record({ zipCodes: zips, states }),
);

/** Prices close to each other and to the bounds of the price facet. */
const price = fc.constantFrom<[MarketplaceOffer['currency'], number | null]>(
  ...([null, 0, 1, 2499, 2500, 2501, 4999, 5999, 10_000, 50_000, 999_999_999] as const).map(
    (minor) => ['USD', minor] as [MarketplaceOffer['currency'], number | null],
  ),
  ['JPY', null],
  ['JPY', 0],
  ['JPY', 25],
  ['JPY', 60],
  ['KWD', 24_999],
  ['KWD', 25_000],
  ['KWD', 59_995],
);

const offer = fc.record({
  rank,
  owner: fc.nat(),
  name: words(1, 2),
  headline: fc.option(words(1, 2)),
  features: fc.array(words(1, 2), { maxLength: 2 }),
  description: fc.option(words(0, 3)),
  categoryAndData,
  status: fc.constantFrom('active', 'active', 'active', 'active', 'active', 'draft', 'inactive', 'archived'),
  visibility: fc.constantFrom('public', 'public', 'preferred', 'selected'),
  allowed: fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 3 }),
  price,
  area,
  minute: fc.nat({ max: 5 }),
});

const partner = fc.record({
  provider: fc.nat(),
  reseller: fc.nat(),
  day: fc.constantFrom(-30, -1, 0, 1, 30),
});

/** Generates a marketplace. Owners, partners and allowed resellers are drawn as numbers, modulo the number of teams. */
export const marketplace: Arbitrary<Marketplace> = fc
  .record({
    teams: fc
      .tuple(
        team(fc.constant('provider')),
        team(fc.constant('reseller')),
        fc.array(team(fc.constantFrom('provider', 'reseller', 'hybrid', 'hybrid')), { maxLength: 5 }),
      )
      .map(([provider, reseller, others]) => [provider, reseller, ...others]),
    offers: fc.oneof(
      { weight: 4, arbitrary: fc.array(offer, { minLength: 10, maxLength: 25 }) },
      fc.array(offer, { maxLength: 3 }),
    ),
    partners: fc.array(partner, { maxLength: 8 }),
  })
  .map(({ teams, offers, partners }) => {
    const indexes = teams.map((_, index) => index);
    const sellers = indexes.filter((index) => teams[index]?.role !== 'reseller');
    const buyers = indexes.filter((index) => teams[index]?.role !== 'provider');
    const pick = (from: number[], number: number) => from[number % from.length] ?? 0;
    const pairs = partners.map((row) => ({
      provider: pick(sellers, row.provider),
      reseller: pick(buyers, row.reseller),
      day: row.day,
    }));
    return {
      teams: teams.map(({ rank, ...rest }, index) => ({ ...rest, id: idOf(0, rank, index) })),
      partners: pairs.filter(
        ({ provider, reseller }, at) =>
          provider !== reseller &&
          pairs.findIndex((each) => each.provider === provider && each.reseller === reseller) === at,
      ),
      offers: offers.map(({ rank, categoryAndData, price: [currency, minor], ...rest }, index) => ({
        ...rest,
        ...categoryAndData,
        id: idOf(1, rank, index),
        owner: pick(sellers, rest.owner),
        allowed: [...new Set(rest.allowed.map((number) => pick(buyers, number)))],
        currency,
        minor,
      })),
    };
  });
