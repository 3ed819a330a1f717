import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { fuzzOperation } from '../support/fuzz.js';
import { eur, Shop } from '../support/subscriptions.js';

type Json = Record<string, unknown>;

let harness: Harness;
let shop: Shop;
const ids: Record<string, string> = {};
let counter = 0;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
  ids.product = await shop.id('product', { price: eur(5) });
  ids.plan = await shop.id('plan');
  ids.offering = await shop.built([ids.product], [ids.plan]);
  [ids.part = ''] = await shop.parts(ids.offering, 'plans');
});
afterAll(() => harness.stop());

/**
 * Returns a function that sets values that a schema cannot express: existing IDs, unique references and
 * prices.
 */
function makePlausible(id: string) {
  return (body: unknown): unknown => {
    const data = (body as { data?: Json } | null)?.data;
    const attributes = (data?.attributes ?? data) as Json | undefined;
    if (data && 'id' in data) data.id = id;
    if (attributes?.external_ref) attributes.external_ref = `ref-${(counter += 1)}`;
    for (const name of ['price', 'fixed_price']) if (attributes?.[name]) attributes[name] = eur(counter);
    delete data?.relationships;
    delete attributes?.proration_policy_id;
    return body;
  };
}

it.each([
  ['POST', '/subscriptions/products', 'product', 150],
  ['PUT', '/subscriptions/products/{id}', 'product', 150],
  ['POST', '/subscriptions/plans', 'plan', 150],
  ['PUT', '/subscriptions/plans/{id}', 'plan', 100],
  ['POST', '/subscriptions/offerings', 'offering', 100],
  ['PUT', '/subscriptions/offerings/{id}', 'offering', 100],
  ['POST', '/subscriptions/offerings/build', 'offering', 300],
  ['PUT', '/subscriptions/offerings/{id}/plans/{planId}', 'part', 100],
] as const)(
  'replies to %s %s as documented for random bodies',
  async (method, route, kind, runs) => {
    const id = ids[kind] ?? '';
    const path = route.includes('{planId}')
      ? `/offerings/${ids.offering}/plans/${id}`
      : route.replace('/subscriptions', '').replace('{id}', id);
    await fuzzOperation(harness, {
      method,
      route,
      runs,
      minAccepted: route.endsWith('build') ? 0 : runs / 40,
      makePlausible: makePlausible(id),
      send: (body) => shop.send(method, path, body, { 'content-type': 'application/json' }),
    });
  },
  90_000,
);
