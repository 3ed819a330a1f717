import { jest } from '@jest/globals';
import { createRequire } from 'node:module';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { eur, planAttributes, unknownId } from '../support/subscriptions.js';

// In Node, the client of the public API is a CommonJS module.
const { gateway, MemoryStorageFactory } = createRequire(import.meta.url)(
  '@elasticpath/js-sdk',
) as typeof import('@elasticpath/js-sdk');

type Client = ReturnType<typeof gateway>;

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  // The client reports the state of its token.
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/** Returns the client as its users create it: with the address of the service and an API key. */
const clientOf = ({ key }: TestTeam, more: object = {}): Client =>
  gateway({
    host: new URL(harness.url).host,
    protocol: 'http',
    client_id: 'storefront',
    client_secret: key,
    // The default writes the token to a file.
    storage: new MemoryStorageFactory(),
    ...more,
  } as Parameters<typeof gateway>[0]); // The types lack `protocol`.

/** Returns the methods of a resource, including those of its base classes. */
function methodsOf(resource: object): string[] {
  const names = new Set<string>();
  let each = Object.getPrototypeOf(resource);
  for (let next = Object.getPrototypeOf(each); next !== null; next = Object.getPrototypeOf(next)) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
    each = next;
  }
  names.delete('constructor');
  return [...names].toSorted();
}

/** Returns the resource and the set of its methods that were called. */
function observe<T extends object>(resource: T): { resource: T; called: Set<string> } {
  const called = new Set<string>();
  const observed = new Proxy(resource, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value === 'function') called.add(String(name));
      return value;
    },
  });
  return { resource: observed, called };
}

const productOf = (name: string, amount: number) =>
  ({
    type: 'subscription_product',
    attributes: { name, price: eur(amount), external_ref: `ref-${name}` },
  }) as const;
const planOf = (name: string, percent: number) =>
  ({
    type: 'subscription_plan',
    attributes: { ...planAttributes, name, base_price_percentage: percent },
  }) as const;
const namesOf = (page: { data: { attributes: { name: string } }[] }) =>
  page.data.map(({ attributes }) => attributes.name);

it('runs every method of products', async () => {
  const { resource: products, called } = observe(
    clientOf(await makeTeam(harness, 'provider')).SubscriptionProducts,
  );
  const bike = (await products.Create(productOf('bike', 5000))).data;
  const helmet = (await products.Create(productOf('Helmet', 7500))).data;
  await products.Create(productOf('Lamp', 1000));

  const changes = { id: bike.id, type: 'subscription_product', attributes: { name: 'City bike' } } as const;
  expect((await products.Update(bike.id, changes)).data.attributes.name).toBe('City bike');
  expect((await products.Get(helmet.id)).data.attributes.price).toEqual(eur(7500));

  expect(namesOf(await products.All())).toEqual(['City bike', 'Helmet', 'Lamp']);
  expect(namesOf(await products.Sort('-name' as never).All())).toEqual(['Lamp', 'Helmet', 'City bike']);
  const page = await products
    .Sort('external_ref' as never)
    .Limit(1)
    .Offset(1)
    .All();
  expect(namesOf(page)).toEqual(['Lamp']);
  expect(page.meta).toEqual({ page: { current: 2, limit: 1, offset: 1, total: 3 }, results: { total: 3 } });
  expect(page.links.next).toBe(
    '/v2/subscriptions/products?sort=external_ref&page%5Blimit%5D=1&page%5Boffset%5D=2',
  );
  expect(namesOf(await products.Filter({ eq: { external_ref: 'ref-Helmet' } } as never).All())).toEqual([
    'Helmet',
  ]);
  const attributes = (await products.Attributes()).data;
  expect(attributes.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['name', 'price', 'price_units', 'created_at']),
  );

  await products.Delete(helmet.id);
  await expect(products.Get(helmet.id)).rejects.toMatchObject({
    errors: [{ status: '404', detail: 'No product found' }],
  });
  expect(namesOf(await products.With('offerings' as never).All())).toEqual(['City bike', 'Lamp']);
  expect([...called].toSorted()).toEqual(methodsOf(products));
});

it('runs every method of plans', async () => {
  const { resource: plans, called } = observe(
    clientOf(await makeTeam(harness, 'provider')).SubscriptionPlans,
  );
  const monthly = (await plans.Create(planOf('Monthly', 5))).data;
  await plans.Create(planOf('Cheaper', 10));
  const changes = { id: monthly.id, type: 'subscription_plan', attributes: { name: 'Each month' } } as const;
  await plans.Update(monthly.id, changes);
  expect((await plans.Get(monthly.id)).data.attributes.name).toBe('Each month');
  expect(
    namesOf(
      await plans
        .Sort('name' as never)
        .Limit(5)
        .Offset(0)
        .All(),
    ),
  ).toEqual(['Cheaper', 'Each month']);
  const none = await plans
    .With('offerings' as never)
    .Filter({ eq: { external_ref: 'none' } } as never)
    .All();
  expect(none).toMatchObject({ data: [], included: { offerings: [] } });
  const attributes = (await plans.Attributes()).data;
  expect(attributes.find(({ value }) => value === 'end_behavior')).toMatchObject({
    label: 'End behavior',
    type: 'string',
    required: true,
    options: ['close', 'roll'],
  });
  await plans.Delete(monthly.id);
  expect(namesOf(await plans.All())).toEqual(['Cheaper']);
  expect([...called].toSorted()).toEqual(methodsOf(plans));
});

it('runs every method of offerings', async () => {
  const client = clientOf(provider, { currency: 'EUR' });
  const { SubscriptionProducts: products, SubscriptionPlans: plans } = client;
  const { resource: offerings, called } = observe(client.SubscriptionOfferings);
  const bike = (await products.Create(productOf('City bike', 5000))).data;
  const helmet = (await products.Create(productOf('Helmet', 7500))).data;
  const monthly = (await plans.Create(planOf('Monthly', 5))).data;
  const cheaper = (await plans.Create(planOf('Cheaper', 10))).data;

  const empty = await offerings.Create({
    type: 'subscription_offering',
    attributes: { name: 'Empty', description: 'Nothing yet.' },
  });
  expect(empty.data.relationships?.products?.data).toEqual([]);

  const built = await offerings.Build({
    name: 'City Bike Club',
    description: 'Ride all year.',
    products: [bike.id],
    plans: [monthly.id],
  });
  const { id } = built.data;
  expect(built.data.type).toBe('subscription_offering');
  expect(built.data.relationships?.plans).toMatchObject({
    data: [{}],
    links: { related: `/v2/subscriptions/offerings/${id}/plans`, self: `/v2/subscriptions/offerings/${id}` },
  });

  await offerings.AttachProducts(id, { products: [helmet.id] });
  await offerings.AttachPlans(id, { plans: [cheaper.id] });
  const attached = (await offerings.GetAttachedPlans(id)).data;
  expect(attached.map((each) => each.relationships.origin.data.id)).toEqual([monthly.id, cheaper.id]);
  expect(attached).toMatchObject([{ meta: { price: eur(11875) } }, { meta: { price: eur(11250) } }]);

  const contained = await products.With('offerings' as never).Get(helmet.id);
  expect(contained).toMatchObject({
    data: { relationships: { offerings: { data: [{ type: 'subscription_offering', id }] } } },
    included: { offerings: [{ id, attributes: { name: 'City Bike Club' } }] },
  });
  const lists = [
    await products.With('offerings' as never).All(),
    await plans.With('offerings' as never).All(),
  ];
  for (const list of lists) expect(list.included).toMatchObject({ offerings: [{ id }] });

  expect((await offerings.ReplaceProducts(id, [bike.id, helmet.id])).data).toHaveLength(2);
  const parts = (await offerings.GetAttachedProducts(id)).data;
  expect(parts[1]?.meta.display_price.without_tax.formatted).toBe('€75.00');
  await offerings.RemoveProduct(id, parts[0]?.id ?? '');

  const page = await offerings
    .With(['products', 'plans'] as never)
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
  const none = await offerings.Filter({ eq: { 'products.external_ref': 'ref-City' } }).All();
  expect(none.data).toEqual([]);
  expect(namesOf(await offerings.Sort('-name' as never).All())).toEqual(['Empty', 'City Bike Club']);

  const changes = { id, type: 'subscription_offering', attributes: { name: 'Bike Club' } } as const;
  expect((await offerings.Update(id, changes)).data.attributes.name).toBe('Bike Club');
  expect((await offerings.Attributes()).data.map(({ value }) => value)).toContain('external_ref');

  // Proration policies do not exist yet, so that only their absence can be set.
  await offerings.AttachProrationPolicy(id, null);
  const policy = { type: 'subscription_proration_policy', id: unknownId } as const;
  await expect(offerings.AttachProrationPolicy(id, policy)).rejects.toMatchObject({
    errors: [
      {
        status: '400',
        title: 'Validation Error',
        detail: 'data: "data" must be null, because proration policies are not supported yet',
      },
    ],
  });
  await expect(offerings.AttachProrationPolicy(unknownId, null)).rejects.toMatchObject({
    errors: [{ status: '404', detail: 'No offering found' }],
  });

  await offerings.RemovePlan(id, attached[0]?.id ?? '');
  await expect(offerings.RemovePlan(id, attached[1]?.id ?? '')).rejects.toMatchObject({
    errors: [{ status: '400', title: 'Validation Error' }],
  });
  await expect(products.Delete(helmet.id)).rejects.toMatchObject({
    errors: [{ status: '409', meta: { offering_ids: [id] } }],
  });
  await offerings.Delete(id);
  await expect(offerings.Get(id)).rejects.toMatchObject({
    errors: [{ status: '404', detail: 'No offering found' }],
  });
  await products.Delete(helmet.id);
  expect([...called].toSorted()).toEqual(methodsOf(offerings));
});

it('has a method in its types that does not exist', () => {
  const { SubscriptionOfferings, SubscriptionPlans, SubscriptionProducts } = clientOf(provider);
  for (const resource of [SubscriptionOfferings, SubscriptionPlans, SubscriptionProducts])
    expect(() => resource.Link('any')).toThrow('Link is not a function');
});

it('names the values that it supports', async () => {
  const client = clientOf(provider);
  // Without a token, the client would keep the parameters of its first call for the next one.
  await client.Authenticate();
  const { SubscriptionProducts } = client;
  await expect(SubscriptionProducts.Sort('price' as never).All()).rejects.toMatchObject({
    errors: [{ status: '400', detail: expect.stringMatching(/^sort: .* must be one of name, -name, .*sku/) }],
  });
  await expect(SubscriptionProducts.With('brands' as never).All()).rejects.toMatchObject({
    errors: [{ status: '400', detail: expect.stringMatching(/must be one of offerings$/) }],
  });
});

it('requests a new token when its token is no longer accepted', async () => {
  const storage = new MemoryStorageFactory();
  const stale = { client_id: 'storefront', access_token: 'od_at_stale', expires: Date.now() / 1000 + 3600 };
  storage.set('epCredentials', JSON.stringify(stale));
  const client = clientOf(provider, { storage, retryDelay: 1, retryJitter: 1 });
  expect(await client.SubscriptionPlans.All()).toMatchObject({ meta: { page: { offset: 0 } } });
  expect(client.credentials()?.access_token).toMatch(/^od_at_[\w-]{100,}$/);
});

it('reports a wrong secret', async () => {
  const client = clientOf({ ...provider, key: 'wrong' });
  await expect(client.SubscriptionPlans.All()).rejects.toEqual({
    error: 'invalid_client',
    error_description: 'client_secret must be a valid API key',
  });
});
