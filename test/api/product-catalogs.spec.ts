import { v7 as uuidv7 } from 'uuid';
import { commitOnceBlocked } from '../support/blocked-statement.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffering } from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
// A reseller sees the default catalogs of all providers, so each test hides its own catalogs.
afterEach(() => harness.call('PATCH', `/admin/teams/${provider.id}`, { suspended: true }, { key: adminKey }));
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call(method, `/product-catalogs${path}`, body, { key: team.key, headers });
const readDefault = (query = '', team: TestTeam = provider) =>
  call('GET', `/default${query}`, undefined, team);
const idsOf = (items: { productOfferingId: string }[]) => items.map((item) => item.productOfferingId);

async function makeCatalog(more: object = {}, team: TestTeam = provider) {
  const body = { name: 'All', customerType: 'CONSUMER', isDefault: true, ...more };
  const reply = await call('POST', '', body, team);
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body;
}

describe('GET /product-catalogs/default', () => {
  it('returns 404 if no default catalog exists', async () => {
    await makeCatalog({ isDefault: false });
    for (const team of [provider, reseller]) {
      const { status, body } = await readDefault('', team);
      expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('returns the available product offerings, in order, with their groups', async () => {
    for (const slug of ['a', 'b'])
      await harness.call(
        'POST',
        '/product-offering-groups',
        {
          productOfferingGroupId: slug,
          name: slug,
          category: 'SUBSCRIPTION_CELL',
          internalDescription: 'secret',
        },
        provider,
      );
    const ids = [];
    for (const productOfferingGroupId of ['b', 'a', null, 'b'])
      ids.push(
        (await makeOffering(harness, provider, { productOfferingGroupId, internalDescription: 'secret' }))
          .productOfferingId,
      );
    await harness.call('POST', `/product-offerings/${ids[0]}/archive`, undefined, provider);
    const catalog = await makeCatalog({
      description: 'Everything',
      productOfferingIds: ids,
      external_reference: 'pim-7',
      metadata: { a: 1 },
    });
    const { status, body } = await readDefault();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      productCatalogId: catalog.productCatalogId,
      name: 'All',
      description: 'Everything',
      customerType: 'CONSUMER',
      external_reference: 'pim-7',
      metadata: { a: 1 },
    });
    expect(idsOf(body.productOfferings)).toEqual(ids.slice(1));
    expect(
      body.productOfferingGroups.map(
        (group: { productOfferingGroupId: string }) => group.productOfferingGroupId,
      ),
    ).toEqual(['a', 'b']);
    expect(JSON.stringify(body)).toContain('secret');
    const forReseller = await readDefault('', reseller);
    expect(idsOf(forReseller.body.productOfferings)).toEqual(ids.slice(1));
    expect(forReseller.text).not.toContain('internalDescription');
  });

  it('returns a separate catalog for each customer type', async () => {
    const business = await makeCatalog({ customerType: 'BUSINESS' });
    expect((await readDefault()).status).toBe(404);
    const { body } = await readDefault('?customerType=BUSINESS');
    expect(body).toMatchObject({ productCatalogId: business.productCatalogId, productOfferings: [] });
    expect((await readDefault('?customerType=ALL')).status).toBe(400);
  });

  it('returns to a reseller the catalog of the provider that has had one longest', async () => {
    const older = await makeTeam(harness, 'provider');
    const earlier = await makeCatalog({ isDefault: false }, older);
    const own = await makeCatalog();
    const setDefault = (isDefault: boolean) =>
      call('PATCH', `/${earlier.productCatalogId}`, { isDefault }, older);
    const shown = async () => (await readDefault('', reseller)).body.productCatalogId;
    await setDefault(true);
    expect(await shown()).toBe(own.productCatalogId);
    const replacement = await makeCatalog({ name: 'Next' });
    expect(await shown()).toBe(replacement.productCatalogId);
    await call('PATCH', `/${replacement.productCatalogId}`, { isDefault: false });
    expect(await shown()).toBe(earlier.productCatalogId);
    await call('PATCH', `/${own.productCatalogId}`, { isDefault: true });
    expect(await shown()).toBe(earlier.productCatalogId);
    await setDefault(false);
    expect(await shown()).toBe(own.productCatalogId);
  });

  it('returns to a reseller the catalog of a provider that it names', async () => {
    const other = await makeTeam(harness, 'provider');
    const own = await makeCatalog();
    const theirs = await makeCatalog({}, other);
    for (const [team, catalog] of [
      [provider, own],
      [other, theirs],
    ] as const)
      expect((await readDefault(`?providerId=${team.id}`, reseller)).body.productCatalogId).toBe(
        catalog.productCatalogId,
      );
    await harness.call('PATCH', `/admin/teams/${other.id}`, { suspended: true }, { key: adminKey });
    expect((await readDefault(`?providerId=${other.id}`, reseller)).status).toBe(404);
    expect((await readDefault('', reseller)).body.productCatalogId).toBe(own.productCatalogId);
  });

  it('returns to providers only their own catalog, to hybrid teams a requested one, and to unverified resellers none', async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const stranger = await makeTeam(harness, 'provider');
    const unverified = await makeTeam(harness, 'reseller', { verified: false });
    await makeCatalog();
    const named = `?providerId=${provider.id}`;
    expect((await readDefault('', hybrid)).status).toBe(404);
    expect((await readDefault(named, hybrid)).status).toBe(200);
    expect((await readDefault(named, provider)).status).toBe(200);
    for (const team of [stranger, unverified])
      for (const query of ['', named]) expect((await readDefault(query, team)).status).toBe(404);
    expect((await readDefault('?providerId=x', reseller)).status).toBe(400);
    expect((await readDefault(`?providerId=${uuidv7()}`, reseller)).status).toBe(404);
  });
});

describe('/product-catalogs', () => {
  it('creates, gets, lists and updates catalogs', async () => {
    const a = (await makeOffering(harness, provider)).productOfferingId;
    const b = (await makeOffering(harness, provider)).productOfferingId;
    const sent = { name: 'All', customerType: 'CONSUMER', productOfferingIds: [b, a] };
    const created = await call('POST', '', sent);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...sent, isDefault: false, metadata: {} });
    const path = `/${created.body.productCatalogId}`;
    expect(created.headers).toMatchObject({ location: `/product-catalogs${path}`, etag: '"v1"' });
    expect((await call('GET', path)).body).toEqual(created.body);
    expect((await call('PATCH', path, created.body)).headers.etag).toBe('"v1"');
    const changed = await call('PATCH', path, { productOfferingIds: [a.toUpperCase()], name: 'Some' });
    expect(changed.body).toMatchObject({ name: 'Some', productOfferingIds: [a] });
    expect(changed.headers.etag).toBe('"v2"');
    expect((await call('GET', path, undefined, provider, { 'if-none-match': '"v2"' })).status).toBe(304);
    expect((await call('PATCH', path, { name: 'X' }, provider, { 'if-match': '"v1"' })).status).toBe(412);
    const cleared = await call('PATCH', path, { productOfferingIds: null });
    expect(cleared.body.productOfferingIds).toEqual([]);
    const { items } = (await call('GET', '')).body;
    expect(items).toEqual([cleared.body]);
  });

  it('deletes a catalog, but not its product offerings', async () => {
    const { productOfferingId } = await makeOffering(harness, provider);
    const { productCatalogId: id } = await makeCatalog({ productOfferingIds: [productOfferingId] });
    const { productCatalogId: other } = await makeCatalog({ customerType: 'BUSINESS' });
    expect((await call('DELETE', `/${id}`, undefined, provider, { 'if-match': '"v2"' })).status).toBe(412);
    const deleted = await call('DELETE', `/${id}`, undefined, provider, { 'if-match': '"v1"' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/${id}`)).status).toBe(404);
    for (const team of [provider, reseller]) expect((await readDefault('', team)).status).toBe(404);
    expect((await call('GET', '')).body.items).toMatchObject([{ productCatalogId: other }]);
    const path = `/product-offerings/${productOfferingId}`;
    expect((await harness.call('GET', path, undefined, provider)).status).toBe(200);
    expect((await makeCatalog()).isDefault).toBe(true);
  });

  it('keeps one default per customer type, which a new default replaces', async () => {
    const first = await makeCatalog();
    const second = await makeCatalog();
    const business = await makeCatalog({ customerType: 'BUSINESS' });
    const isDefault = async (catalog: { productCatalogId: string }) =>
      (await call('GET', `/${catalog.productCatalogId}`)).body.isDefault;
    expect([await isDefault(first), await isDefault(second), await isDefault(business)]).toEqual([
      false,
      true,
      true,
    ]);
    await call('PATCH', `/${first.productCatalogId}`, { isDefault: true });
    expect([await isDefault(first), await isDefault(second), await isDefault(business)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('keeps one default after concurrent creates and updates', async () => {
    const created = await Promise.all(Array.from({ length: 10 }, () => makeCatalog()));
    const changed = await Promise.all(
      created.map(({ productCatalogId }) =>
        call('PATCH', `/${productCatalogId}`, { isDefault: true, name: 'Next' }),
      ),
    );
    expect(changed.map(({ status }) => status)).toEqual(created.map(() => 200));
    const { items } = (await call('GET', '')).body;
    expect(items).toHaveLength(created.length);
    expect(items.filter((item: { isDefault: boolean }) => item.isDefault)).toHaveLength(1);
  });

  it('rejects product offerings that belong to another team or customer type', async () => {
    const other = await makeTeam(harness, 'provider');
    const foreign = (await makeOffering(harness, other)).productOfferingId;
    const business = (await makeOffering(harness, provider, { customerType: 'BUSINESS' })).productOfferingId;
    const base = { name: 'All', customerType: 'CONSUMER' };
    const own = (await makeOffering(harness, provider)).productOfferingId;
    const productOfferingIds = [foreign, own, uuidv7(), business];
    const wrong = await call('POST', '', { ...base, name: '', productOfferingIds });
    expect(wrong.status).toBe(400);
    expect(
      wrong.body.errors.map(({ field, code }: { field: string; code: string }) => [field, code]),
    ).toEqual([
      ['name', 'length'],
      ['productOfferingIds[0]', 'unknown'],
      ['productOfferingIds[2]', 'unknown'],
      ['productOfferingIds[3]', 'customer_type'],
    ]);
    expect((await call('GET', '')).body.items).toEqual([]);
    const { body } = await call('POST', '', { ...base, productOfferingIds: [own] });
    const changed = await call('PATCH', `/${body.productCatalogId}`, { productOfferingIds: [own, foreign] });
    expect([changed.status, fieldsOf(changed)]).toEqual([400, ['productOfferingIds[1]']]);
  });

  it.each([
    ['name', { name: '' }],
    ['customerType', { customerType: 'ALL' }],
    ['isDefault', { isDefault: 'yes' }],
    ['productOfferingIds[0]', { productOfferingIds: ['x'] }],
    ['productOfferingIds', { productOfferingIds: Array.from({ length: 201 }, () => uuidv7()) }],
    ['productOfferingIds', { productOfferingIds: [1, 1] }],
    ['externalReference', { externalReference: 'x' }],
  ])('rejects an invalid %s with 400', async (field, more) => {
    const { status, body } = await call('POST', '', { name: 'All', customerType: 'CONSUMER', ...more });
    expect(status).toBe(400);
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it("returns 404 for another team's catalog and 403 for resellers", async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const { productCatalogId: id } = await makeCatalog({ isDefault: false });
    for (const path of [`/${id}`, `/${uuidv7()}`, '/x']) {
      expect((await call('GET', path, undefined, hybrid)).status).toBe(404);
      expect((await call('PATCH', path, {}, hybrid)).status).toBe(404);
      expect((await call('DELETE', path, undefined, hybrid)).status).toBe(404);
    }
    for (const [method, path] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
    ] as const)
      expect((await call(method, path, /GET|DELETE/.test(method) ? undefined : {}, reseller)).status).toBe(
        403,
      );
  });
});

it('refuses a product offering that is deleted at the same time', async () => {
  const { productOfferingId } = await makeOffering(harness, provider);
  const body = { name: 'A', customerType: 'CONSUMER', productOfferingIds: [productOfferingId] };
  const reply = await commitOnceBlocked(
    harness,
    (manager) => manager.query('DELETE FROM product_offerings WHERE id = $1', [productOfferingId]),
    () => call('POST', '', body),
  );
  expect([reply.status, reply.body.detail]).toEqual([
    409,
    'A product offering was deleted at the same time; try again',
  ]);
});
