import * as fc from 'fast-check';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { bodyOf } from '../support/schema-arbitrary.js';
import { eur, Shop } from '../support/subscriptions.js';

type Json = Record<string, unknown>;

const seed = Number(process.env.FUZZ_SEED ?? 20_260_203);

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

/** Makes generated bodies valid more often, with existing IDs, unique references and prices. */
function plausible(id: string) {
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
  '%s %s returns documented responses to random bodies, never 5xx',
  async (method, route, kind, numRuns) => {
    const { paths, components } = harness.openapi.document as {
      paths: Record<string, Json>;
      components: { schemas: Record<string, Json> };
    };
    const operation = paths[route]?.[method.toLowerCase()] as {
      requestBody: { content: Record<string, { schema: Json }> };
    };
    const schema = operation.requestBody.content['application/json']?.schema ?? {};
    const id = ids[kind] ?? '';
    const path = route.includes('{planId}')
      ? `/offerings/${ids.offering}/plans/${id}`
      : route.replace('/subscriptions', '').replace('{id}', id);
    const seen: Record<number, number> = {};
    const property = fc.asyncProperty(bodyOf(schema, components.schemas, plausible(id)), async (body) => {
      const { status } = await shop.send(method, path, body, { 'content-type': 'application/json' });
      seen[status] = (seen[status] ?? 0) + 1;
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
    expect(seen[400]).toBeGreaterThan(numRuns / 20);
    if (!route.endsWith('build')) expect((seen[200] ?? 0) + (seen[201] ?? 0)).toBeGreaterThan(numRuns / 20);
  },
  90_000,
);
