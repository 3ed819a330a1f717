import { DataSource } from 'typeorm';
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

const helmet = { name: 'Helmet', price: eur(1900) };

/** Builds an offering from these products and this plan, and returns the price of the plan. */
async function priceOf(products: object[], plan: object): Promise<unknown> {
  const named = products.map((product) => ({ name: 'Product', ...product }));
  return shop.price(await shop.built(named, [{ ...planAttributes, ...plan }]));
}

describe('POST /subscriptions/offerings/build', () => {
  it('accepts IDs, references and attributes together, and returns their origins', async () => {
    const product = await shop.id('product', { external_ref: 'pim-1', price: eur(100) });
    await shop.id('product', { external_ref: 'pim-2', price: eur(10) });
    const plan = await shop.id('plan', { external_ref: 'monthly-std' });
    const inline = { name: 'Helmet rental', external_ref: 'pim-1', price: { EUR: { amount: 1 } } };
    const reply = await shop.build(
      [product.toUpperCase(), 'pim-2', inline],
      ['monthly-std', planAttributes],
      {
        description: 'Ride all year.',
        external_ref: 'bikes-2',
      },
    );
    expect(reply.status).toBe(201);
    const { id, attributes, relationships, meta } = reply.body.data;
    expect(attributes).toMatchObject({
      name: 'Bike club',
      description: 'Ride all year.',
      external_ref: 'bikes-2',
    });
    expect(meta.external_product_refs).toEqual(['pim-1', 'pim-2']);
    expect(relationships.products.data).toHaveLength(3);
    expect(relationships.plans.data).toHaveLength(2);
    expect(reply.headers).toMatchObject({ location: `/subscriptions/offerings/${id}`, etag: '"v1"' });
    const products = (await shop.get(`/offerings/${id}/products`)).body.data;
    expect(products.map((each: { relationships: object }) => each.relationships)).toEqual([
      { origin: { data: { type: 'subscription_product', id: product } } },
      { origin: { data: { type: 'subscription_product', id: expect.any(String) } } },
      {},
    ]);
    const plans = (await shop.get(`/offerings/${id}/plans`)).body.data;
    expect(plans[0].relationships.origin.data).toEqual({ type: 'subscription_plan', id: plan });
    expect(plans[1].relationships).toEqual({});
    expect(plans[0].meta).toMatchObject({
      owner: 'store',
      price: eur(111),
      display_price: { without_tax: { amount: 111, currency: 'EUR', formatted: '€1.11' } },
      active_plan: null,
    });
    // The inline attributes created no products.
    expect((await shop.get('/products')).body.meta.results.total).toBe(2);
  });

  it('requires at least one product and one plan', async () => {
    for (const [products, plans] of [
      [[], [planAttributes]],
      [[helmet], []],
      [undefined, [planAttributes]],
      [[helmet], undefined],
      [null, [planAttributes]],
      ['pim-1', [planAttributes]],
      [[5], [planAttributes]],
      [[null], [planAttributes]],
      [[''], [planAttributes]],
      [['x'.repeat(2049)], [planAttributes]],
    ])
      expect((await shop.build(products as never, plans as never)).status).toBe(400);
  });

  it('rejects a body with `attributes`, listing the missing members', async () => {
    const data = {
      type: 'subscription_offering',
      attributes: { name: 'Bike club', products: [helmet], plans: [planAttributes] },
    };
    const reply = await shop.send('POST', '/offerings/build', { data });
    expect(reply.status).toBe(400);
    for (const name of ['name', 'products', 'plans'])
      expect(details(reply)).toContain(`data.${name}: "${name}" is required`);
  });

  it('lists all missing references, including those of other teams, and stores nothing', async () => {
    const foreign = await other.id('product', { external_ref: 'theirs' });
    const existing = await shop.id('product');
    const reply = await shop.build(
      [existing, unknownId, 'no-such-ref', foreign, 'theirs'],
      ['no-such-plan', planAttributes],
      {
        external_ref: 'never-built',
      },
    );
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toHaveLength(1);
    expect(reply.body.errors[0].meta).toEqual({
      missing_ids: [unknownId, 'no-such-ref', foreign, 'theirs', 'no-such-plan'],
    });
    const found = await shop.get('/offerings?filter=eq(external_ref,never-built)');
    expect(found.body.data).toEqual([]);
    const [{ count }] = await harness.app
      .get(DataSource)
      .query('SELECT count(*) FROM offering_products WHERE origin_id = $1', [existing]);
    expect(count).toBe('0');
  });

  it('reports the path of invalid attributes', async () => {
    const reply = await shop.build([helmet, { name: 'ab' }], [{ ...planAttributes, plan_length: 0 }]);
    expect(reply.status).toBe(400);
    expect(details(reply)).toEqual([
      'data.products[1].name: "name" must be 3 to 1024 characters long',
      'data.plans[0].plan_length: "plan_length" must be at least 1 and at most 2147483647',
    ]);
  });

  it('resolves a UUID as an ID first, then as a reference', async () => {
    const id = await shop.id('product', { name: 'By id' });
    const uuid = '0190c3de-4444-7000-8000-000000000004';
    const lookalike = await shop.id('product', { name: 'By reference', external_ref: uuid });
    const decoy = await shop.id('product', { name: 'Decoy', external_ref: id });
    const offering = await shop.built([uuid, id], [planAttributes]);
    const { body } = await shop.get(`/offerings/${offering}/products`);
    expect(
      body.data.map(
        (each: { relationships: { origin: { data: { id: string } } } }) => each.relationships.origin.data.id,
      ),
    ).toEqual([lookalike, id]);
    expect(decoy).not.toBe(id);
  });

  it('rejects the same source twice, by ID or by reference', async () => {
    const id = await shop.id('product', { external_ref: 'twice' });
    const plan = await shop.id('plan');
    for (const [products, plans] of [
      [[id, id], [plan]],
      [[id, 'twice'], [plan]],
      [[id], [plan, plan.toUpperCase()]],
    ]) {
      const reply = await shop.build(products ?? [], plans ?? []);
      expect(reply.status).toBe(400);
      expect(reply.body.errors[0].meta.duplicate_ids).toHaveLength(1);
    }
    expect((await shop.build([helmet, helmet], [planAttributes, planAttributes])).status).toBe(201);
  });

  it('rejects prices with and without taxes in one currency, and sums above 2^53-1', async () => {
    const taxed = { name: 'Taxed', price: { EUR: { amount: 1, includes_tax: true } } };
    const mixed = await shop.build([helmet, taxed], [planAttributes]);
    expect([mixed.status, mixed.body.errors[0].meta]).toEqual([400, { currencies: ['EUR'] }]);
    const maximal = { name: 'Maximal', price: eur(2 ** 53 - 1) };
    expect((await shop.build([maximal], [planAttributes])).status).toBe(201);
    const excess = await shop.build([maximal, helmet], [planAttributes]);
    expect([excess.status, excess.body.errors[0].meta]).toEqual([400, { currencies: ['EUR'] }]);
    // With a fixed price, no sum is calculated.
    const fixed = { ...planAttributes, fixed_price: eur(5) };
    expect((await shop.build([maximal, helmet], [fixed])).status).toBe(201);
  });

  it('accepts up to 100 products and 100 plans', async () => {
    const products = Array.from({ length: 100 }, () => helmet);
    const plans = Array.from({ length: 100 }, () => planAttributes);
    const offering = await shop.built(products, plans);
    expect((await shop.get(`/offerings/${offering}/plans`)).body.data).toHaveLength(100);
    expect((await shop.build([...products, helmet], plans)).status).toBe(400);
    const attach = await shop.send('POST', `/offerings/${offering}/plans/attach`, {
      data: { plans: [await shop.id('plan')] },
    });
    expect(attach.status).toBe(400);
  });
});

describe('the price of a plan in an offering', () => {
  it.each([
    ['50 with 5% off', [5000], 5, 4750],
    ['50 and 75 with 5% off', [5000, 7500], 5, 11875],
    ['50 and 75 with 10% off', [5000, 7500], 10, 11250],
    ['3333 cents with 10% off, rounded down', [3333], 10, 2999],
    ['100 with 33.3333% off', [100], 33.3333, 66],
    ['no discount', [1234], 0, 1234],
    ['100% off', [1234], 100, 0],
  ])('is calculated for %s', async (_, amounts, base_price_percentage, expected) => {
    const products = amounts.map((amount) => ({ price: eur(amount) }));
    expect(await priceOf(products, { base_price_percentage })).toEqual(eur(expected));
  });

  it('is the sum without a percentage, in the currencies that all priced products have', async () => {
    const price = { ...eur(100), USD: { amount: 110, includes_tax: false } };
    expect(await priceOf([{ price }, { price: eur(50) }], {})).toEqual(eur(150));
    expect(await priceOf([{ price }, {}, { price: {} }], {})).toEqual(price);
    expect(await priceOf([{ price: eur(1) }, { price: { USD: { amount: 1 } } }], {})).toBeUndefined();
    expect(await priceOf([{}], { base_price_percentage: 10 })).toBeUndefined();
  });

  it('is the fixed price, if any, regardless of percentage and products', async () => {
    const fixed_price = { USD: { amount: 999, includes_tax: true } };
    expect(await priceOf([{ price: eur(100) }], { fixed_price, base_price_percentage: 50 })).toEqual(
      fixed_price,
    );
    expect(await priceOf([{ price: eur(100) }], { fixed_price: {} })).toEqual(eur(100));
  });

  it('includes taxes if all product prices do', async () => {
    const taxed = { price: { EUR: { amount: 100, includes_tax: true } } };
    expect(await priceOf([taxed, taxed], {})).toEqual({ EUR: { amount: 200, includes_tax: true } });
  });

  it.each([
    ['1 month in a year with 10% off', 1299, 'month', 1, 'year', 1, 10, 14029],
    ['1 day in 2 weeks', 100, 'day', 1, 'week', 2, 0, 1400],
    ['7 days in a month of 30 days', 700, 'day', 7, 'month', 1, 0, 3000],
    ['1 day in a year of 365 days', 1, 'day', 1, 'year', 1, 0, 365],
    ['1 month in a week', 3000, 'month', 1, 'week', 1, 0, 700],
    ['3 months in a month, rounded down', 100, 'month', 3, 'month', 1, 0, 33],
    ['3 months in a month, discounted before rounding', 100, 'month', 3, 'month', 1, 1, 33],
  ] as const)(
    'converts a price unit: %s',
    async (_, amount, unit, units, interval, frequency, percent, expected) => {
      const product = { price: eur(amount), price_units: { unit, amount: units } };
      const plan = {
        billing_interval_type: interval,
        billing_frequency: frequency,
        base_price_percentage: percent,
      };
      expect(await priceOf([product], plan)).toEqual(eur(expected));
    },
  );
});
