import * as fc from 'fast-check';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, makePromotion } from '../support/product-offering-factories.js';
import { bodyOf } from '../support/schema-arbitrary.js';

type Json = Record<string, unknown>;

/** Use another seed for other bodies: FUZZ_SEED=7 npm test -- test/scenarios/fuzz. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_131);

let harness: Harness;
let provider: TestTeam;
/** An existing ID of each kind, to replace random IDs that would not be found. */
let existingIds: Record<string, string>;
let counter = 0;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  provider = await makeTeam(harness, 'provider');
  const { productId } = await makeProduct(harness, provider);
  const { productOfferingId } = await makeOffering(harness, provider, { productId });
  const { discountId } = await makePromotion(harness, provider);
  const group = { productOfferingGroupId: 'plans', name: 'Plans', category: 'TRAVEL_ESIM' };
  await harness.call('POST', '/product-offering-groups', group, provider);
  const catalog = { name: 'All', customerType: 'CONSUMER' };
  const { productCatalogId } = (await harness.call('POST', '/product-catalogs', catalog, provider)).body;
  existingIds = {
    productId,
    productOfferingId,
    discountId,
    productCatalogId,
    productOfferingGroupId: 'plans',
  };
});
afterAll(() => harness.stop());

/** Replaces random IDs, currencies and countries by existing ones: without this, most bodies would fail on them. */
function withExistingValues(body: unknown, route: string): unknown {
  if (!isObject(body)) return body;
  const adjusted: Json = { ...body };
  for (const name of Object.keys(adjusted)) if (name in existingIds) adjusted[name] = existingIds[name];
  if (adjusted.productOfferingIds) adjusted.productOfferingIds = [existingIds.productOfferingId];
  // Unique values, as a repeated one would be rejected as a conflict.
  counter += 1;
  if (route === '/product-offering-groups') adjusted.productOfferingGroupId = `group-${counter}`;
  if ('promoCode' in adjusted) adjusted.promoCode = `CODE-${counter}`;
  if (adjusted.validTo) adjusted.validTo = '9999-12-31';
  if (adjusted.targets) adjusted.targets = [{ productOfferingId: existingIds.productOfferingId }];
  if (adjusted.amounts) adjusted.amounts = { EUR: 5, JPY: 600 };
  if (adjusted.requirements) adjusted.requirements = { 'subscriber.address': 'VERIFIED' };
  if (isObject(adjusted.features)) adjusted.features = { ...adjusted.features, countries: ['SE'] };
  if (!isObject(adjusted.price)) return adjusted;
  const { currency, currencyOptions, ...price } = adjusted.price;
  if (!('grossPrice' in price) && currency === undefined) adjusted.price = { EUR: { amount: 5.25 } };
  else
    adjusted.price = {
      ...price,
      currency: 'EUR',
      currencyOptions: currencyOptions && { USD: { grossPrice: 1 } },
    };
  return adjusted;
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
  ['POST', '/discounts/promotions', 150],
])(
  '%s %s returns documented responses, never 5xx, for %i random bodies',
  async (method, route, numRuns) => {
    const { paths, components } = harness.openapi.document as {
      paths: Record<string, Record<string, { requestBody: { content: Json } }>>;
      components: { schemas: Record<string, Json> };
    };
    const content = paths[route]?.[method.toLowerCase()]?.requestBody.content['application/json'] as {
      schema: Json;
    };
    const path = route.replace(/\{(\w+)\}/, (_, name: string) => existingIds[name] ?? '');
    const countsByStatus: Record<number, number> = {};
    const bodies = bodyOf(content.schema, components.schemas, (body) => withExistingValues(body, route));
    const property = fc.asyncProperty(bodies, async (body) => {
      const { status } = await harness.call(method, path, body, provider);
      countsByStatus[status] = (countsByStatus[status] ?? 0) + 1;
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
    expect(countsByStatus[400]).toBeGreaterThan(numRuns / 20);
    expect((countsByStatus[200] ?? 0) + (countsByStatus[201] ?? 0)).toBeGreaterThan(0);
  },
  120_000,
);

it.each(['/product-offerings', '/products', '/discounts/promotions', '/product-catalogs/default'])(
  'GET %s returns documented responses, never 5xx, for random queries',
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
      { seed, numRuns: 150 },
    );
  },
  60_000,
);
