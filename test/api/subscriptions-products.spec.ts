import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct } from '../support/product-offering-factories.js';
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

const full = {
  name: 'City bike – größte Größe 🚲',
  description: 'Three gears.',
  sku: 'BIKE-1',
  main_image: 'https://shop.example/bike.png',
  external_ref: 'pim-1',
  price: { EUR: { amount: 3333, includes_tax: true }, JPY: { amount: 1200, includes_tax: false } },
  price_units: { unit: 'month', amount: 1 },
};

describe('POST /subscriptions/products', () => {
  it('returns every attribute, with Location and ETag', async () => {
    const reply = await shop.create('product', full);
    expect(reply.status).toBe(201);
    const { data } = reply.body;
    expect(data).toMatchObject({ type: 'subscription_product', attributes: full, meta: { owner: 'store' } });
    expect(data.meta.timestamps).toEqual({
      created_at: data.attributes.created_at,
      updated_at: data.attributes.updated_at,
    });
    expect(data.attributes.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    expect(reply.headers).toMatchObject({ location: `/subscriptions/products/${data.id}`, etag: '"v1.USD"' });
    expect((await shop.get(`/products/${data.id}`)).body).toEqual(reply.body);
  });

  it('omits attributes without a value, and defaults includes_tax to false', async () => {
    const { body } = await shop.create('product', { name: 'Plain', price: { USD: { amount: 5 } } });
    expect(Object.keys(body.data.attributes).toSorted()).toEqual([
      'created_at',
      'name',
      'price',
      'updated_at',
    ]);
    expect(body.data.attributes.price).toEqual({ USD: { amount: 5, includes_tax: false } });
    expect((await shop.create('product', { name: 'Unpriced', price: {} })).status).toBe(201);
  });

  it('accepts names of 3 to 1,024 code points', async () => {
    for (const [name, status] of [
      ['ab', 400],
      ['🚲🚲', 400],
      ['abc', 201],
      ['🚲🚲🚲', 201],
      ['🚲'.repeat(1024), 201],
      ['a'.repeat(1025), 400],
      ['   ', 400],
    ] as const)
      expect([name.length, (await shop.create('product', { name })).status]).toEqual([name.length, status]);
  });

  it.each([
    ['a fraction', { amount: 10.5 }],
    ['a negative amount', { amount: -1 }],
    ['text', { amount: '100' }],
    ['2^53', { amount: 2 ** 53 }],
    ['no amount', { includes_tax: true }],
    ['null', null],
    ['a bare number', 100],
    ['an unknown member', { amount: 1, tax: 3 }],
  ])('rejects a price entry that is or has %s', async (_, entry) => {
    const reply = await shop.create('product', { name: 'Priced', price: { EUR: entry } });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].detail).toMatch(/^data\.attributes\.price\.EUR/);
  });

  it('accepts amounts from 0 to 2^53-1', async () => {
    const price = {
      EUR: { amount: 0, includes_tax: false },
      USD: { amount: 2 ** 53 - 1, includes_tax: false },
    };
    const { body } = await shop.create('product', { name: 'Bounds', price });
    expect(body.data.attributes.price).toEqual(price);
  });

  it('rejects unknown currencies, and more than 10', async () => {
    const codes = ['EUR', 'USD', 'GBP', 'JPY', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF'];
    const eleven = Object.fromEntries(codes.map((code) => [code, { amount: 1 }]));
    const { HUF: _, ...ten } = eleven;
    for (const price of [
      { usd: { amount: 1 } },
      { XXQ: { amount: 1 } },
      { __proto__x: { amount: 1 } },
      eleven,
    ])
      expect((await shop.create('product', { name: 'Priced', price })).status).toBe(400);
    expect((await shop.create('product', { name: 'Priced', price: ten })).status).toBe(201);
  });

  it.each([
    ['a unit that is not day or month', { unit: 'week', amount: 1 }],
    ['no amount', { unit: 'day' }],
    ['no unit', { amount: 1 }],
    ['an amount of 0', { unit: 'day', amount: 0 }],
    ['an amount above 2^31-1', { unit: 'day', amount: 2 ** 31 }],
  ])('rejects price units with %s', async (_, price_units) => {
    expect((await shop.create('product', { name: 'Priced', price_units })).status).toBe(400);
  });

  it('rejects null, texts that are too long and invalid URLs, with one entry for each', async () => {
    const reply = await shop.create('product', {
      name: 'Wrong',
      description: null,
      sku: 'x'.repeat(1025),
      main_image: 'ftp://shop.example/a.png',
      external_ref: 'x'.repeat(2049),
    });
    expect(reply.status).toBe(400);
    expect(details(reply)).toEqual([
      'data.attributes.description: "description" must not be null',
      'data.attributes.sku: "sku" must be at most 1024 characters long',
      'data.attributes.main_image: "main_image" must be an http or https URL',
      'data.attributes.external_ref: "external_ref" must be 1 to 2048 characters long',
    ]);
  });

  it('ignores members that the server sets', async () => {
    const reply = await shop.create(
      'product',
      { name: 'Own', created_at: '2001-01-01T00:00:00Z', updated_at: 'never' },
      { id: unknownId, meta: { owner: 'organization' }, links: {}, relationships: {} },
    );
    expect(reply.status).toBe(201);
    expect(reply.body.data.id).not.toBe(unknownId);
    expect(reply.body.data.meta.owner).toBe('store');
    expect(reply.body.data.attributes.created_at).not.toMatch(/^2001/);
  });

  it('returns 409 for a reference of any length already used by the same team', async () => {
    const external_ref = 'ä'.repeat(2048);
    await shop.id('product', { external_ref });
    const reply = await shop.create('product', { name: 'Again', external_ref });
    expect(reply.status).toBe(409);
    expect(reply.body.errors[0]).toMatchObject({ status: '409', title: 'Write Conflict' });
    expect((await other.create('product', { name: 'Again', external_ref })).status).toBe(201);
  });
});

describe('GET /subscriptions/products', () => {
  it("lists the team's own products only", async () => {
    const fresh = new Shop(harness, await makeTeam(harness, 'hybrid'));
    const ids = [await fresh.id('product'), await fresh.id('product', { external_ref: 'a,(b):"c"' })];
    const { body } = await fresh.get('/products');
    expect(body.data.map((each: { id: string }) => each.id)).toEqual(ids);
    expect((await fresh.get(`/products/${await shop.id('product')}`)).status).toBe(404);
    const quoted = encodeURIComponent('eq(external_ref,"a,(b):\\"c\\"")');
    expect((await fresh.get(`/products?filter=${quoted}`)).body.data).toMatchObject([{ id: ids[1] }]);
  });

  it('formats the price in the currency of the header or the team, or else in the alphabetically first one', async () => {
    const id = await shop.id('product', {
      price: { JPY: { amount: 1200 }, EUR: { amount: 123456, includes_tax: true }, KWD: { amount: 5 } },
    });
    const displayPrice = async (currency?: string) =>
      (await shop.get(`/products/${id}`, currency ? { 'x-moltin-currency': currency } : {})).body.data.meta
        .display_price;
    expect(await displayPrice('JPY')).toEqual({
      without_tax: { amount: 1200, currency: 'JPY', formatted: '¥1,200' },
    });
    expect(await displayPrice('KWD')).toMatchObject({ without_tax: { amount: 5, currency: 'KWD' } });
    for (const header of [undefined, 'GBP', 'nonsense'])
      expect(await displayPrice(header)).toEqual({
        with_tax: { amount: 123456, currency: 'EUR', formatted: '€1,234.56' },
      });
    const british = new Shop(harness, await makeTeam(harness, 'provider', { defaultCurrency: 'GBP' }));
    const { body } = await british.create('product', {
      name: 'Tea',
      price: { EUR: { amount: 1 }, GBP: { amount: 250 } },
    });
    expect(body.data.meta.display_price.without_tax.formatted).toBe('£2.50');
  });
});

describe('a product', () => {
  it('is the same under /products, and an update keeps the fields that exist only there', async () => {
    const { productId } = await makeProduct(harness, shop.team, { name: 'ab', externalRef: 'both' });
    const read = () => harness.call('GET', `/products/${productId}`, undefined, shop.team);
    const before = (await read()).body;
    const path = `/products/${productId}`;
    expect((await shop.get(path)).body.data.attributes.name).toBe('ab');
    const reply = await shop.update(path, 'product', { price: eur(500), description: 'Talk' });
    expect(reply.body.data.attributes).toMatchObject({ price: eur(500), description: 'Talk' });
    const { category, features, requirements } = (await read()).body;
    expect({ category, features, requirements }).toEqual({
      category: before.category,
      features: before.features,
      requirements: before.requirements,
    });
    await harness.call('PATCH', path, { name: 'Renamed' }, shop.team);
    expect((await shop.get(path)).body.data.attributes).toMatchObject({ name: 'Renamed', price: eur(500) });
    await makeOffering(harness, shop.team, { productId });
    expect((await shop.send('DELETE', path)).status).toBe(409);
  });

  it('in an offering cannot be deleted under /subscriptions or /products', async () => {
    const id = await shop.id('product');
    await shop.built([id], [planAttributes]);
    expect((await shop.send('DELETE', `/products/${id}`)).status).toBe(409);
    expect((await harness.call('DELETE', `/products/${id}`, undefined, shop.team)).status).toBe(409);
  });
});

describe('PUT /subscriptions/products/{id}', () => {
  it('changes the given attributes, clears null ones and keeps the others', async () => {
    const id = await shop.id('product', { ...full, external_ref: 'put-1' });
    const reply = await shop.update(`/products/${id}`, 'product', {
      name: 'New name',
      description: null,
      sku: null,
      main_image: null,
      external_ref: null,
      price_units: null,
    });
    expect(reply.status).toBe(200);
    const { created_at, updated_at, ...rest } = reply.body.data.attributes;
    expect(rest).toEqual({ name: 'New name', price: full.price });
    expect(updated_at >= created_at).toBe(true);
    expect(reply.headers.etag).toBe('"v2.USD"');
  });

  it('removes null currencies, adds and replaces others, and clears the price with null', async () => {
    const id = await shop.id('product', { price: { EUR: { amount: 1 }, USD: { amount: 2 } } });
    const put = async (price: unknown) =>
      (await shop.update(`/products/${id}`, 'product', { price })).body.data.attributes.price;
    expect(await put({ EUR: null })).toEqual({ USD: { amount: 2, includes_tax: false } });
    expect(await put({ USD: { amount: 3, includes_tax: true }, GBP: { amount: 4 } })).toEqual({
      USD: { amount: 3, includes_tax: true },
      GBP: { amount: 4, includes_tax: false },
    });
    expect(await put(null)).toBeUndefined();
    const nine = Object.fromEntries(
      ['EUR', 'USD', 'GBP', 'JPY', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN'].map((code) => [code, { amount: 1 }]),
    );
    await put(nine);
    expect(
      (await shop.update(`/products/${id}`, 'product', { price: { CZK: { amount: 1 }, HUF: { amount: 1 } } }))
        .status,
    ).toBe(400);
  });

  it('keeps the version and times if nothing changes', async () => {
    const id = await shop.id('product', { price: eur(1) });
    const before = await shop.get(`/products/${id}`);
    for (const attributes of [{}, { price: eur(1) }, before.body.data.attributes]) {
      const reply = await shop.update(`/products/${id}`, 'product', attributes);
      expect([reply.status, reply.body, reply.headers.etag]).toEqual([200, before.body, before.headers.etag]);
    }
    expect((await shop.send('PUT', `/products/${id}`, before.body)).body).toEqual(before.body);
  });

  it('rejects a different ID or type, and a body without ID, type or attributes', async () => {
    const id = await shop.id('product');
    for (const data of [
      { id: unknownId, type: 'subscription_product', attributes: {} },
      { id, type: 'subscription_plan', attributes: {} },
      { id, type: 'subscription-product', attributes: {} },
      { type: 'subscription_product', attributes: {} },
      { id, attributes: {} },
      { id, type: 'subscription_product' },
      { id, type: 'subscription_product', attributes: { name: null } },
    ])
      expect([data, (await shop.send('PUT', `/products/${id}`, { data })).status]).toEqual([data, 400]);
  });

  it("returns 409 for a reference already in use, and 404 for another team's or an unknown product", async () => {
    await shop.id('product', { external_ref: 'taken' });
    const id = await shop.id('product');
    expect((await shop.update(`/products/${id}`, 'product', { external_ref: 'taken' })).status).toBe(409);
    const foreign = await other.update(`/products/${id}`, 'product', { name: 'Mine now' });
    const unknown = await other.update(`/products/${unknownId}`, 'product', { name: 'Mine now' });
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect(unknown.body.errors).toEqual([{ status: '404', title: 'Not Found', detail: 'No product found' }]);
  });

  it('accepts one of two concurrent updates of the same version', async () => {
    const id = await shop.id('product');
    const { etag = '' } = (await shop.get(`/products/${id}`)).headers;
    const put = (name: string, tag: string) =>
      shop.update(`/products/${id}`, 'product', { name }, { 'if-match': tag });
    const replies = await Promise.all([put('First', etag), put('Other', etag)]);
    expect(replies.map((reply) => reply.status).toSorted()).toEqual([200, 412]);
    expect(replies.find((reply) => reply.status === 412)?.body.errors[0]).toMatchObject({
      status: '412',
      title: 'Precondition Failed',
    });
    expect((await put('Third', '"v2", "v9"')).status).toBe(200);
    expect((await put('Fourth', '*')).status).toBe(200);
  });
});

describe('GET /subscriptions/products/{id}', () => {
  it('returns 304 for its ETag, but not for the ETag of another currency', async () => {
    const id = await shop.id('product', { price: { EUR: { amount: 1 }, USD: { amount: 2 } } });
    const first = await shop.get(`/products/${id}`);
    const again = (headers: Record<string, string>) => shop.get(`/products/${id}`, headers);
    const { etag = '' } = first.headers;
    expect(first.headers.vary).toBe('X-Moltin-Currency, x-api-key, Authorization');
    expect((await again({ 'if-none-match': etag })).status).toBe(304);
    expect((await again({ 'if-none-match': etag, 'x-moltin-currency': 'EUR' })).status).toBe(200);
  });

  it('returns 400 for an ID that is not a UUID', async () => {
    for (const id of ['x', '123', `${unknownId}0`, encodeURIComponent('../plans')])
      for (const method of ['GET', 'DELETE'])
        expect((await shop.send(method, `/products/${id}`)).status).toBe(400);
  });
});

describe('DELETE /subscriptions/products/{id}', () => {
  it('returns 409 and lists the offerings with a snapshot until none contains one', async () => {
    const id = await shop.id('product', { price: eur(1) });
    const plan = await shop.id('plan');
    const offerings = [await shop.built([id, { name: 'Helmet' }], [plan]), await shop.built([id], [plan])];
    const refused = await shop.send('DELETE', `/products/${id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.errors[0].meta.offering_ids.toSorted()).toEqual(offerings.toSorted());
    const [first = ''] = await shop.parts(offerings[0] ?? '', 'products');
    expect((await shop.send('DELETE', `/offerings/${offerings[0]}/products/${first}`)).status).toBe(204);
    expect((await shop.send('DELETE', `/products/${id}`)).body.errors[0].meta.offering_ids).toEqual([
      offerings[1],
    ]);
    expect((await shop.send('DELETE', `/offerings/${offerings[1]}`)).status).toBe(204);
    const deleted = await shop.send('DELETE', `/products/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await shop.send('DELETE', `/products/${id}`)).status).toBe(404);
  });

  it("returns 404 for another team's product and 412 for an outdated version", async () => {
    const id = await shop.id('product');
    expect((await other.send('DELETE', `/products/${id}`)).status).toBe(404);
    expect((await shop.send('DELETE', `/products/${id}`, undefined, { 'if-match': '"v2"' })).status).toBe(
      412,
    );
    expect((await shop.send('DELETE', `/products/${id}`, undefined, { 'if-match': '"v1.USD"' })).status).toBe(
      204,
    );
  });
});
