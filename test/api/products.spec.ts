import { v7 as uuidv7 } from 'uuid';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, recurring } from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;
let otherTeam: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  otherTeam = await makeTeam(harness, 'hybrid');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call(method, `/products${path}`, body, { key: team.key, headers });

const full = {
  name: 'Talk 20 GB',
  internalName: 'talk20_se',
  type: 'ADDON',
  category: 'EXTRA_DATA',
  networkProviderId: 'net-a',
  features: {
    dataMb: 20_480,
    includedCallSeconds: 0,
    includedSms: 500,
    validityDays: 30,
    countries: ['SE'],
    regions: ['EUROPE', 'GLOBAL'],
    activationType: 'INSTANT',
  },
  requirements: { 'subscriber.address': 'VERIFIED' },
  sku: 'TALK-20',
  description: 'More data',
  imageUrl: 'https://cdn.isp.example/talk.png',
  externalRef: 'pim-1',
  price: { EUR: { amount: 19.9, taxIncluded: true }, JPY: { amount: 3200, taxIncluded: false } },
  metadata: { a: { b: null } },
};

describe('POST /products', () => {
  it('returns 201 with the stored product', async () => {
    const { status, body, headers } = await call('POST', '', full);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...full,
      productId: expect.any(String),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: body.createdAt,
    });
    expect(headers).toMatchObject({ location: `/products/${body.productId}`, etag: '"v1"' });
    expect((await call('GET', `/${body.productId}`)).body).toEqual(body);
  });

  it('accepts both spellings of type and category and stores the canonical one', async () => {
    const aliases = {
      name: 'A',
      type: 'SUBSCRIPTION_ADDON',
      category: 'PRODUCT_CATEGORY_TRAVEL_ESIM_PACKAGE',
    };
    expect((await call('POST', '', aliases)).body).toMatchObject({
      type: 'ADDON',
      category: 'TRAVEL_ESIM_PACKAGE',
    });
  });

  it('requires only a name', async () => {
    const { body } = await call('POST', '', { name: ' A ', price: null, sku: null });
    const { productId, createdAt, updatedAt } = body;
    expect(body).toEqual({
      productId,
      createdAt,
      updatedAt,
      name: 'A',
      features: {},
      requirements: {},
      metadata: {},
    });
  });

  it.each([
    ['name', { name: '' }],
    ['type', { type: 'addon' }],
    ['category', { category: 'X' }],
    ['category', { type: 'LICENSE', category: 'EXTRA_DATA' }],
    ['category', { type: null, category: 'EXTRA_DATA' }],
    ['features.dataGb', { features: { dataGb: 5 } }],
    ['features.dataMb', { features: { dataMb: 1.5 } }],
    ['features.countries[1]', { features: { countries: ['SE', 'XX'] } }],
    ['features.regions[0]', { features: { regions: ['MOON'] } }],
    ['features.activationType', { features: { activationType: 'LATER' } }],
    ['requirements', { requirements: { a: 1 } }],
    ['requirements', { requirements: ['a'] }],
    ['imageUrl', { imageUrl: 'ftp://a.example' }],
    ['price.EURO', { price: { EURO: null } }],
    ['price.EUR', { price: { EUR: 5 } }],
    ['price.EUR.amount', { price: { EUR: {} } }],
    ['price.EUR.amount', { price: { EUR: { amount: 1.999 } } }],
    ['price.EUR.taxIncluded', { price: { EUR: { amount: 1, taxIncluded: 'yes' } } }],
    ['price.__proto__', '{"name":"A","price":{"__proto__":{"amount":1}}}'],
    ['colour', { colour: 'red' }],
  ])('returns 400 for an invalid %s', async (field, more) => {
    const sent = typeof more === 'string' ? more : { ...full, externalRef: null, ...more };
    const { status, body } = await call('POST', '', sent, provider, { 'content-type': 'application/json' });
    expect(status).toBe(400);
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('returns 409 for an external reference already used by the same team', async () => {
    expect((await call('POST', '', { name: 'A', externalRef: 'once' })).status).toBe(201);
    expect((await call('POST', '', { name: 'B', externalRef: 'once' })).status).toBe(409);
    expect((await call('POST', '', { name: 'C', externalRef: 'once' }, otherTeam)).status).toBe(201);
  });
});

describe('GET /products', () => {
  it("lists the team's own products, newest first, filtered and paged", async () => {
    const team = await makeTeam(harness, 'provider');
    const a = await makeProduct(harness, team, { sku: 'A' });
    const b = await makeProduct(harness, team, { type: 'ADDON', category: 'EXTRA_DATA' });
    const c = await makeProduct(harness, team, { type: null, category: null });
    for (const [query, expected] of [
      ['', [c, b, a]],
      ['?types=SUBSCRIPTION_ADDON', [b]],
      ['?categories=PRODUCT_CATEGORY_EXTRA_DATA,SUBSCRIPTION_CELL', [b, a]],
      ['?sku=A', [a]],
    ] as const)
      expect((await call('GET', query, undefined, team)).body.items).toEqual(expected);
    const { items, pagination } = (await call('GET', '?limit=2', undefined, team)).body;
    expect([items, pagination.limit]).toEqual([[c, b], 2]);
    const next = await call('GET', `?limit=2&cursor=${pagination.nextCursor}`, undefined, team);
    expect(next.body).toEqual({ items: [a], pagination: { nextCursor: null, limit: 2 } });
    expect((await call('GET', '?types=X', undefined, team)).status).toBe(400);
    expect((await call('GET', '?cursor=x', undefined, team)).body.code).toBe('INVALID_CURSOR');
  });

  it("returns 403 to resellers and 404 for another team's product", async () => {
    const { productId } = await makeProduct(harness, provider);
    for (const path of ['', `/${productId}`])
      expect((await call('GET', path, undefined, reseller)).status).toBe(403);
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (await call(method, `/${productId}`, method === 'PATCH' ? {} : undefined, reseller)).status,
      ).toBe(403);
    expect((await call('POST', '', { name: 'A' }, reseller)).status).toBe(403);
    for (const id of [productId, uuidv7(), 'x'])
      for (const method of ['GET', 'PATCH', 'DELETE'])
        expect((await call(method, `/${id}`, method === 'PATCH' ? {} : undefined, otherTeam)).status).toBe(
          404,
        );
  });
});

describe('PATCH /products/{productId}', () => {
  it('merges features and prices, replaces free objects, and clears members with null', async () => {
    const { body: created } = await call('POST', '', { ...full, externalRef: null });
    const id = created.productId;
    expect((await call('PATCH', `/${id}`, created)).headers.etag).toBe('"v1"');
    const { body, headers } = await call('PATCH', `/${id}`, {
      features: { dataMb: 1, countries: null },
      price: { EUR: { amount: 5 }, JPY: null, SEK: { amount: 50 } },
      requirements: { other: 'X' },
      metadata: null,
      sku: null,
    });
    const { sku: _sku, ...rest } = created;
    expect(body).toEqual({
      ...rest,
      features: { ...full.features, dataMb: 1, countries: undefined },
      price: { EUR: { amount: 5, taxIncluded: true }, SEK: { amount: 50, taxIncluded: false } },
      requirements: { other: 'X' },
      metadata: {},
      updatedAt: body.updatedAt,
    });
    expect(headers.etag).toBe('"v2"');
    expect((await call('GET', `/${id}`)).body).toEqual(body);
  });

  it('checks type and category together', async () => {
    const { productId: id } = await makeProduct(harness, provider);
    expect((await call('PATCH', `/${id}`, { type: 'LICENSE' })).body.errors[0].field).toBe('category');
    expect((await call('PATCH', `/${id}`, { type: null })).body.errors[0].field).toBe('category');
    expect((await call('PATCH', `/${id}`, { type: 'LICENSE', category: 'LICENSE_PBX' })).status).toBe(200);
  });

  it('returns 409 if the type changes while product offerings use the product', async () => {
    const { productId } = await makeProduct(harness, provider);
    await makeOffering(harness, provider, { productId });
    const change = { type: 'LICENSE', category: 'LICENSE_PBX' };
    expect((await call('PATCH', `/${productId}`, change)).status).toBe(409);
    expect((await call('PATCH', `/${productId}`, { type: null, category: null })).status).toBe(409);
    expect((await call('PATCH', `/${productId}`, { category: 'TRAVEL_ESIM' })).status).toBe(200);
  });

  it('keeps the type of product and product offering equal under concurrent requests', async () => {
    const license = { type: 'LICENSE', category: 'LICENSE_PBX' };
    for (let i = 0; i < 10; i += 1) {
      const { productId } = await makeProduct(harness, provider);
      const body = { name: 'A', productId, customerType: 'CONSUMER', price: recurring };
      const [created, changed] = await Promise.all([
        harness.call('POST', '/product-offerings', body, provider),
        call('PATCH', `/${productId}`, license),
      ]);
      // The first request wins. If they conflict, one of them fails with 409.
      expect([200, 409]).toContain(changed.status);
      expect([201, 409]).toContain(created.status);
      expect([created.status, changed.status]).not.toEqual([409, 409]);
      if (created.status === 201 && changed.status === 200) expect(created.body.product.type).toBe('LICENSE');
    }
  });

  it('checks If-Match and If-None-Match', async () => {
    const { productId: id } = await makeProduct(harness, provider);
    const path = `/${id}`;
    expect((await call('PATCH', path, { name: 'B' }, provider, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await call('PATCH', path, { name: 'B' }, provider, { 'if-match': '"v1"' })).status).toBe(200);
    expect((await call('DELETE', path, undefined, provider, { 'if-match': '"v1"' })).status).toBe(412);
    expect((await call('GET', path, undefined, provider, { 'if-none-match': '"v2"' })).status).toBe(304);
  });
});

describe('DELETE /products/{productId}', () => {
  it('deletes permanently', async () => {
    const { productId: id } = await makeProduct(harness, provider);
    const { status, body } = await call('DELETE', `/${id}`);
    expect([status, body]).toEqual([200, { productId: id, deleted: true }]);
    expect((await call('GET', `/${id}`)).status).toBe(404);
  });

  it('returns 409 while a product offering uses the product, even an archived one', async () => {
    const { productId } = await makeProduct(harness, provider);
    const offering = await makeOffering(harness, provider, { productId });
    expect((await call('DELETE', `/${productId}`)).status).toBe(409);
    const archive = `/product-offerings/${offering.productOfferingId}/archive`;
    await harness.call('POST', archive, undefined, provider);
    const { status, body } = await call('DELETE', `/${productId}`);
    expect([status, body.code]).toEqual([409, 'CONFLICT']);
    expect((await call('GET', `/${productId}`)).status).toBe(200);
  });

  it('either deletes the product or creates the product offering if both are requested concurrently', async () => {
    for (let i = 0; i < 10; i += 1) {
      const { productId } = await makeProduct(harness, provider);
      const [created, deleted] = await Promise.all([
        makeOffering(harness, provider, { productId }).then(
          () => true,
          () => false,
        ),
        call('DELETE', `/${productId}`),
      ]);
      expect(deleted.status).toBe(created ? 409 : 200);
    }
  });
});
