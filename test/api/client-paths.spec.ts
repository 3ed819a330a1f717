import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { unknownId } from '../support/subscriptions.js';

/** What clients of the Telness Connect API call, with the parameters of all of its generations. */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let offeringId: string;

const get = (path: string, team: TestTeam = reseller) => harness.call('GET', path, undefined, team);
const post = async (path: string, body: object) => {
  const reply = await harness.call('POST', path, body, provider);
  expect(reply.status).toBe(201);
  return reply.body;
};

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  const product = { name: 'Talk 20 GB', type: 'SUBSCRIPTION', category: 'SUBSCRIPTION_CELL' };
  const { productId } = await post('/products', product);
  const price = {
    currency: 'EUR',
    grossPrice: 19.9,
    taxIncluded: true,
    priceType: 'RECURRING',
    billingCycle: { period: 'MONTHLY', interval: 1 },
  };
  const offering = { name: 'Talk 20', productId, customerType: 'CONSUMER', price };
  offeringId = (await post('/product-offerings', offering)).productOfferingId;
  const discount = { description: 'A quarter off', kind: 'PERCENT', percent: 25 };
  const { discountId } = await post('/discounts', discount);
  await post('/discounts/promotions', { discountId, promoCode: 'SUMMER', discountPeriodMonths: 12 });
  const catalog = {
    name: 'Catalog',
    customerType: 'CONSUMER',
    isDefault: true,
    productOfferingIds: [offeringId],
  };
  await post('/product-catalogs', catalog);
});
afterAll(() => harness.stop());

describe('paths of the Telness Connect API', () => {
  it.each([
    ['/product-offerings', { items: [{ name: 'Talk 20' }], pagination: { nextCursor: null, limit: 50 } }],
    ['/product-offerings?types=SUBSCRIPTION&customerType=CONSUMER', { items: [{}] }],
    ['/product-offerings?type=SUBSCRIPTION_ADDON', { items: [] }],
    ['/product-offerings?types=SUBSCRIPTION&types=LICENSE', { items: [{}] }],
    ['/product-offerings?categories=PRODUCT_CATEGORY_SUBSCRIPTION_CELL', { items: [{}] }],
    ['/product-offerings?customerType=BUSINESS', { items: [] }],
    ['/product-catalogs/default', { productOfferings: [{ name: 'Talk 20' }], productOfferingGroups: [] }],
    [
      '/discounts/promotions/promo-code/SUMMER',
      { promoCode: 'SUMMER', discount: { description: 'A quarter off' } },
    ],
  ])('%s', async (path, body) => {
    const reply = await get(path);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject(body);
  });

  it('returns a product offering, with a promo code too', async () => {
    expect((await get(`/product-offerings/${offeringId}`)).body).toMatchObject({ price: { netPrice: 19.9 } });
    const reduced = await get(`/product-offerings/${offeringId}?promoCode=summer`);
    expect(reduced.body).toMatchObject({ price: { netPrice: 14.92, discount: 4.98 } });
  });

  it.each([
    ['offset=20', 'offset is not a known query parameter; use cursor'],
    ['page=2', 'page is not a known query parameter; use cursor'],
    ['pageSize=10', 'pageSize is not a known query parameter; use limit'],
    ['sort=name', 'sort is not a known query parameter'],
    ['custmerType=CONSUMER', 'custmerType is not a known query parameter; did you mean customerType?'],
  ])('says what to use instead of ?%s', async (query, message) => {
    const reply = await get(`/product-offerings?${query}`);
    expect([reply.status, reply.body.message]).toEqual([400, message]);
  });
});

describe('paths that cannot work yet', () => {
  const customers = 'this service does not have the subscriptions of customers yet';
  const offeringsHint = `${customers}; GET /product-offerings lists what can be sold`;

  it.each([
    [`/subscriptions/${unknownId}/product-offering-options`, offeringsHint],
    [`/subscriptions/${unknownId}/addons/product-offering-options?currentProductOfferingId=1`, offeringsHint],
    [`/subscriptions/${unknownId}/addon-options`, offeringsHint],
    ['/v2/subscriptions/subscriptions', /^this service does not have .* \/subscriptions\/offerings$/],
    ['/v2/subscriptions/invoices/1', /^this service does not have/],
  ])('%s', async (path, reason) => {
    const reply = await get(path);
    expect(reply.status).toBe(404);
    const [{ detail }] = reply.body.errors as [{ detail: string }];
    expect(detail).toMatch(/^Cannot GET /);
    expect(detail.slice(`Cannot GET ${path}: `.length)).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  it.each([
    [
      'POST',
      '/orders',
      'resellers place orders with POST /reseller/orders; providers find them at GET /provider/orders',
    ],
    [
      'GET',
      '/webhooks',
      'webhook endpoints are at /webhooks/endpoints; GET /events returns the same events without one',
    ],
    ['GET', '/v2/products', 'only /v2/subscriptions is available with the prefix /v2'],
    [
      'GET',
      '/api/v2/product-offerings',
      'paths have no prefix here; remove /api/v2 from the base URL of the client',
    ],
  ])('%s %s', async (method, path, reason) => {
    const body = method === 'GET' ? undefined : { any: 'thing' };
    const reply = await harness.call(method, path, body, provider);
    expect(reply.status).toBe(404);
    expect(reply.body.detail).toBe(`Cannot ${method} ${path}: ${reason}`);
  });

  it('says nothing about other paths', async () => {
    expect((await get('/ordersx')).body.detail).toBe('Cannot GET /ordersx');
    expect((await get('/v2')).body.detail).toBe('Cannot GET /v2');
  });
});
