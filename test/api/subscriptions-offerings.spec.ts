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

describe('POST /subscriptions/offerings', () => {
  it('creates an empty offering from a name alone', async () => {
    const reply = await shop.create('offering', { name: 'Bike club' });
    expect(reply.status).toBe(201);
    const { id, attributes, relationships, meta } = reply.body.data;
    expect(attributes).toMatchObject({ name: 'Bike club', created_at: expect.any(String) });
    expect(meta).toMatchObject({ owner: 'store', external_product_refs: [] });
    const self = `/subscriptions/offerings/${id}`;
    expect(relationships).toEqual({
      products: { data: [], links: { related: `${self}/products`, self } },
      plans: { data: [], links: { related: `${self}/plans`, self } },
    });
    expect(reply.headers).toMatchObject({ location: self, etag: '"v1"' });
    expect((await shop.get(`/offerings/${id}`)).body).toEqual(reply.body);
    expect(await shop.parts(id, 'plans')).toEqual([]);
  });

  it('reports a missing name', async () => {
    const reply = await shop.create('offering', {});
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([
      {
        status: '400',
        title: 'Validation Error',
        detail: 'data.attributes.name: "name" is required',
        meta: { pointer: '/data/attributes/name', code: 'required' },
      },
    ]);
  });

  it('accepts names of 3 to 1,024 code points', async () => {
    for (const [name, status] of [
      ['ab', 400],
      ['🚲b', 400],
      ['abc', 201],
      ['🚲🚲🚲', 201],
      ['é'.repeat(1024), 201],
      ['🚲'.repeat(1024), 201],
      ['é'.repeat(1025), 400],
    ] as const)
      expect([name.length, (await shop.create('offering', { name })).status]).toEqual([name.length, status]);
  });

  it('reports both a long description and a long reference', async () => {
    const long = { description: 'x'.repeat(1025), external_ref: 'x'.repeat(2049) };
    const reply = await shop.create('offering', { name: 'Long', ...long });
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toHaveLength(2);
    const longest = { description: 'x'.repeat(1024), external_ref: 'x'.repeat(2048) };
    expect((await shop.create('offering', { name: 'Long', ...longest })).status).toBe(201);
  });

  it.each([
    ['no body', undefined],
    ['an empty body', ''],
    ['null', null],
    ['a list', []],
    ['no data', {}],
    ['data that is a list', { data: [{ type: 'subscription_offering' }] }],
    ['data that is null', { data: null }],
    ['no attributes', { data: { type: 'subscription_offering' } }],
    ['no type', { data: { attributes: { name: 'Bike club' } } }],
    ['a type in kebab case', { data: { type: 'subscription-offering', attributes: { name: 'Bike club' } } }],
    ['an unknown member', { data: { type: 'subscription_offering', attributes: { name: 'Club', nmae: 1 } } }],
    [
      'null for a description',
      { data: { type: 'subscription_offering', attributes: { name: 'Club', description: null } } },
    ],
  ])('returns 400 for %s', async (_, body) => {
    const reply = await shop.send('POST', '/offerings', body, { 'content-type': 'application/json' });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0]).toMatchObject({ status: '400', title: 'Validation Error' });
  });

  it('ignores members that the server sets, and a filter parameter', async () => {
    const data = {
      id: unknownId,
      type: 'subscription_offering',
      attributes: { name: 'Bike club', created_at: '2001-01-01T00:00:00Z' },
      meta: { owner: 'organization' },
    };
    const reply = await shop.send('POST', '/offerings?filter=eq(x', { data, meta: {} });
    expect(reply.status).toBe(201);
    expect(reply.body.data.id).not.toBe(unknownId);
    expect(reply.body.data.meta.owner).toBe('store');
    expect((await shop.send('POST', '/offerings?sort=name', { data })).status).toBe(400);
  });

  it('copies the related products and plans, given as an array or as one object', async () => {
    const product = await shop.id('product', { external_ref: 'rel-1', price: eur(500) });
    const plan = await shop.id('plan');
    const reply = await shop.create(
      'offering',
      { name: 'Related' },
      {
        relationships: {
          products: { data: [{ type: 'subscription_product', id: product }] },
          plans: { data: { type: 'subscription_plan', id: plan } },
          pictures: { data: { type: 'picture', id: 'x' } },
        },
      },
    );
    expect(reply.status).toBe(201);
    expect(reply.body.data.meta.external_product_refs).toEqual(['rel-1']);
    expect(await shop.price(reply.body.data.id)).toEqual(eur(500));
  });

  it('rejects missing resources and malformed relationships', async () => {
    const create = (products: unknown) =>
      shop.create('offering', { name: 'Related' }, { relationships: { products } });
    const foreign = await other.id('product');
    const data = [unknownId, foreign, 'no-uuid'].map((id) => ({ type: 'subscription_product', id }));
    const reply = await create({ data });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].meta.missing_ids).toEqual([unknownId, foreign, 'no-uuid']);
    const many = Array.from({ length: 101 }, () => data[0]);
    for (const malformed of [
      'x',
      5,
      { data: 'x' },
      { data: [{ type: 'subscription_plan', id: foreign }] },
      { data: many },
    ])
      expect((await create(malformed)).status).toBe(400);
    for (const empty of [{}, { data: null }, { data: [] }]) expect((await create(empty)).status).toBe(201);
  });

  it('returns 409 for a reference already used by the same team', async () => {
    await shop.id('offering', { external_ref: 'bikes' });
    const reply = await shop.create('offering', { name: 'Again', external_ref: 'bikes' });
    expect([reply.status, reply.body.errors[0].title]).toEqual([409, 'Write Conflict']);
    expect((await other.create('offering', { name: 'Again', external_ref: 'bikes' })).status).toBe(201);
    expect((await shop.build([{ name: 'Helmet' }], [planAttributes], { external_ref: 'bikes' })).status).toBe(
      409,
    );
  });
});

describe('PUT /subscriptions/offerings/{id}', () => {
  it('changes the given attributes and clears null ones', async () => {
    const id = await shop.id('offering', { description: 'Old', external_ref: 'put-me' });
    const reply = await shop.update(`/offerings/${id}`, 'offering', { name: 'New', description: null });
    expect([reply.status, reply.headers.etag]).toEqual([200, '"v2"']);
    expect(reply.body.data.attributes).toMatchObject({ name: 'New', external_ref: 'put-me' });
    expect(reply.body.data.attributes).not.toHaveProperty('description');
    expect((await shop.update(`/offerings/${id}`, 'offering', { name: null })).status).toBe(400);
    await shop.id('offering', { external_ref: 'taken' });
    expect((await shop.update(`/offerings/${id}`, 'offering', { external_ref: 'taken' })).status).toBe(409);
  });

  it('keeps the version and times if nothing changes', async () => {
    const id = await shop.simple();
    const before = await shop.get(`/offerings/${id}`);
    const reply = await shop.update(`/offerings/${id}`, 'offering', {});
    expect([reply.status, reply.body, reply.headers.etag]).toEqual([200, before.body, '"v1"']);
    expect((await shop.send('PUT', `/offerings/${id}`, before.body)).body).toEqual(before.body);
  });

  it('rejects a different ID, a different type and a proration policy', async () => {
    const id = await shop.id('offering');
    const put = (data: object) => shop.send('PUT', `/offerings/${id}`, { data });
    const type = 'subscription_offering';
    expect((await put({ id: unknownId, type, attributes: {} })).status).toBe(400);
    expect((await put({ id, type: 'subscription_plan', attributes: {} })).status).toBe(400);
    const policy = await put({ id, type, attributes: { proration_policy_id: unknownId } });
    expect(policy.status).toBe(400);
    expect(details(policy)[0]).toMatch(/proration policies are not supported yet/);
    expect((await put({ id, type, attributes: { proration_policy_id: null } })).status).toBe(200);
    expect((await put({ id: id.toUpperCase(), type, attributes: {} })).status).toBe(200);
  });

  it('accepts one of two concurrent updates of the same version, including updates of snapshots', async () => {
    const id = await shop.simple();
    const [plan = ''] = await shop.parts(id, 'plans');
    const { etag = '' } = (await shop.get(`/offerings/${id}`)).headers;
    const tagged = { 'if-match': etag };
    const replies = await Promise.all([
      shop.update(`/offerings/${id}`, 'offering', { name: 'First' }, tagged),
      shop.update(`/offerings/${id}/plans/${plan}`, 'offering_plan', { name: 'Other' }, tagged),
    ]);
    expect(replies.map((reply) => reply.status).toSorted()).toEqual([200, 412]);
  });
});

describe('DELETE /subscriptions/offerings/{id}', () => {
  it('deletes the snapshots but not the products and plans they were copied from', async () => {
    const product = await shop.id('product');
    const plan = await shop.id('plan');
    const id = await shop.built([product], [plan]);
    expect((await other.send('DELETE', `/offerings/${id}`)).status).toBe(404);
    expect((await shop.send('DELETE', `/offerings/${id}`, undefined, { 'if-match': '"v3"' })).status).toBe(
      412,
    );
    const deleted = await shop.send('DELETE', `/offerings/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const path of ['', '/plans', '/products', '?include=plans'])
      expect((await shop.get(`/offerings/${id}${path}`)).status).toBe(404);
    expect((await shop.send('DELETE', `/offerings/${id}`)).status).toBe(404);
    expect((await shop.get(`/products/${product}`)).status).toBe(200);
    expect((await shop.get(`/plans/${plan}`)).status).toBe(200);
  });
});

describe('GET /subscriptions/offerings/{id}', () => {
  it('includes the requested snapshots, as an object of arrays', async () => {
    const id = await shop.simple();
    const included = async (query: string) => (await shop.get(`/offerings/${id}${query}`)).body.included;
    expect(await included('')).toBeUndefined();
    expect(Object.keys(await included('?include=plans'))).toEqual(['plans']);
    expect(Object.keys(await included('?include=products'))).toEqual(['products']);
    const both = await included('?include=plans,products');
    expect(both.products).toMatchObject([{ type: 'subscription_offering_product' }]);
    expect(both.plans).toMatchObject([{ type: 'subscription_offering_plan', meta: { price: eur(1000) } }]);
    for (const invalid of ['plan', 'plans,', '', 'plans,products,prices'])
      expect((await shop.get(`/offerings/${id}?include=${invalid}`)).status).toBe(400);
  });

  it("returns the same 404 for another team's and an unknown ID, 400 for a malformed ID, and 304 for its ETag", async () => {
    const id = await shop.simple();
    const foreign = await other.get(`/offerings/${id}`);
    expect([foreign.status, foreign.body]).toEqual([404, (await other.get(`/offerings/${unknownId}`)).body]);
    expect(details(foreign)).toEqual(['No offering found']);
    expect((await shop.get('/offerings/no-uuid')).status).toBe(400);
    const { etag = '' } = (await shop.get(`/offerings/${id}`)).headers;
    for (const path of ['', '/products', '/plans'])
      expect((await shop.get(`/offerings/${id}${path}`, { 'if-none-match': etag })).status).toBe(304);
    await shop.update(`/offerings/${id}`, 'offering', { name: 'Changed' });
    expect((await shop.get(`/offerings/${id}`, { 'if-none-match': etag })).status).toBe(200);
  });
});
