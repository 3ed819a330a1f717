import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { commitOnceBlocked } from '../support/blocked-statement.js';
import {
  makeOffering,
  makeProduct,
  makePromotion,
  recurring,
} from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;
let stranger: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  stranger = await makeTeam(harness, 'hybrid');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call(method, `/product-offering-groups${path}`, body, { key: team.key, headers });
const group = (productOfferingGroupId: string, more: object = {}) => ({
  productOfferingGroupId,
  name: 'Mobile plans',
  category: 'SUBSCRIPTION_CELL',
  ...more,
});

describe('/product-offering-groups', () => {
  it('creates, gets and lists groups', async () => {
    const team = await makeTeam(harness, 'provider');
    const sent = group('mobile-plans', { description: 'For phones', internalDescription: 'Reviewed' });
    const created = await call('POST', '', sent, team);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject(sent);
    expect(created.headers).toMatchObject({
      location: '/product-offering-groups/mobile-plans',
      etag: '"v1"',
    });
    const prefixed = group('data', { category: 'PRODUCT_CATEGORY_EXTRA_DATA' });
    const other = await call('POST', '', prefixed, team);
    expect(other.body.category).toBe('EXTRA_DATA');
    expect((await call('GET', '', undefined, team)).body).toEqual({
      items: [other.body, created.body],
      pagination: { nextCursor: null, limit: 50 },
    });
    expect((await call('GET', '/mobile-plans', undefined, team)).body).toEqual(created.body);
    const cached = { 'if-none-match': '"v1"' };
    expect((await call('GET', '/mobile-plans', undefined, team, cached)).status).toBe(304);
  });

  it('requires IDs that are unique within the team', async () => {
    expect((await call('POST', '', group('once'))).status).toBe(201);
    expect((await call('POST', '', group('once'))).status).toBe(409);
    expect((await call('POST', '', group('once'), stranger)).status).toBe(201);
  });

  it('updates everything except the ID', async () => {
    await call('POST', '', group('plans', { description: 'Old' }));
    const { body, headers } = await call('PATCH', '/plans', { name: 'New', description: null });
    expect(body).toMatchObject({ productOfferingGroupId: 'plans', name: 'New' });
    expect(body).not.toHaveProperty('description');
    expect(headers.etag).toBe('"v2"');
    expect((await call('PATCH', '/plans', body)).headers.etag).toBe('"v2"');
    expect((await call('PATCH', '/plans', { productOfferingGroupId: 'other' })).status).toBe(409);
    expect((await call('PATCH', '/plans', { name: null })).status).toBe(400);
    expect((await call('PATCH', '/plans', { name: 'A' }, provider, { 'if-match': '"v1"' })).status).toBe(412);
  });

  it('shows changes to a group in product offerings immediately', async () => {
    await call('POST', '', group('live'));
    const created = await makeOffering(harness, provider, { productOfferingGroupId: 'live' });
    await call('PATCH', '/live', { name: 'Renamed' });
    const path = `/product-offerings/${created.productOfferingId}`;
    const { body, headers } = await harness.call('GET', path, undefined, provider);
    expect(body.group.name).toBe('Renamed');
    expect(headers.etag).toBe('"v1.1.2"');
  });

  it('deletes a group that nothing uses', async () => {
    await call('POST', '', group('gone'));
    const productOfferingGroupId = 'gone';
    const { productOfferingId } = await makeOffering(harness, provider, { productOfferingGroupId });
    const { promotionId } = await makePromotion(harness, provider, { targets: [{ productOfferingGroupId }] });
    const used = await call('DELETE', '/gone');
    expect([used.status, used.body.code]).toEqual([409, 'CONFLICT']);
    const path = `/product-offerings/${productOfferingId}`;
    await harness.call('PATCH', path, { productOfferingGroupId: null }, provider);
    expect((await call('DELETE', '/gone')).body.detail).toContain('promotion');
    await harness.call('DELETE', `/discounts/promotions/${promotionId}`, undefined, provider);
    expect((await call('DELETE', '/gone', undefined, provider, { 'if-match': '"v2"' })).status).toBe(412);
    const deleted = await call('DELETE', '/gone', undefined, provider, { 'if-match': '"v1"' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE']) expect((await call(method, '/gone')).status).toBe(404);
    expect((await call('POST', '', group('gone'))).status).toBe(201);
  });

  it('refuses a product offering whose group is deleted at the same time', async () => {
    await call('POST', '', group('leaving'));
    const { productId } = await makeProduct(harness, provider);
    const productOfferingGroupId = 'leaving';
    const body = { name: 'A', productId, customerType: 'CONSUMER', price: recurring, productOfferingGroupId };
    const reply = await commitOnceBlocked(
      harness,
      (manager) => manager.query("DELETE FROM product_offering_groups WHERE slug = 'leaving'"),
      () => harness.call('POST', '/product-offerings', body, provider),
    );
    expect([reply.status, reply.body.detail]).toEqual([
      409,
      'The group was deleted at the same time; try again',
    ]);
  });

  it.each([
    ['productOfferingGroupId', { productOfferingGroupId: '' }],
    ['productOfferingGroupId', { productOfferingGroupId: 'a b' }],
    ['productOfferingGroupId', { productOfferingGroupId: '-a' }],
    ['productOfferingGroupId', { productOfferingGroupId: 'a/../b' }],
    ['productOfferingGroupId', { productOfferingGroupId: 'x'.repeat(65) }],
    ['name', { name: ' ' }],
    ['category', { category: 'PLANS' }],
    ['colour', { colour: 'red' }],
  ])('rejects an invalid %s with 400', async (field, more) => {
    const { status, body } = await call('POST', '', { ...group('x'), ...more });
    expect(status).toBe(400);
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it("returns 404 for an unknown ID or another team's group, and 403 for resellers", async () => {
    await call('POST', '', group('mine'));
    for (const id of ['mine', 'unknown', '%00', '..%2Fmine', `${'x'.repeat(500)}`]) {
      const [read, change] = [
        await call('GET', `/${id}`, undefined, stranger),
        await call('PATCH', `/${id}`, {}, stranger),
      ];
      const deletion = await call('DELETE', `/${id}`, undefined, stranger);
      expect([read.status, change.status, deletion.status]).toEqual([404, 404, 404]);
    }
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/mine'],
      ['POST', ''],
      ['PATCH', '/mine'],
      ['DELETE', '/mine'],
    ] as const)
      expect((await call(method, path, /GET|DELETE/.test(method) ? undefined : {}, reseller)).status).toBe(
        403,
      );
  });
});
