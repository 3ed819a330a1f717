import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { details, eur, planAttributes, Shop, unknownId } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;
let other: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
  other = new Shop(harness, await makeTeam(harness, 'provider'));
});
afterAll(() => harness.stop());

const attach = (offering: string, kind: 'products' | 'plans', ids: unknown, by = shop) =>
  by.send('POST', `/offerings/${offering}/${kind}/attach`, { data: { [kind]: ids } });
const replace = (offering: string, ids: unknown, by = shop) =>
  by.send('PUT', `/offerings/${offering}/products/replace`, { data: { products: ids } });

describe('a snapshot', () => {
  it('does not change with the product or plan it was copied from', async () => {
    const product = await shop.id('product', { price: eur(1000) });
    const plan = await shop.id('plan', { base_price_percentage: 10 });
    const offering = await shop.built([product], [plan]);
    await shop.update(`/products/${product}`, 'product', { price: eur(5), name: 'Renamed' });
    await shop.update(`/plans/${plan}`, 'plan', { base_price_percentage: 99 });
    expect(await shop.price(offering)).toEqual(eur(900));
    const { body } = await shop.get(`/offerings/${offering}/products`);
    expect(body.data[0].attributes).toMatchObject({ name: 'City bike', price: eur(1000) });
  });

  it('is updated independently, and the plan price is recalculated', async () => {
    const product = await shop.id('product', { price: eur(1000), external_ref: 'own' });
    const offering = await shop.built([product], [{ ...planAttributes, base_price_percentage: 10 }]);
    const [part = ''] = await shop.parts(offering, 'products');
    const before = (await shop.get(`/offerings/${offering}`)).body.data;
    const reply = await shop.update(`/offerings/${offering}/products/${part}`, 'offering_product', {
      price: eur(2000),
      external_ref: 'edited',
      description: 'Better',
    });
    expect([reply.status, reply.headers.etag]).toEqual([200, '"v2.USD"']);
    expect(reply.body.data).toMatchObject({
      id: part,
      type: 'subscription_offering_product',
      attributes: { price: eur(2000), external_ref: 'edited' },
      relationships: { origin: { data: { id: product } } },
    });
    expect(await shop.price(offering)).toEqual(eur(1800));
    expect((await shop.get(`/products/${product}`)).body.data.attributes).toMatchObject({
      price: eur(1000),
      external_ref: 'own',
    });
    const after = (await shop.get(`/offerings/${offering}`)).body.data;
    expect(after.meta.external_product_refs).toEqual(['edited']);
    expect(after.attributes.updated_at >= before.attributes.updated_at).toBe(true);
  });

  it('of a plan returns its new price when it is updated', async () => {
    const offering = await shop.simple();
    const [part = ''] = await shop.parts(offering, 'plans');
    const path = `/offerings/${offering}/plans/${part}`;
    const put = (attributes: object) => shop.update(path, 'offering_plan', attributes);
    expect((await put({ base_price_percentage: 25 })).body.data.meta.price).toEqual(eur(750));
    const fixed = await put({ fixed_price: { USD: { amount: 5 } }, trial_period: 1 });
    expect(fixed.body.data.meta.price).toEqual({ USD: { amount: 5, includes_tax: false } });
    expect((await put({ fixed_price: null })).body.data.meta.price).toEqual(eur(750));
    const same = await put({ trial_period: 1 });
    expect([same.status, same.headers.etag]).toEqual([200, '"v4.USD"']);
  });

  it('cannot be updated in a way that makes the price incalculable', async () => {
    const taxed = { name: 'Taxed', price: { EUR: { amount: 1, includes_tax: true } } };
    const offering = await shop.built([taxed, taxed], [planAttributes]);
    const [part = ''] = await shop.parts(offering, 'products');
    const reply = await shop.update(`/offerings/${offering}/products/${part}`, 'offering_product', {
      price: eur(1),
    });
    expect(reply.status).toBe(400);
    const [plan = ''] = await shop.parts(offering, 'plans');
    const price = { EUR: { amount: 2 ** 52, includes_tax: true } };
    await shop.update(`/offerings/${offering}/products/${part}`, 'offering_product', { price });
    await shop.update(`/offerings/${offering}/products/${part}`, 'offering_product', {
      price_units: { unit: 'month', amount: 1 },
    });
    const years = await shop.update(`/offerings/${offering}/plans/${plan}`, 'offering_plan', {
      billing_interval_type: 'year',
    });
    expect(years.status).toBe(400);
    expect((await shop.get(`/offerings/${offering}`)).headers.etag).toBe('"v3.USD"');
  });

  it('is found only in its offering, under its kind and by its team', async () => {
    const offering = await shop.simple();
    const [product = ''] = await shop.parts(offering, 'products');
    const [plan = ''] = await shop.parts(offering, 'plans');
    const elsewhere = await shop.simple();
    const put = (by: Shop, id: string, kind: string, part: string) =>
      by.update(`/offerings/${id}/${kind}s/${part}`, `offering_${kind}`, { name: 'Changed' });
    for (const [by, id, kind, part, text] of [
      [shop, elsewhere, 'product', product, 'No product found'],
      [shop, offering, 'product', plan, 'No product found'],
      [shop, offering, 'plan', product, 'No plan found'],
      [shop, offering, 'plan', unknownId, 'No plan found'],
      [shop, unknownId, 'plan', plan, 'No offering found'],
      [other, offering, 'plan', plan, 'No offering found'],
    ] as const) {
      const edited = await put(by, id, kind, part);
      const removed = await by.send('DELETE', `/offerings/${id}/${kind}s/${part}`);
      expect([edited.status, details(edited), removed.status]).toEqual([404, [text], 404]);
    }
    const wrong = await shop.send('PUT', `/offerings/${offering}/plans/${plan}`, {
      data: { id: unknownId, type: 'subscription_offering_plan', attributes: {} },
    });
    expect(wrong.status).toBe(400);
    expect((await shop.update(`/offerings/${offering}/plans/${plan}`, 'plan', {})).status).toBe(400);
    expect((await shop.send('DELETE', `/offerings/${offering}/plans/nope`)).status).toBe(400);
  });
});

describe('attach', () => {
  it('returns all snapshots, in the order in which they were attached', async () => {
    const offering = await shop.id('offering');
    const products = [
      await shop.id('product', { price: eur(1), external_ref: 'a1' }),
      await shop.id('product'),
    ];
    const first = await attach(offering, 'products', [products[1]]);
    expect([first.status, first.body.data.length, first.headers.etag]).toEqual([200, 1, '"v2.USD"']);
    const second = await attach(offering, 'products', [products[0]]);
    const origins = second.body.data.map(
      (each: { relationships: { origin: { data: { id: string } } } }) => each.relationships.origin.data.id,
    );
    expect(origins).toEqual([products[1], products[0]]);
    expect(second.body).toEqual((await shop.get(`/offerings/${offering}/products`)).body);
    const plans = await attach(offering, 'plans', [await shop.id('plan'), await shop.id('plan')]);
    expect(plans.body.data).toMatchObject([{ meta: { price: eur(1) } }, { meta: { price: eur(1) } }]);
    expect((await shop.get(`/offerings/${offering}`)).body.data.meta.external_product_refs).toEqual(['a1']);
  });

  it("rejects duplicate, unknown, malformed and other teams' IDs", async () => {
    const product = await shop.id('product', { external_ref: 'by-ref' });
    const plan = await shop.id('plan');
    const offering = await shop.built([product], [plan]);
    const again = await attach(offering, 'plans', [plan]);
    expect([again.status, again.body.errors[0].meta]).toEqual([400, { duplicate_ids: [plan] }]);
    const fresh = await shop.id('plan');
    expect((await attach(offering, 'plans', [fresh, fresh])).status).toBe(400);
    expect((await attach(offering, 'plans', [fresh, fresh.toUpperCase()])).body.errors[0].meta).toEqual({
      duplicate_ids: [fresh],
    });
    const foreign = await other.id('plan');
    const missing = await attach(offering, 'plans', [unknownId, fresh, foreign, product]);
    expect([missing.status, missing.body.errors[0].meta]).toEqual([
      400,
      { missing_ids: [unknownId, foreign, product] },
    ]);
    for (const ids of [[], ['by-ref'], undefined, 'x', [null], [plan, 5]])
      expect((await attach(offering, 'products', ids)).status).toBe(400);
    expect((await attach(offering, 'plans', [fresh], other)).status).toBe(404);
    expect((await attach(unknownId, 'plans', [fresh])).status).toBe(404);
    expect(await shop.parts(offering, 'plans')).toHaveLength(1);
  });

  it('rejects a product whose price mixes taxes, and checks If-Match', async () => {
    const offering = await shop.simple();
    const taxed = await shop.id('product', { price: { EUR: { amount: 1, includes_tax: true } } });
    expect((await attach(offering, 'products', [taxed])).status).toBe(400);
    const body = { data: { products: [await shop.id('product')] } };
    const path = `/offerings/${offering}/products/attach`;
    expect((await shop.send('POST', path, body, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await shop.send('POST', path, body, { 'if-match': '"v1"' })).status).toBe(200);
  });
});

describe('replace', () => {
  it('replaces all products and keeps the plans', async () => {
    const [old, kept, fresh] = [
      await shop.id('product', { price: eur(1) }),
      await shop.id('product', { price: eur(10) }),
      await shop.id('product', { price: eur(100) }),
    ];
    const offering = await shop.built([old, kept, { name: 'Inline' }], [planAttributes]);
    const plans = await shop.parts(offering, 'plans');
    await shop.update(`/products/${kept}`, 'product', { price: eur(20) });
    const reply = await replace(offering, [fresh, kept]);
    expect([reply.status, reply.body.data.length]).toEqual([200, 2]);
    expect(await shop.price(offering)).toEqual(eur(120));
    expect(await shop.parts(offering, 'plans')).toEqual(plans);
    expect((await shop.send('DELETE', `/products/${old}`)).status).toBe(204);
  });

  it('rejects an empty array, unknown IDs and duplicates without changing anything', async () => {
    const offering = await shop.simple();
    const product = await shop.id('product');
    for (const ids of [[], [unknownId], [product, product], undefined, ['x']])
      expect((await replace(offering, ids)).status).toBe(400);
    expect((await replace(offering, [product], other)).status).toBe(404);
    expect(await shop.price(offering)).toEqual(eur(1000));
    expect((await shop.get(`/offerings/${offering}`)).headers.etag).toBe('"v1.USD"');
  });
});

describe('remove', () => {
  it('rejects removing the last plan or the last product', async () => {
    const offering = await shop.built([{ name: 'One' }, { name: 'Two' }], [planAttributes, planAttributes]);
    for (const kind of ['products', 'plans'] as const) {
      const [first, last] = await shop.parts(offering, kind);
      expect((await shop.send('DELETE', `/offerings/${offering}/${kind}/${first}`)).status).toBe(204);
      const { etag } = (await shop.get(`/offerings/${offering}`)).headers;
      const refused = await shop.send('DELETE', `/offerings/${offering}/${kind}/${last}`);
      expect([refused.status, refused.body.errors[0].title]).toEqual([400, 'Validation Error']);
      expect(await shop.parts(offering, kind)).toEqual([last]);
      expect((await shop.get(`/offerings/${offering}`)).headers.etag).toBe(etag);
    }
  });

  it('removes only one of the last two plans if both are removed concurrently', async () => {
    const offering = await shop.built([{ name: 'One' }], [planAttributes, planAttributes]);
    const plans = await shop.parts(offering, 'plans');
    const replies = await Promise.all(
      plans.map((plan) => shop.send('DELETE', `/offerings/${offering}/plans/${plan}`)),
    );
    expect(replies.map((reply) => reply.status).toSorted()).toEqual([204, 400]);
    expect(await shop.parts(offering, 'plans')).toHaveLength(1);
  });
});
