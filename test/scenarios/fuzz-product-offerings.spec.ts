import * as fc from 'fast-check';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fuzzOperation } from '../support/fuzz.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, makePromotion } from '../support/product-offering-factories.js';
import { testSeed } from '../support/seed.js';

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;
/** An existing ID of each kind, because random IDs match nothing. */
let existing: Record<string, string>;
let counter = 0;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  provider = await makeTeam(harness, 'provider');
  const { productId } = await makeProduct(harness, provider);
  const { productOfferingId } = await makeOffering(harness, provider, { productId });
  const { discountId, promotionId } = await makePromotion(harness, provider);
  const group = { productOfferingGroupId: 'plans', name: 'Plans', category: 'TRAVEL_ESIM' };
  await harness.call('POST', '/product-offering-groups', group, provider);
  const catalog = { name: 'All', customerType: 'CONSUMER' };
  const { productCatalogId } = (await harness.call('POST', '/product-catalogs', catalog, provider)).body;
  existing = {
    productId,
    productOfferingId,
    discountId,
    promotionId,
    productCatalogId,
    productOfferingGroupId: 'plans',
  };
});
afterAll(() => harness.stop());

/** Replaces random IDs, currencies and countries, because they do not exist and most bodies would be rejected. */
function makePlausible(body: unknown, route: string): unknown {
  if (!isObject(body)) return body;
  const plausible: Json = { ...body };
  for (const name of Object.keys(plausible)) if (name in existing) plausible[name] = existing[name];
  if (plausible.productOfferingIds) plausible.productOfferingIds = [existing.productOfferingId];
  // The values are unique, because a value that is already in use would be rejected.
  counter += 1;
  if (route === '/product-offering-groups') plausible.productOfferingGroupId = `group-${counter}`;
  if ('promoCode' in plausible) plausible.promoCode = `CODE-${counter}`;
  if (plausible.validTo) plausible.validTo = '9999-12-31';
  if (plausible.targets) plausible.targets = [{ productOfferingId: existing.productOfferingId }];
  if (plausible.amounts) plausible.amounts = { EUR: 5, JPY: 600 };
  if (plausible.requirements) plausible.requirements = { 'subscriber.address': 'VERIFIED' };
  if (isObject(plausible.features)) plausible.features = { ...plausible.features, countries: ['SE'] };
  if (!isObject(plausible.price)) return plausible;
  const { currency, currencyOptions, ...price } = plausible.price;
  if (!('grossPrice' in price) && currency === undefined) plausible.price = { EUR: { amount: 5.25 } };
  else
    plausible.price = {
      ...price,
      currency: 'EUR',
      currencyOptions: currencyOptions && { USD: { grossPrice: 1 } },
    };
  return plausible;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

it.each([
  ['POST', '/products', 200],
  ['PATCH', '/products/{productId}', 150],
  ['POST', '/product-offering-groups', 60],
  ['PATCH', '/product-offering-groups/{productOfferingGroupId}', 60],
  ['POST', '/product-offerings', 300],
  ['PATCH', '/product-offerings/{productOfferingId}', 200],
  ['POST', '/product-catalogs', 80],
  ['PATCH', '/product-catalogs/{productCatalogId}', 80],
  ['POST', '/discounts', 100],
  ['PATCH', '/discounts/{discountId}', 100],
  ['POST', '/discounts/promotions', 150],
  ['PATCH', '/discounts/promotions/{promotionId}', 150],
])(
  'replies to %s %s as documented for random bodies',
  async (method, route, runs) => {
    const path = route.replace(/\{(\w+)\}/, (_, name: string) => existing[name] ?? '');
    await fuzzOperation(harness, {
      method,
      route,
      runs,
      minAccepted: 1,
      makePlausible: (body) => makePlausible(body, route),
      send: (body) => harness.call(method, path, body, provider),
    });
  },
  120_000,
);

it.each(['/product-offerings', '/products', '/discounts/promotions', '/product-catalogs/default'])(
  'replies to GET %s as documented for random queries',
  async (path) => {
    const names = [
      'type',
      'types',
      'categories',
      'countries',
      'regions',
      'customerType',
      'status',
      'promoCode',
      'sku',
      'providerId',
      'cursor',
      'limit',
    ];
    const value = fc.oneof(
      fc.constantFrom(
        '',
        'ADDON',
        'SE',
        'EUROPE',
        'CONSUMER',
        '0',
        '50',
        '\0',
        '\uFFFD',
        'null',
        "'",
        '%',
        ',',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const reply = await harness.call('GET', `${path}?${new URLSearchParams(pairs)}`, undefined, provider);
        expect(reply.status).toBeLessThan(500);
      }),
      { seed: testSeed, numRuns: 150 },
    );
  },
  60_000,
);
