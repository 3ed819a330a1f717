import { createRequire } from 'node:module';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { eur, planAttributes } from '../support/subscriptions.js';

// In Node, the client of the public API is a CommonJS module.
const { gateway, MemoryStorageFactory } = createRequire(import.meta.url)(
  '@elasticpath/js-sdk',
) as typeof import('@elasticpath/js-sdk');

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/**
 * Returns the official client with its requests redirected to the harness, authenticated by key and without
 * the `/v2` prefix.
 */
function clientOf(team: TestTeam) {
  const customFetch = async (url: string, options: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url);
    const path = pathname.replace(/^\/v2/, '');
    const headers = new Headers(options.headers);
    headers.delete('authorization');
    headers.set('x-api-key', team.key);
    const reply = await fetch(harness.url + path + search, { ...options, headers });
    const body: unknown = await reply
      .clone()
      .json()
      .catch(() => undefined);
    const type = reply.headers.get('content-type') ?? undefined;
    harness.openapi.check(options.method ?? 'GET', path, reply.status, type, body);
    return reply;
  };
  const token = { client_id: 'client', access_token: 'unused', expires: Date.now() / 1000 + 3600 };
  const storage = new MemoryStorageFactory();
  storage.set('epCredentials', JSON.stringify(token));
  return gateway({
    client_id: token.client_id,
    host: 'api.example',
    custom_fetch: customFetch,
    storage,
    currency: 'EUR',
  });
}

it('runs the lifecycle of an offering with the official client', async () => {
  const client = clientOf(provider);
  const { SubscriptionProducts, SubscriptionPlans, SubscriptionOfferings } = client;
  const product = async (name: string, amount: number) => {
    const attributes = { name, price: eur(amount), external_ref: `ref-${name}` };
    return (await SubscriptionProducts.Create({ type: 'subscription_product', attributes })).data;
  };
  const bike = await product('City bike', 5000);
  const helmet = await product('Helmet', 7500);
  const plan = async (name: string, percent: number) =>
    (
      await SubscriptionPlans.Create({
        type: 'subscription_plan',
        attributes: { ...planAttributes, name, base_price_percentage: percent },
      })
    ).data;
  const monthly = await plan('Monthly', 5);
  const cheaper = await plan('Cheaper', 10);

  const renamed = await SubscriptionPlans.Update(monthly.id, {
    id: monthly.id,
    type: 'subscription_plan',
    attributes: { name: 'Each month' },
  });
  expect(renamed.data.attributes.name).toBe('Each month');

  const built = await SubscriptionOfferings.Build({
    name: 'City Bike Club',
    description: 'Ride all year.',
    products: [bike.id],
    plans: [monthly.id],
  });
  const { id } = built.data;
  expect(built.data.type).toBe('subscription_offering');
  expect(built.data.relationships?.plans?.data).toHaveLength(1);

  await SubscriptionOfferings.AttachProducts(id, { products: [helmet.id] });
  await SubscriptionOfferings.AttachPlans(id, { plans: [cheaper.id] });
  const plans = (await SubscriptionOfferings.GetAttachedPlans(id)).data;
  expect(plans.map((each) => each.relationships.origin.data.id)).toEqual([monthly.id, cheaper.id]);
  expect(plans).toMatchObject([{ meta: { price: eur(11875) } }, { meta: { price: eur(11250) } }]);

  const replaced = await SubscriptionOfferings.ReplaceProducts(id, [helmet.id]);
  expect(replaced.data).toHaveLength(1);
  const products = (await SubscriptionOfferings.GetAttachedProducts(id)).data;
  expect(products[0]?.meta.display_price.without_tax.formatted).toBe('€75.00');

  const page = await SubscriptionOfferings.With(['products', 'plans'] as never)
    .Filter({ eq: { 'products.external_ref': 'ref-Helmet' } })
    .Limit(10)
    .Offset(0)
    .All();
  expect(page.data.map((each) => each.id)).toEqual([id]);
  expect(page.meta).toEqual({
    page: { current: 1, limit: 10, offset: 0, total: 1 },
    results: { total: 1 },
  });
  expect(page.included).toMatchObject({ products: [{}], plans: [{}, {}] });
  const none = await SubscriptionOfferings.Filter({ eq: { 'products.external_ref': 'ref-City' } }).All();
  expect(none.data).toEqual([]);

  const updated = await SubscriptionOfferings.Update(id, {
    id,
    type: 'subscription_offering',
    attributes: { name: 'Bike Club' },
  });
  expect(updated.data.attributes.name).toBe('Bike Club');

  await SubscriptionOfferings.RemovePlan(id, plans[0]?.id ?? '');
  await expect(SubscriptionOfferings.RemovePlan(id, plans[1]?.id ?? '')).rejects.toMatchObject({
    errors: [{ status: '400', title: 'Validation Error' }],
  });
  await expect(SubscriptionProducts.Delete(helmet.id)).rejects.toMatchObject({
    errors: [{ status: '409', meta: { offering_ids: [id] } }],
  });
  await SubscriptionOfferings.Delete(id);
  await expect(SubscriptionOfferings.Get(id)).rejects.toMatchObject({
    errors: [{ status: '404', detail: 'No offering found' }],
  });
  await SubscriptionProducts.Delete(helmet.id);
  expect((await SubscriptionProducts.All()).data.map((each) => each.id)).toEqual([bike.id]);
});
