import { fieldsOf, start, type Harness } from '../support/harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const create = async (body: object = {}, team = provider) =>
  (await harness.call('POST', '/provider/offers', { name: 'A', ...body }, team)).body;
const get = (path: string, team = provider) =>
  harness.call('GET', `/provider/offers${path}`, undefined, team);
const names = (body: { name: string }[]) => body.map(({ name }) => name);

describe('GET /provider/offers', () => {
  it("200 lists the team's offers with any status, newest first", async () => {
    const team = await makeTeam(harness, 'provider');
    await create({ name: 'foreign' });
    for (const status of ['draft', 'active', 'inactive', 'archived'])
      await create({ name: status, status }, team);
    const reply = await get('', team);
    expect(reply.status).toBe(200);
    expect(names(reply.body)).toEqual(['archived', 'inactive', 'active', 'draft']);
    expect(reply.headers).not.toHaveProperty('link');
    expect(reply.headers).not.toHaveProperty('x-total-count');
  });

  it('200 finds offers that a sync job created earlier', async () => {
    const team = await makeTeam(harness, 'provider');
    await create({ name: 'one', sku: 'S-1', externalId: 'crm 1', category: 'energy' }, team);
    await create({ name: 'two', sku: 's-1', externalId: 'crm 1', status: 'active' }, team);
    expect(names((await get('?sku=S-1', team)).body)).toEqual(['one']);
    expect(names((await get('?externalId=crm%201', team)).body)).toEqual(['two', 'one']);
    expect(names((await get('?status=active', team)).body)).toEqual(['two']);
    expect(names((await get('?category=energy&status=draft', team)).body)).toEqual(['one']);
    expect((await get('?sku=none', team)).body).toEqual([]);
  });

  it.each([
    'status=ACTIVE',
    'category=cars',
    'sku=',
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1.5',
    'count=yes',
  ])('400 for ?%s', async (query) => {
    const reply = await get(`?${query}`);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([query.split('=')[0]]);
  });

  it('400 for a repeated parameter', async () => {
    expect(fieldsOf(await get('?sku=a&sku=b'))).toEqual(['sku']);
    expect(fieldsOf(await get('?limit=1&limit=2'))).toEqual(['limit']);
  });

  it('400 for text that the database cannot store', async () => {
    expect(fieldsOf(await get('?sku=a%00b'))).toEqual(['sku']);
    expect((await get('?externalId=%ED%A0%80')).body).toEqual([]);
  });

  it('401 without a key, 403 for resellers', async () => {
    expect((await harness.call('GET', '/provider/offers')).status).toBe(401);
    expect((await get('', await makeTeam(harness, 'reseller'))).status).toBe(403);
  });
});

describe('GET /provider/offers/{id}', () => {
  it('200 with the offer and its ETag, 304 if the client has it', async () => {
    const offer = await create(fullOffer);
    const reply = await get(`/${offer.id}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(offer);
    const headers = { 'if-none-match': reply.headers.etag ?? '' };
    const again = await harness.call('GET', `/provider/offers/${offer.id}`, undefined, {
      ...provider,
      headers,
    });
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  it('401 without a key, 403 for resellers', async () => {
    const { id } = await create();
    expect((await harness.call('GET', `/provider/offers/${id}`)).status).toBe(401);
    expect((await get(`/${id}`, await makeTeam(harness, 'reseller'))).status).toBe(403);
  });

  it("404 for another team's offer", async () => {
    const { id } = await create();
    expect((await get(`/${id}`, await makeTeam(harness, 'provider'))).status).toBe(404);
  });
});

describe('DELETE /provider/offers/{id}', () => {
  const remove = (id: string, team = provider, headers = {}) =>
    harness.call('DELETE', `/provider/offers/${id}`, undefined, { ...team, headers });

  it('200 deletes permanently, and the SKU can be reused', async () => {
    const { id } = await create({ sku: 'GONE' });
    const reply = await remove(id);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ id, deleted: true });
    expect((await get(`/${id}`)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
    expect(await create({ sku: 'GONE' })).toHaveProperty('id');
  });

  it('401 without a key, 403 for resellers', async () => {
    const { id } = await create();
    expect((await harness.call('DELETE', `/provider/offers/${id}`)).status).toBe(401);
    expect((await remove(id, await makeTeam(harness, 'reseller'))).status).toBe(403);
  });

  it("404 for another team's offer, which is not deleted", async () => {
    const { id } = await create();
    expect((await remove(id, await makeTeam(harness, 'provider'))).status).toBe(404);
    expect((await get(`/${id}`)).status).toBe(200);
  });

  it('412 if If-Match contains another version', async () => {
    const { id } = await create();
    expect((await remove(id, provider, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await remove(id, provider, { 'if-match': '"v1"' })).status).toBe(200);
  });

  it('200 for any request body', async () => {
    const { id } = await create();
    const headers = { 'content-type': 'text/plain' };
    const path = `/provider/offers/${id}`;
    expect((await harness.call('DELETE', path, 'please', { ...provider, headers })).status).toBe(200);
  });
});
