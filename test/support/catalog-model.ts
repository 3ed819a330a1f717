import type { Facet, Query, Search } from './catalog-queries.js';
import { zipStates, type World, type WorldArea, type WorldOffer, type WorldTeam } from './catalog-world.js';

/*
 * The rules of the catalog once more, over plain arrays, as a reader of the documentation would write them down.
 * It shares nothing with the code that it judges.
 */

export interface Answer {
  /** Ids of the whole result in order. */
  ids: string[];
  facets: Partial<Record<Facet, object[]>>;
}

/** The teams that may call the catalog at all. */
export const viewersOf = ({ teams }: World) => teams.filter(({ role }) => role !== 'provider');

export function answer(world: World, viewer: WorldTeam, query: Query): Answer {
  const hits = world.offers.filter(
    (offer) => isVisible(world, viewer, offer) && matches(world, offer, query),
  );
  return {
    ids: hits.toSorted(comparing(world, query)).map(({ id }) => id),
    facets: Object.fromEntries((query.facets ?? []).map((facet) => [facet, counts(world, hits, facet)])),
  };
}

export function isVisible({ teams, partners }: World, viewer: WorldTeam, offer: WorldOffer): boolean {
  const owner = teams[offer.owner];
  if (!viewer.verified || offer.status !== 'active' || owner?.suspended) return false;
  if (owner === viewer || offer.visibility === 'public') return true;
  if (offer.visibility === 'selected') return offer.allowed.some((index) => teams[index] === viewer);
  return partners.some(
    ({ provider, reseller, day }) => teams[provider] === owner && teams[reseller] === viewer && day <= 0,
  );
}

export const priceOf = ({ minor, currency }: WorldOffer) =>
  minor === null ? null : minor / { USD: 100, JPY: 1, KWD: 1000 }[currency];

function reaches(area: WorldArea | null, zipCode: string): boolean {
  const zip = zipCode.slice(0, 5);
  if (area === null) return true;
  const state = zip === '79901' ? 'TX' : zipStates[zip];
  const inState = area.states?.some((each) => each === state) ?? false;
  return inState || (area.zipCodes?.includes(zip) ?? false);
}

function matches({ teams }: World, offer: WorldOffer, { filters, provider, search }: Query): boolean {
  const price = priceOf(offer);
  const data = offer.data ?? {};
  const is = (category: string, holds: boolean) => offer.category === category && holds;
  const has = (key: string, test: (value: number) => boolean) => {
    const value = data[key];
    return typeof value === 'number' && test(value);
  };
  const f = filters;
  return (
    (provider === undefined || offer.owner === provider % teams.length) &&
    (f.category === undefined || offer.category === f.category) &&
    (f.minPrice === undefined || (price !== null && price >= f.minPrice)) &&
    (f.maxPrice === undefined || (price !== null && price <= f.maxPrice)) &&
    (f.zipCode === undefined || reaches(offer.area, f.zipCode)) &&
    (f.connectionType === undefined || is('internet', data.connectionType === f.connectionType)) &&
    (f.minDownloadMbps === undefined ||
      is(
        'internet',
        has('maxBandwidth', (n) => n >= Number(f.minDownloadMbps)),
      )) &&
    (f.unlimitedData === undefined ||
      is('internet', offer.data !== null && (typeof data.dataCap !== 'number') === f.unlimitedData)) &&
    (f.minChannels === undefined ||
      is(
        'television',
        has('channelCount', (n) => n >= Number(f.minChannels)),
      )) &&
    (f.monitoringType === undefined || is('security', data.monitoringType === f.monitoringType)) &&
    (f.installationType === undefined || is('security', data.installationType === f.installationType)) &&
    (f.energyType === undefined || is('energy', data.energyType === f.energyType)) &&
    (f.minRenewablePercentage === undefined ||
      is(
        'energy',
        has('renewablePercentage', (n) => n >= Number(f.minRenewablePercentage)),
      )) &&
    (f.maxContractMonths === undefined ||
      is(
        'energy',
        has('contractLengthMonths', (n) => n <= Number(f.maxContractMonths)),
      )) &&
    (f.minCoverage === undefined ||
      is(
        'insurance',
        has('coverageAmount', (n) => n >= Number(f.minCoverage)),
      )) &&
    (search === undefined ||
      finds(search, wordsOf(offer.name, offer.headline, ...offer.features, offer.description)))
  );
}

/** Lower-case words without accents. */
const wordsOf = (...texts: (string | null)[]) =>
  texts
    .join(' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);

const finds = (search: Search, text: string[]) =>
  search.some((terms) =>
    terms.every(({ words, negated }) => {
      const found = text.some((_, at) => words.every((word, offset) => text[at + offset] === word));
      return found !== negated;
    }),
  );

type Comparison = (a: WorldOffer, b: WorldOffer) => number;

const byText = (key: (offer: WorldOffer) => string): Comparison => {
  const bytes = (offer: WorldOffer) => Buffer.from(key(offer));
  return (a, b) => Buffer.compare(bytes(a), bytes(b));
};
const byNumber =
  (key: (offer: WorldOffer) => number): Comparison =>
  (a, b) =>
    key(a) - key(b);

function comparing({ teams }: World, { sortBy, sortOrder, search }: Query): Comparison {
  const sort = sortBy ?? (search ? 'relevance' : 'createdAt');
  const order = sortOrder ?? (sort === 'createdAt' || sort === 'relevance' ? 'desc' : 'asc');
  const team = (offer: WorldOffer) => teams[offer.owner];
  const byId = byText(({ id }) => id);
  const inName = ({ name }: WorldOffer) => Number(search !== undefined && finds(search, wordsOf(name)));
  const keys: Record<typeof sort, Comparison[]> = {
    price: [byNumber((offer) => priceOf(offer) ?? 0), byId],
    name: [byText(({ name }) => name.toLowerCase()), byId],
    createdAt: [byNumber(({ minute }) => minute), byId],
    provider: [byText((o) => team(o)?.name.toLowerCase() ?? ''), byText((o) => team(o)?.id ?? ''), byId],
    relevance: [byNumber(inName), byNumber(({ minute }) => minute), byId],
  };
  const unpricedLast = byNumber((offer) => Number(sort === 'price' && offer.minor === null));
  return (a, b) => {
    const sorted = keys[sort].map((compare) => compare(a, b)).find((sign) => sign !== 0) ?? 0;
    return unpricedLast(a, b) || (order === 'asc' ? sorted : -sorted);
  };
}

const steps = [0, 25, 50, 75, 100, 150, 200, 500];

/** The groups of a facet, the largest first; prices from the lowest on, those without one last. */
function counts({ teams }: World, hits: WorldOffer[], facet: Facet): object[] {
  const count = (holds: (offer: WorldOffer) => boolean) => hits.filter(holds).length;
  if (facet === 'price') {
    const groups = steps.map((from, at) => {
      const to = steps[at + 1] ?? null;
      const inside = (price: number) => price >= from && price < (to ?? Infinity);
      return { from, to, count: count((offer) => offer.minor !== null && inside(Number(priceOf(offer)))) };
    });
    const unpriced = { from: null, to: null, count: count(({ minor }) => minor === null) };
    return [...groups, unpriced].filter((group) => group.count > 0);
  }
  const value = (offer: WorldOffer): string | null => {
    if (facet === 'category') return offer.category;
    if (facet === 'provider') return teams[offer.owner]?.id ?? null;
    return offer.category === 'internet' && offer.data ? String(offer.data.connectionType) : null;
  };
  return [...new Set(hits.map(value))]
    .map((each) => {
      const name = teams.find(({ id }) => id === each)?.name;
      return { value: each, ...(name === undefined ? {} : { name }), count: count((o) => value(o) === each) };
    })
    .toSorted(
      (a, b) => b.count - a.count || (a.value === null ? 1 : b.value === null || a.value < b.value ? -1 : 1),
    );
}
