import type { Attack } from './attack.js';
import { howTheyEnded, inParallel, send, type Ending } from './hostile-client.js';
import { offerWithZips } from './zip-offers.js';
import type { Site, SiteTeam } from './site.js';

/** Long texts of the API have at most 10,000 characters; these have four bytes each. */
const longText = '🚀'.repeat(10_000);
const mib = 2 ** 20;
/** Requests that create what an attack reads. */
const setUpParallel = 3;

/** Sends all calls at once. */
async function readAtOnce(site: Site, calls: number, path: string, key: string) {
  const endings = await inParallel(calls, calls, () => send(site.port, { path, key }));
  const largest = Math.max(...endings.map(({ bytes }: Ending) => bytes));
  return { endings: howTheyEnded(endings), facts: { 'MiB of the largest answer': largest / mib } };
}

/**
 * Creates offers with the largest service area, unless another attack has done so; the service may refuse some, and only
 * the attackers see them.
 * @returns the number of offers that are stored
 */
export async function createZipOffers(site: Site, count: number): Promise<number> {
  const { provider, reseller } = site;
  const stored = await countZipOffers(site);
  if (stored > 0) return stored;
  const more = {
    description: longText,
    internalDescription: longText,
    marketingDescription: longText,
    overview: longText,
    keyFeatures: Array.from({ length: 50 }, () => '🚀'.repeat(200)),
  };
  const body = JSON.stringify({ ...offerWithZips(0), ...more, allowedResellers: [reseller.id] });
  await inParallel(count, setUpParallel, () =>
    send(site.port, { method: 'POST', path: '/provider/offers', key: provider.key, body }),
  );
  return countZipOffers(site);
}

async function countZipOffers({ client, provider }: Site): Promise<number> {
  const { rows } = await client.query<{ stored: number }>(
    'SELECT count(*)::int AS stored FROM offers WHERE team_id = $1 AND service_area_id IS NOT NULL',
    [provider.id],
  );
  return rows[0]?.stored ?? 0;
}

async function createOfferings(site: Site, products: number, offerings: number): Promise<void> {
  const { key } = site.provider;
  const ids = await inParallel(products, setUpParallel, async (index) => {
    const body = { name: `Product ${index} ${'🚀'.repeat(1000)}`, description: longText };
    return (await site.call('POST', '/products', key, body)).productId ?? '';
  });
  const plan = {
    name: 'Monthly',
    billing_interval_type: 'month',
    billing_frequency: 1,
    plan_length: 12,
    end_behavior: 'roll',
    can_pause: true,
    can_resume: true,
    can_cancel: true,
  };
  const data = { name: 'Everything', products: ids, plans: [plan] };
  await inParallel(offerings, setUpParallel, () =>
    send(site.port, {
      method: 'POST',
      path: '/subscriptions/offerings/build',
      key,
      body: JSON.stringify({ data }),
    }),
  );
}

async function createDefaultCatalog(site: Site, team: SiteTeam, items: number): Promise<void> {
  const { productId } = await site.call('POST', '/products', team.key, {
    name: 'Talk',
    type: 'SUBSCRIPTION',
    category: 'SUBSCRIPTION_CELL',
    networkProviderId: 'net-a',
    description: longText,
  });
  const productOfferingIds = await inParallel(items, setUpParallel, async (index) => {
    const { productOfferingId = '' } = await site.call('POST', '/product-offerings', team.key, {
      name: `Talk ${index}`,
      productId,
      customerType: 'CONSUMER',
      description: longText,
      internalDescription: longText,
      richContent: `<p>${'x'.repeat(65_000)}</p>`,
      price: {
        currency: 'EUR',
        grossPrice: 19.9,
        taxIncluded: true,
        priceType: 'RECURRING',
        boundMonths: 12,
        billingCycle: { period: 'MONTHLY', interval: 1 },
      },
    });
    return productOfferingId;
  });
  await site.call('POST', '/product-catalogs', team.key, {
    name: 'Everything',
    customerType: 'CONSUMER',
    isDefault: true,
    productOfferingIds,
  });
}

/** GETs whose answers are as large as the API allows, all at once. */
export const answerAttacks: Attack[] = [
  {
    group: 6,
    name: 'subscription offerings with their products',
    prepare: async (site, { answers: { calls, products, offerings } }) => {
      await createOfferings(site, products, offerings);
      const path = '/subscriptions/offerings?include=products&page[limit]=100';
      return () => readAtOnce(site, calls, path, site.provider.key);
    },
  },
  {
    group: 6,
    name: "a provider's offers with 45,000 ZIP codes",
    prepare: async (site, { answers: { calls, offers } }) => {
      const stored = await createZipOffers(site, offers);
      return async () => {
        const read = await readAtOnce(site, calls, '/provider/offers?limit=100', site.provider.key);
        return { ...read, facts: { ...read.facts, 'offers stored': stored } };
      };
    },
  },
  {
    group: 6,
    name: 'the default product catalog',
    prepare: async (site, { answers: { calls, catalogItems } }) => {
      await createDefaultCatalog(site, site.provider, catalogItems);
      return () => readAtOnce(site, calls, '/product-catalogs/default', site.provider.key);
    },
  },
  {
    group: 6,
    // The offers are those of the provider above.
    name: "a reseller's catalog of such offers",
    prepare: async (site, { answers: { calls } }) => {
      return () => readAtOnce(site, calls, '/reseller/catalog?limit=100', site.reseller.key);
    },
  },
];
