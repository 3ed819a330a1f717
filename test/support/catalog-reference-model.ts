import type { Facet, CatalogQuery, Filters } from './catalog-query-arbitrary.js';
import {
  corrected,
  finds,
  literally,
  nameKey,
  rankOf,
  textOf,
  type MeantSearch,
} from './catalog-search-model.js';
import {
  zipStates,
  type Marketplace,
  type MarketplaceArea,
  type MarketplaceOffer,
  type MarketplaceTeam,
} from './marketplace-arbitrary.js';

/*
 * The documented rules of the catalog, implemented a second time over plain arrays. It shares no code with the service.
 */

export interface ExpectedResult {
  /** The IDs of all results, in order. */
  ids: string[];
  facets: Partial<Record<Facet, object[]>>;
}

/** Returns the teams that may read the catalog. */
export const viewersIn = ({ teams }: Marketplace) => teams.filter(({ role }) => role !== 'provider');

export function expectedResult(
  marketplace: Marketplace,
  viewer: MarketplaceTeam,
  query: CatalogQuery,
): ExpectedResult {
  const seen = marketplace.offers.filter((offer) => isVisible(marketplace, viewer, offer));
  const filtered = seen.filter((offer) => matches(marketplace, offer, query));
  const { search } = query;
  const found = (meaning: MeantSearch) => filtered.filter((offer) => finds(meaning, textOf(offer)));
  let meaning = search && literally(search);
  if (search && meaning && found(meaning).length === 0)
    meaning = corrected(search, seen, viewer.verified ? publicOffers(marketplace) : []);
  const hits = meaning ? found(meaning) : filtered;
  return {
    ids: hits.toSorted(comparing(marketplace, query, meaning)).map(({ id }) => id),
    facets: Object.fromEntries(
      (query.facets ?? []).map((facet) => [facet, counts(marketplace, hits, facet, query.filters)]),
    ),
  };
}

const publicOffers = ({ teams, offers }: Marketplace) =>
  offers.filter(
    ({ status, visibility, owner }) =>
      status === 'active' && visibility === 'public' && !teams[owner]?.suspended,
  );

export function isVisible(
  { teams, partners }: Marketplace,
  viewer: MarketplaceTeam,
  offer: MarketplaceOffer,
): boolean {
  const owner = teams[offer.owner];
  if (!viewer.verified || offer.status !== 'active' || owner?.suspended) return false;
  if (owner === viewer || offer.visibility === 'public') return true;
  if (offer.visibility === 'selected') return offer.allowed.some((index) => teams[index] === viewer);
  return partners.some(
    ({ provider, reseller, day }) => teams[provider] === owner && teams[reseller] === viewer && day <= 0,
  );
}

export const priceOf = ({ minor, currency }: MarketplaceOffer) =>
  minor === null ? null : minor / { USD: 100, JPY: 1, KWD: 1000 }[currency];

/** Returns the price as it was stated, in the currency of the query; null if it is unknown or in another currency. */
const priceIn = (offer: MarketplaceOffer, { currency = 'USD' }: Filters) =>
  offer.currency === currency ? priceOf(offer) : null;

/** Returns the stated average price in tenths of a cent. */
function kwhPriceIn(offer: MarketplaceOffer, { currency = 'USD', usageKwh = 1000 }: Filters): number | null {
  const label = (offer.compliance?.electricityFactsLabel ?? {}) as Record<string, unknown>;
  const stated = label[`avgPrice${usageKwh}kwh`];
  const known = offer.category === 'energy' && offer.currency === currency && typeof stated === 'number';
  return known && stated >= 1 ? Math.round(stated * 10 + 1e-9) : null;
}

function reaches(area: MarketplaceArea | null, zipCode: string): boolean {
  const zip = zipCode.slice(0, 5);
  if (area === null) return true;
  const state = zip === '79901' ? 'TX' : zipStates[zip];
  const inState = area.states?.some((each) => each === state) ?? false;
  return inState || (area.zipCodes?.includes(zip) ?? false);
}

function matches(
  { teams }: Marketplace,
  offer: MarketplaceOffer,
  { filters, provider, sortBy }: CatalogQuery,
): boolean {
  const price = priceIn(offer, filters);
  const data = offer.data ?? {};
  const label = (name: string) => (offer.compliance?.[name] ?? {}) as Record<string, unknown>;
  const dataCap = data.dataCap === undefined ? label('broadbandLabel').dataCapGb : data.dataCap;
  const renewable = data.renewablePercentage ?? label('electricityFactsLabel').renewablePercent;
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
    (f.maxAllInPrice === undefined || (price !== null && price <= f.maxAllInPrice)) &&
    (f.maxPricePerKwh === undefined || (kwhPriceIn(offer, f) ?? Infinity) <= f.maxPricePerKwh * 10) &&
    (sortBy !== 'pricePerKwh' || offer.category === 'energy') &&
    (f.utility === undefined || is('energy', data.utility === f.utility.toUpperCase())) &&
    (f.prepaid === undefined || is('energy', data.prepaid === f.prepaid)) &&
    (f.hd === undefined || is('television', data.hd === f.hd)) &&
    (f.minUploadMbps === undefined ||
      is(
        'internet',
        Number(label('broadbandLabel').typicalUpload ?? label('broadbandLabel').typicalUploadLow ?? -1) >=
          f.minUploadMbps,
      )) &&
    (f.deductible === undefined ||
      is(
        'insurance',
        has('deductible', (n) => n <= Number(f.deductible)),
      )) &&
    (f.contractMonths === undefined ||
      is(
        'energy',
        has('contractLengthMonths', (n) => n <= Number(f.contractMonths)),
      )) &&
    (f.zipCode === undefined || reaches(offer.area, f.zipCode)) &&
    (f.connectionType === undefined || is('internet', data.connectionType === f.connectionType)) &&
    (f.minDownloadMbps === undefined ||
      is(
        'internet',
        has('maxBandwidth', (n) => n >= Number(f.minDownloadMbps)),
      )) &&
    (f.unlimitedData === undefined ||
      is('internet', dataCap !== undefined && (dataCap === null) === f.unlimitedData)) &&
    (f.minChannels === undefined ||
      is(
        'television',
        has('channelCount', (n) => n >= Number(f.minChannels)),
      )) &&
    (f.monitoringType === undefined || is('security', data.monitoringType === f.monitoringType)) &&
    (f.installationType === undefined || is('security', data.installationType === f.installationType)) &&
    (f.energyType === undefined || is('energy', data.energyType === f.energyType)) &&
    (f.minRenewablePercentage === undefined ||
      is('energy', typeof renewable === 'number' && renewable >= Number(f.minRenewablePercentage))) &&
    (f.maxContractMonths === undefined ||
      is(
        'energy',
        has('contractLengthMonths', (n) => n <= Number(f.maxContractMonths)),
      )) &&
    (f.minCoverage === undefined ||
      is(
        'insurance',
        has('coverageAmount', (n) => n >= Number(f.minCoverage)),
      ))
  );
}

type Comparison = (a: MarketplaceOffer, b: MarketplaceOffer) => number;

const byText = (key: (offer: MarketplaceOffer) => string): Comparison => {
  const bytes = (offer: MarketplaceOffer) => Buffer.from(key(offer));
  return (a, b) => Buffer.compare(bytes(a), bytes(b));
};
const byNumber =
  (key: (offer: MarketplaceOffer) => number): Comparison =>
  (a, b) =>
    key(a) - key(b);

function comparing(
  { teams }: Marketplace,
  { sortBy, sortOrder, filters }: CatalogQuery,
  search: MeantSearch | undefined,
): Comparison {
  const sort = sortBy ?? (search ? 'relevance' : 'createdAt');
  const order = sortOrder ?? (sort === 'createdAt' || sort === 'relevance' ? 'desc' : 'asc');
  const team = (offer: MarketplaceOffer) => teams[offer.owner];
  const byId = byText(({ id }) => id);
  const rank = (offer: MarketplaceOffer) => (search ? rankOf(search, offer) : 0);
  const byName = byText(({ name }) => nameKey(name));
  const byMinute = byNumber(({ minute }) => minute);
  // The shortest of the names that begin with the words is the best, although it is the first in order.
  const withinRank: Comparison = (a, b) =>
    rank(a) === 3 ? -(byName(a, b) || byId(a, b)) : byMinute(a, b) || byId(a, b);
  const amount = (offer: MarketplaceOffer) =>
    sort === 'pricePerKwh' ? kwhPriceIn(offer, filters) : priceIn(offer, filters);
  const isElsewhere = (offer: MarketplaceOffer) => offer.currency !== (filters.currency ?? 'USD');
  const byAmount = [
    byText((offer) => (isElsewhere(offer) ? offer.currency : '')),
    byNumber((offer) => amount(offer) ?? 0),
    byId,
  ];
  const keys: Record<typeof sort, Comparison[]> = {
    price: byAmount,
    allInPrice: byAmount,
    pricePerKwh: byAmount,
    name: [byName, byId],
    createdAt: [byMinute, byId],
    provider: [byText((o) => nameKey(team(o)?.name ?? '')), byText((o) => team(o)?.id ?? ''), byId],
    relevance: [byNumber(rank), withinRank],
  };
  const isByAmount = sort === 'price' || sort === 'allInPrice' || sort === 'pricePerKwh';
  const unknownLast = byNumber((offer) => {
    if (!isByAmount) return 0;
    return isElsewhere(offer) ? 2 : Number(amount(offer) === null);
  });
  return (a, b) => {
    const sorted = keys[sort].map((compare) => compare(a, b)).find((sign) => sign !== 0) ?? 0;
    return unknownLast(a, b) || (order === 'asc' ? sorted : -sorted);
  };
}

const priceBounds = [0, 25, 50, 75, 100, 150, 200, 500];

/** Returns the groups of a facet, largest first. Price groups are in ascending order, offers without a price last. */
function counts({ teams }: Marketplace, hits: MarketplaceOffer[], facet: Facet, filters: Filters): object[] {
  const count = (holds: (offer: MarketplaceOffer) => boolean) => hits.filter(holds).length;
  if (facet === 'price') {
    const groups = priceBounds.map((from, at) => {
      const to = priceBounds[at + 1] ?? null;
      const inside = (price: number) => price >= from && price < (to ?? Infinity);
      return { from, to, count: count((offer) => inside(priceIn(offer, filters) ?? -1)) };
    });
    const unpriced = { from: null, to: null, count: count((offer) => priceIn(offer, filters) === null) };
    return [...groups, unpriced].filter((group) => group.count > 0);
  }
  const value = (offer: MarketplaceOffer): string | null => {
    if (facet === 'category') return offer.category;
    if (facet === 'provider') return teams[offer.owner]?.id ?? null;
    if (facet === 'currency') return offer.currency;
    if (facet === 'contractMonths' || facet === 'utility') {
      const name = facet === 'utility' ? 'utility' : 'contractLengthMonths';
      const given = offer.category === 'energy' ? offer.data?.[name] : undefined;
      return given === undefined ? null : String(given);
    }
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
