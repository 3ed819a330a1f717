import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const create = async (body: object, team = provider) =>
  (await harness.call('POST', '/provider/offers', { name: 'A', status: 'active', ...body }, team)).body;
const get = (path = '', team = reseller, headers = {}) =>
  harness.call('GET', `/reseller/catalog${path}`, undefined, { ...team, headers });
const ids = (body: { id: string }[]) => body.map(({ id }) => id);
const hidden = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'allowedResellers',
  'teamId',
  'feed',
];

describe('GET /reseller/catalog', () => {
  it("200 returns active offers from all providers, newest first, with the provider's name", async () => {
    const other = await makeTeam(harness, 'hybrid');
    const first = await create({ name: 'First' });
    const second = await create({ name: 'Second' }, other);
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(ids(reply.body).slice(0, 2)).toEqual([second.id, first.id]);
    expect(reply.body[0]).toMatchObject({ name: 'Second', providerId: other.id, providerName: other.name });
    expect(reply.headers['cache-control']).toBe('private, no-cache');
  });

  it("200 hides the provider's internal fields", async () => {
    const offer = await create({ ...fullOffer, sku: 'CAT-1' });
    const [entry] = (await get('?limit=1')).body;
    const {
      internalName,
      internalDescription,
      complianceNotes,
      externalId,
      submissionUrl,
      allowedResellers,
      teamId,
      feed: _feed,
      ...shown
    } = offer;
    expect([
      internalName,
      internalDescription,
      complianceNotes,
      externalId,
      submissionUrl,
      allowedResellers,
      teamId,
    ]).not.toContain(null);
    expect(entry).toEqual({
      ...shown,
      complianceAssessment: { status: shown.complianceAssessment.status },
      providerId: provider.id,
      providerName: provider.name,
      setupFee: 59.99,
    });
    for (const field of hidden) expect(entry).not.toHaveProperty(field);
  });

  it.each(['draft', 'inactive', 'archived'])('200 omits offers that are %s', async (status) => {
    const { id } = await create({ status });
    expect(ids((await get()).body)).not.toContain(id);
  });

  it('200 filters by category', async () => {
    const { id } = await create({ category: 'insurance' });
    expect(ids((await get('?category=insurance')).body)).toEqual([id]);
    expect((await get('?category=television')).body).toEqual([]);
  });

  it('200 omits suspended providers until they are reactivated', async () => {
    const team = await makeTeam(harness, 'provider');
    const { id } = await create({}, team);
    const suspend = (suspended: boolean) =>
      harness.call('PATCH', `/admin/teams/${team.id}`, { suspended }, { key: adminKey });
    await suspend(true);
    expect(ids((await get()).body)).not.toContain(id);
    expect((await get(`/${id}`)).status).toBe(404);
    await suspend(false);
    expect(ids((await get()).body)).toContain(id);
  });

  it('200 is available to hybrid teams', async () => {
    expect((await get('', await makeTeam(harness, 'hybrid'))).status).toBe(200);
  });

  it.each(['category=Internet', 'zipCode=9410', 'limit=101'])('400 for ?%s', async (query) => {
    const reply = await get(`?${query}`);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([query.split('=')[0]]);
  });

  it('401 without a key, 403 for providers', async () => {
    expect((await harness.call('GET', '/reseller/catalog')).status).toBe(401);
    expect((await get('', provider)).body.message).toBe('Reseller role required');
  });
});

describe('GET /reseller/catalog/{offerId}', () => {
  it('200 returns the same offer as the list', async () => {
    const { id } = await create({ fees: { installationFee: 0.1, equipmentFee: 0.2, depositRequired: 100 } });
    const reply = await get(`/${id}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual((await get('?limit=1')).body[0]);
    expect(reply.body.setupFee).toBe(0.3);
  });

  it('304 until the offer or the name of its provider changes', async () => {
    const team = await makeTeam(harness, 'provider');
    const { id } = await create({}, team);
    const tag = async () => (await get(`/${id}`)).headers.etag ?? '';
    const first = await tag();
    expect((await get(`/${id}`, reseller, { 'if-none-match': first })).status).toBe(304);
    await harness.call('PATCH', `/admin/teams/${team.id}`, { name: 'Renamed' }, { key: adminKey });
    const second = await get(`/${id}`, reseller, { 'if-none-match': first });
    expect(second.body.providerName).toBe('Renamed');
    await harness.call('PATCH', `/provider/offers/${id}`, { overview: 'More' }, team);
    expect((await get(`/${id}`, reseller, { 'if-none-match': await tag() })).status).toBe(304);
    expect(await tag()).not.toBe(second.headers.etag);
  });

  it('401 without a key, 403 for providers', async () => {
    const { id } = await create({});
    expect((await harness.call('GET', `/reseller/catalog/${id}`)).status).toBe(401);
    expect((await get(`/${id}`, provider)).status).toBe(403);
  });

  it.each(['draft', 'inactive', 'archived'])('404 for an offer that is %s', async (status) => {
    const { id } = await create({ status });
    expect((await get(`/${id}`)).status).toBe(404);
  });
});
