import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { makeTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { eur, planAttributes, Shop, unknownId } from '../support/subscriptions.js';

/*
 * The response shapes documented by the public API. They are written by hand and independent of this
 * service's OpenAPI document. Responses must have exactly these members.
 */
type Schema = Record<string, unknown>;

const object = (properties: Record<string, Schema>, optional: string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const uuid: Schema = { type: 'string', format: 'uuid' };
const time: Schema = { type: 'string', format: 'date-time', pattern: '\\.\\d+Z$' };
const link: Schema = { type: ['string', 'null'], format: 'uri-reference' };
const constant = (value: string): Schema => ({ const: value });

const times = { created_at: time, updated_at: time };
const owner = { enum: ['store', 'organization'] };
const timestamps = object(times);
const price: Schema = {
  type: 'object',
  propertyNames: { pattern: '^[A-Z]{3}$' },
  additionalProperties: object({ amount: count, includes_tax: flag }),
};
const formatted = object({ amount: count, currency: text, formatted: text });
const displayPrice = {
  ...object({ without_tax: formatted, with_tax: formatted }, ['without_tax', 'with_tax']),
  minProperties: 1,
};

const productAttributes = object(
  {
    name: text,
    description: text,
    sku: text,
    main_image: { type: 'string', format: 'uri' },
    external_ref: text,
    price,
    price_units: object({ unit: { enum: ['day', 'month'] }, amount: { type: 'integer', minimum: 1 } }),
    ...times,
  },
  ['description', 'sku', 'main_image', 'external_ref', 'price', 'price_units'],
);
const positive = { type: 'integer', minimum: 1 };
const planShape = object(
  {
    name: text,
    description: text,
    external_ref: text,
    billing_interval_type: { enum: ['day', 'week', 'month', 'year'] },
    billing_frequency: positive,
    plan_length: positive,
    trial_period: count,
    end_behavior: { enum: ['close', 'roll'] },
    can_pause: flag,
    can_resume: flag,
    can_cancel: flag,
    base_price_percentage: { type: 'number', minimum: 0, maximum: 100 },
    fixed_price: price,
    ...times,
  },
  ['description', 'external_ref', 'trial_period', 'base_price_percentage', 'fixed_price'],
);
const offeringAttributes = object({ name: text, description: text, external_ref: text, ...times }, [
  'description',
  'external_ref',
]);

const linkage = (type: string) => object({ type: constant(type), id: uuid });
const origin = (type: string) => object({ origin: object({ data: linkage(type) }) }, ['origin']);
const relationship = (type: string) =>
  object({ data: list(linkage(type)), links: object({ related: text, self: text }) });
const productMeta = object({ owner, timestamps, display_price: displayPrice }, ['display_price']);

const product = object({
  id: uuid,
  type: constant('subscription_product'),
  attributes: productAttributes,
  meta: productMeta,
});
const plan = object({
  id: uuid,
  type: constant('subscription_plan'),
  attributes: planShape,
  meta: object({ owner, timestamps }),
});
const offeringProduct = object({
  id: uuid,
  type: constant('subscription_offering_product'),
  attributes: productAttributes,
  relationships: origin('subscription_product'),
  meta: productMeta,
});
const offeringPlan = object({
  id: uuid,
  type: constant('subscription_offering_plan'),
  attributes: planShape,
  relationships: origin('subscription_plan'),
  meta: object(
    { owner, timestamps, price, display_price: displayPrice, active_plan: { type: ['boolean', 'null'] } },
    ['price', 'display_price'],
  ),
});
const offering = object({
  id: uuid,
  type: constant('subscription_offering'),
  attributes: offeringAttributes,
  relationships: object({
    products: relationship('subscription_offering_product'),
    plans: relationship('subscription_offering_plan'),
  }),
  meta: object({ owner, timestamps, external_product_refs: list(text) }),
});

const links = object({ current: link, first: link, last: link, next: link, prev: link });
const page = object({ current: count, limit: count, offset: count, total: count });
const listMeta = object({ page, results: object({ total: count }) });
const included = object({ products: list(offeringProduct), plans: list(offeringPlan) }, [
  'products',
  'plans',
]);
const document = (data: Schema) => object({ data });
const pageOf = (data: Schema) => object({ data: list(data), links, meta: listMeta });
const errors = object({
  errors: {
    ...list(
      object(
        {
          status: { type: 'string', pattern: '^[45]\\d\\d$' },
          title: text,
          detail: text,
          meta: { type: 'object' },
        },
        ['detail', 'meta'],
      ),
    ),
    minItems: 1,
  },
});

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

function expectShape(reply: Reply, status: number, schema: Schema): void {
  const validate = ajv.compile(schema);
  const fits = reply.status === status && validate(reply.body);
  expect([fits, reply.status, validate.errors, fits ? '' : reply.text]).toEqual([true, status, null, '']);
}

let harness: Harness;
let shop: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
});
afterAll(() => harness.stop());

const full = {
  name: 'City bike',
  description: 'Three gears.',
  sku: 'BIKE-1',
  main_image: 'https://shop.example/bike.png',
  price: { ...eur(3333), USD: { amount: 1 } },
  price_units: { unit: 'month', amount: 1 },
};
const fullPlan = {
  ...planAttributes,
  description: 'Paid each month.',
  trial_period: 1,
  base_price_percentage: 12.5,
  fixed_price: {},
};

it('returns products in the documented shape', async () => {
  const created = await shop.create('product', { ...full, external_ref: 'p-1' });
  expectShape(created, 201, document(product));
  expectShape(await shop.create('product', { name: 'Bare' }), 201, document(product));
  const { id } = created.body.data;
  expectShape(await shop.get(`/products/${id}`), 200, document(product));
  expectShape(await shop.update(`/products/${id}`, 'product', { sku: null }), 200, document(product));
  expectShape(await shop.get('/products'), 200, pageOf(product));
  expectShape(await shop.get('/products?page[offset]=1&page[limit]=1'), 200, pageOf(product));
});

it('returns plans in the documented shape', async () => {
  const created = await shop.create('plan', { ...fullPlan, external_ref: 'plan-1' });
  expectShape(created, 201, document(plan));
  expectShape(await shop.create('plan', planAttributes), 201, document(plan));
  const { id } = created.body.data;
  expectShape(await shop.get(`/plans/${id}`), 200, document(plan));
  expectShape(await shop.update(`/plans/${id}`, 'plan', { trial_period: null }), 200, document(plan));
  expectShape(await shop.get('/plans?filter=eq(external_ref,plan-1)'), 200, pageOf(plan));
});

it('returns offerings and snapshots in the documented shapes', async () => {
  const [productId, planId] = [await shop.id('product', full), await shop.id('plan', fullPlan)];
  expectShape(await shop.create('offering', { name: 'Empty' }), 201, document(offering));
  const built = await shop.build([productId, { ...full, external_ref: 'inline' }], [planId, fullPlan], {
    description: 'Ride all year.',
    external_ref: 'built',
  });
  expectShape(built, 201, document(offering));
  const { id } = built.body.data;
  const path = `/offerings/${id}`;
  const withIncludedSnapshots = (data: Schema) =>
    object({ ...(document(data).properties as Record<string, Schema>), included });
  expectShape(await shop.get(path), 200, document(offering));
  expectShape(await shop.get(`${path}?include=products,plans`), 200, withIncludedSnapshots(offering));
  expectShape(await shop.get('/offerings'), 200, pageOf(offering));
  const withIncluded = object({ data: list(offering), included, links, meta: listMeta });
  expectShape(await shop.get('/offerings?include=products,plans'), 200, withIncluded);
  expectShape(await shop.get('/offerings?include=plans&page[offset]=9'), 200, withIncluded);
  expectShape(await shop.update(path, 'offering', { description: null }), 200, document(offering));
  for (const [kind, shape] of [
    ['products', offeringProduct],
    ['plans', offeringPlan],
  ] as const)
    expectShape(await shop.get(`${path}/${kind}`), 200, pageOf(shape));
  const more = { products: [await shop.id('product')], plans: [await shop.id('plan')] };
  expectShape(
    await shop.send('POST', `${path}/products/attach`, { data: { products: more.products } }),
    200,
    pageOf(offeringProduct),
  );
  expectShape(
    await shop.send('POST', `${path}/plans/attach`, { data: { plans: more.plans } }),
    200,
    pageOf(offeringPlan),
  );
  expectShape(
    await shop.send('PUT', `${path}/products/replace`, { data: { products: more.products } }),
    200,
    pageOf(offeringProduct),
  );
  const [part = ''] = await shop.parts(id, 'products');
  const [first = ''] = await shop.parts(id, 'plans');
  expectShape(
    await shop.update(`${path}/products/${part}`, 'offering_product', { price: eur(5) }),
    200,
    document(offeringProduct),
  );
  expectShape(
    await shop.update(`${path}/plans/${first}`, 'offering_plan', { trial_period: 3 }),
    200,
    document(offeringPlan),
  );
  for (const gone of [`${path}/plans/${first}`, path]) {
    const reply = await shop.send('DELETE', gone);
    expect([reply.status, reply.text]).toEqual([204, '']);
  }
});

it('returns errors in the documented shape', async () => {
  const taken = { name: 'Taken', external_ref: 'taken' };
  await shop.create('product', taken);
  for (const [status, reply] of [
    [400, await shop.create('offering', {})],
    [400, await shop.build(['missing'], ['missing'])],
    [400, await shop.get('/offerings?filter=x')],
    [400, await shop.get('/plans/x')],
    [404, await shop.get(`/plans/${unknownId}`)],
    [404, await shop.get('/nothing')],
    [405, await shop.send('PATCH', '/plans')],
    [409, await shop.create('product', taken)],
    [401, await shop.send('GET', '/plans', undefined, { 'x-api-key': 'wrong' })],
  ] as const)
    expectShape(reply, status, errors);
});
