import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness, type Reply } from '../support/harness.js';
import { Shop } from '../support/subscriptions.js';
import { makeOffering, makeProduct, recurring } from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;
let other: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'hybrid');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  harness.call(method, path, body, { key: provider.key, headers });
const statuses = (replies: Reply[]) => replies.map(({ status }) => status).toSorted((a, b) => a - b);
const together = (path: string, bodies: object[], headers = {}) =>
  Promise.all(bodies.map((body) => call('PUT', path, body, headers)));

describe('/products', () => {
  const fields = {
    name: 'Talk 20',
    type: 'SUBSCRIPTION',
    externalRef: 'pim-put',
    externalId: 'crm-put',
    features: { dataMb: 5 },
    price: { EUR: { amount: 19.9, taxIncluded: true } },
    metadata: { a: 1 },
  };

  it('PUT by SKU creates a product with 201 and replaces it with 200', async () => {
    const created = await call('PUT', '/products/sku:A%2F1', fields);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...fields, sku: 'A/1' });
    const { productId: id, createdAt } = created.body;
    expect(created.headers).toMatchObject({ location: `/products/${id}`, etag: `"v1-${id}"` });
    for (const again of [fields, created.body])
      expect(await call('PUT', '/products/sku:A%2F1', again)).toMatchObject({
        status: 200,
        body: created.body,
      });
    const replaced = await call('PUT', '/products/sku:A%2F1', { name: 'B' });
    expect(replaced).toMatchObject({ status: 200, headers: { etag: `"v2-${id}"` } });
    const { updatedAt } = replaced.body;
    const rest = { features: {}, requirements: {}, metadata: {} };
    expect(replaced.body).toEqual({ productId: id, name: 'B', sku: 'A/1', ...rest, createdAt, updatedAt });
    expect((await call('GET', '/products/sku:A%2F1')).body).toEqual(replaced.body);
    const unchanged = await call('PATCH', `/products/${id}`, { description: null });
    expect([unchanged.status, unchanged.headers.etag]).toEqual([200, '"v2"']);
  });

  it('keeps the time that a price covers, which /subscriptions/products sets', async () => {
    const attributes = { name: 'Helmet', sku: 'UNIT-1', price_units: { unit: 'day', amount: 3 } };
    const shop = new Shop(harness, provider);
    const made = await shop.create('product', {
      ...attributes,
      price: { USD: { amount: 500, includes_tax: true } },
    });
    expect(made.status).toBe(201);
    const put = await call('PUT', '/products/sku:UNIT-1', { name: 'Helmet', price: { USD: { amount: 6 } } });
    expect(put.body.productId).toBe(made.body.data.id);
    const read = await shop.get(`/products/${made.body.data.id}`);
    expect(read.body.data.attributes).toMatchObject({ price_units: { unit: 'day', amount: 3 } });
  });

  it.each(['sku', 'ext'])(
    'PUT by %s creates one product if several requests arrive at the same time',
    async (key) => {
      const replies = await together(`/products/${key}:RACE`, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
      expect(statuses(replies)).toEqual([200, 200, 201]);
      expect(new Set(replies.map(({ body }) => body.productId)).size).toBe(1);
      const once = await together(`/products/${key}:ONCE`, [{ name: 'a' }, { name: 'b' }], {
        'if-none-match': '*',
      });
      expect(statuses(once)).toEqual([201, 412]);
    },
  );

  it('400 lists all errors, 404 for an unknown ID, 412 for a condition that fails', async () => {
    const wrong = await call('PUT', '/products/sku:W-1', { sku: 'W-2', type: 'X' });
    expect([wrong.status, ...fieldsOf(wrong).toSorted()]).toEqual([400, 'name', 'sku', 'type']);
    for (const path of ['sku:', 'ext:', 'ext:%20'])
      expect((await call('PUT', `/products/${path}`, { name: 'A' })).status).toBe(400);
    expect((await call('PUT', '/products/0190c3de-0000-7000-8000-0000000000ff', { name: 'A' })).status).toBe(
      404,
    );
    expect((await call('PUT', '/products/sku:W-1', { name: 'A' }, { 'if-match': '"v1"' })).status).toBe(412);
    expect((await call('PUT', '/products/sku:W-1', { name: 'A' })).status).toBe(201);
    expect((await call('PUT', '/products/sku:W-1', { name: 'B' }, { 'if-match': '"v2"' })).status).toBe(412);
  });

  it('409 for an external reference that another product has, and for a new type while it is in use', async () => {
    const first = await call('POST', '/products', { name: 'A', externalRef: 'taken' });
    const reply = await call('PUT', '/products/sku:T-1', { name: 'B', externalRef: 'taken' });
    expect(reply).toMatchObject({ status: 409, body: { existingId: first.body.productId } });
    const { productId } = await makeProduct(harness, provider, { sku: 'T-2' });
    await makeOffering(harness, provider, { productId });
    expect((await call('PUT', '/products/sku:T-2', { name: 'B' })).status).toBe(409);
  });

  it('finds products by long SKUs and by external IDs, and lists the candidates if there are several', async () => {
    const sku = '光'.repeat(1024);
    const path = `/products/sku:${encodeURIComponent(sku)}`;
    const { productId } = (await call('POST', '/products', { name: 'Long', sku, externalId: 'crm-1' })).body;
    expect((await call('GET', path)).body).toMatchObject({ productId, sku });
    expect((await call('GET', `/products?sku=${encodeURIComponent(sku)}`)).body.items).toHaveLength(1);
    expect((await call('PATCH', '/products/ext:crm-1', { description: 'x' })).body).toMatchObject({
      productId,
    });
    const second = await call('POST', '/products', { name: 'Other', sku, externalId: 'crm-1' });
    const candidates = [
      { id: productId, name: 'Long', sku },
      { id: second.body.productId, name: 'Other', sku },
    ];
    for (const at of [path, '/products/ext:crm-1'])
      for (const [method, body] of [
        ['GET'],
        ['PATCH', { name: 'B' }],
        ['PUT', { name: 'B' }],
        ['DELETE'],
      ] as const)
        expect(await call(method, at, body)).toMatchObject({ status: 409, body: { candidates } });
    const listed = await call('GET', '/products?externalId=crm-1');
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toEqual(['Other', 'Long']);
    const deleted = await call('DELETE', `/products/${second.body.productId.toUpperCase()}`);
    expect(deleted.body).toEqual({ productId: second.body.productId, deleted: true });
    expect((await call('DELETE', path)).body).toEqual({ productId, deleted: true });
    expect((await call('GET', path)).status).toBe(404);
  });

  it('404 for products of another team, and 403 for resellers', async () => {
    await harness.call('POST', '/products', { name: 'A', sku: 'F-1', externalId: 'f-1' }, other);
    for (const path of ['sku:F-1', 'ext:f-1', 'sku:a%00'])
      for (const method of ['GET', 'PATCH', 'DELETE'])
        expect((await call(method, `/products/${path}`, method === 'PATCH' ? {} : undefined)).status).toBe(
          404,
        );
    expect((await harness.call('PUT', '/products/sku:F-2', { name: 'A' }, reseller)).status).toBe(403);
  });
});

describe('/product-offerings', () => {
  const bodyOf = async (more: object = {}) => {
    const { productId } = await makeProduct(harness, provider);
    return { name: 'Talk 20', productId, customerType: 'CONSUMER', price: recurring, ...more };
  };
  const path = (externalId: string) => `/product-offerings/ext:${encodeURIComponent(externalId)}`;

  it('PUT by external ID creates a product offering with 201 and replaces it with 200', async () => {
    const body = {
      ...(await bodyOf()),
      description: 'x',
      internalDescription: 'y',
      metadata: { a: 1 },
    };
    const created = await call('PUT', path('P/1'), body);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      ...body,
      price: expect.anything(),
      externalId: 'P/1',
      status: 'AVAILABLE',
    });
    const { productOfferingId: id, createdAt } = created.body;
    expect(created.headers).toMatchObject({ location: `/product-offerings/${id}`, etag: `"v1.1.0-${id}"` });
    expect((await call('PUT', path('P/1'), body)).body).toEqual(created.body);
    const { description: _, ...less } = body;
    const replaced = await call('PUT', path('P/1'), { ...less, internalDescription: null, metadata: null });
    expect(replaced).toMatchObject({ status: 200, headers: { etag: `"v2.1.0-${id}"` } });
    expect(replaced.body).toMatchObject({ productOfferingId: id, createdAt, metadata: {} });
    expect(Object.keys(replaced.body)).not.toEqual(expect.arrayContaining(['description']));
    expect((await call('GET', path('P/1'))).body).toEqual(replaced.body);
    const { etag = '' } = replaced.headers;
    expect((await call('GET', path('P/1'), undefined, { 'if-none-match': etag })).status).toBe(304);
    expect(
      (await call('PATCH', `/product-offerings/${id}`, { name: 'B' }, { 'if-match': etag })).status,
    ).toBe(200);
    expect((await call('PUT', path('P/1'), body, { 'if-match': etag })).status).toBe(412);
  });

  it('PUT creates one product offering if several requests arrive at the same time', async () => {
    const body = await bodyOf();
    const replies = await together(path('RACE'), [body, { ...body, name: 'b' }, { ...body, name: 'c' }]);
    expect(statuses(replies)).toEqual([200, 200, 201]);
    const once = await together(path('ONCE'), [body, body], { 'if-none-match': '*' });
    expect(statuses(once)).toEqual([201, 412]);
  });

  it('400 lists all errors, and 404 for an unknown ID and for an SKU', async () => {
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const reply = await call('PUT', path('W-1'), {
      ...(await bodyOf()),
      name: '',
      externalId: 'W-2',
      productId: unknown,
    });
    expect([reply.status, ...fieldsOf(reply).toSorted()]).toEqual([400, 'externalId', 'name', 'productId']);
    for (const at of [unknown, 'sku:A', 'x'])
      for (const method of ['GET', 'PUT', 'PATCH'])
        expect(
          (await call(method, `/product-offerings/${at}`, method === 'GET' ? undefined : await bodyOf()))
            .status,
        ).toBe(404);
  });

  it('404 says that product offerings have no SKU, and which address works', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'PUT' || method === 'PATCH' ? await bodyOf() : undefined;
      const reply = await call(method, '/product-offerings/sku:A', body);
      expect([reply.status, reply.body.detail]).toEqual([
        404,
        'Product offering not found: product offerings have no SKU; use the ID, or `ext:` and the external ID',
      ]);
    }
    expect((await call('DELETE', path('none'))).body.detail).toBe('Product offering not found');
  });

  it('of an archived product offering, only the external ID and notes change, so that it can be used again', async () => {
    const body = await bodyOf();
    const first = await call('PUT', path('AR-1'), body);
    expect((await call('POST', `${path('AR-1')}/archive`)).body).toMatchObject({ status: 'ARCHIVED' });
    expect((await call('PUT', path('AR-1'), { ...body, name: 'B' })).status).toBe(409);
    expect((await call('PUT', path('AR-1'), { ...body, status: 'AVAILABLE' })).status).toBe(409);
    expect((await call('PUT', path('AR-1'), { ...body, metadata: { a: 1 } })).body).toMatchObject({
      status: 'ARCHIVED',
    });
    expect((await call('PATCH', path('AR-1'), { externalId: null })).status).toBe(200);
    const second = await call('PUT', path('AR-1'), body);
    expect(second.status).toBe(201);
    expect(second.body.productOfferingId).not.toBe(first.body.productOfferingId);
  });

  it('409 lists the candidates if several product offerings have the external ID', async () => {
    const made = [
      await makeOffering(harness, provider, { externalId: 'many', name: 'one' }),
      await makeOffering(harness, provider, { externalId: 'many', name: 'two' }),
    ];
    const candidates = made.map(({ productOfferingId: id, name }) => ({ id, name }));
    const replies = [
      await call('GET', path('many')),
      await call('PATCH', path('many'), { name: 'B' }),
      await call('PUT', path('many'), await bodyOf()),
      await call('POST', `${path('many')}/archive`),
    ];
    for (const { status, body } of replies) expect([status, body.candidates]).toEqual([409, candidates]);
    const listed = await call('GET', '/product-offerings?externalId=many');
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toEqual(['two', 'one']);
  });

  it('hides external IDs from other teams, for which a change of it is no change', async () => {
    const { productOfferingId: id, updatedAt } = await makeOffering(harness, provider, {
      externalId: 'secret-1',
    });
    const read = (team: TestTeam, at = id) =>
      harness.call('GET', `/product-offerings/${at}`, undefined, team);
    const before = await read(reseller);
    expect(JSON.stringify(before.body)).not.toContain('secret-1');
    expect(
      (await call('PATCH', `/product-offerings/${id}`, { externalId: 'secret-2' })).body.externalId,
    ).toBe('secret-2');
    const after = await read(reseller);
    expect([after.body, after.headers.etag]).toEqual([before.body, before.headers.etag]);
    expect(after.body.updatedAt).toBe(updatedAt);
    for (const team of [reseller, other]) {
      expect((await read(team, 'ext:secret-2')).status).toBe(404);
      const listed = await harness.call('GET', '/product-offerings?externalId=secret-2', undefined, team);
      expect(listed.body.items).toEqual([]);
    }
    expect((await read(provider, 'ext:secret-2')).status).toBe(200);
  });
});
