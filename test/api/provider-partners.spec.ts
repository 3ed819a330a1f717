import { dayFromNow, unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { readAllPages } from '../support/read-all-pages.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const path = '/provider/partners/preferred';

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const add = (body: unknown, team = provider) => harness.call('POST', path, body, team);
const list = async (team = provider) => (await harness.call('GET', path, undefined, team)).body;
const remove = (id: string, team = provider) => harness.call('DELETE', `${path}/${id}`, undefined, team);

describe('POST /provider/partners/preferred', () => {
  it('adds a reseller with effect from today by default', async () => {
    const reply = await add({ resellerTeamId: reseller.id });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      resellerTeamId: reseller.id,
      tier: null,
      effectiveDate: dayFromNow(0),
      notes: null,
      createdAt: reply.body.updatedAt,
      updatedAt: expect.any(String),
    });
    expect(await list()).toEqual([reply.body]);
  });

  it('adds a hybrid team with all fields, and accepts an ID in uppercase', async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const body = { tier: 'gold', effectiveDate: '2031-02-28', notes: 'Signed.\nTwice.' };
    const reply = await add({ ...body, resellerTeamId: hybrid.id.toUpperCase() });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ ...body, resellerTeamId: hybrid.id });
  });

  it('replaces tier, date and notes with 200, and accepts an unmodified response as input', async () => {
    const first = (await add({ resellerTeamId: reseller.id, tier: 'silver', notes: 'Old' })).body;
    const reply = await add({ resellerTeamId: reseller.id, tier: 'gold', effectiveDate: '2030-01-01' });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ tier: 'gold', effectiveDate: '2030-01-01', notes: 'Old' });
    expect(reply.body.createdAt).toBe(first.createdAt);
    const again = await add(reply.body);
    expect([again.status, again.body.effectiveDate, again.body.tier]).toEqual([200, '2030-01-01', 'gold']);
    expect(await list()).toHaveLength(1);
  });

  it('changes only the members that are sent, so that adding a partner again opens nothing early', async () => {
    const sent = { tier: 'gold', effectiveDate: '2035-01-01', notes: 'Contract starts then.' };
    const first = (await add({ ...sent, resellerTeamId: reseller.id })).body;
    const again = await add({ resellerTeamId: reseller.id });
    expect([again.status, again.body]).toEqual([200, { ...first, updatedAt: again.body.updatedAt }]);
    expect((await add({ resellerTeamId: reseller.id, tier: 'silver' })).body).toMatchObject({
      ...sent,
      tier: 'silver',
    });
    const moved = { effectiveDate: '2036-01-01', notes: null };
    expect((await add({ resellerTeamId: reseller.id, ...moved })).body).toMatchObject({
      ...moved,
      tier: 'silver',
    });
    expect(await list()).toMatchObject([{ ...moved, tier: 'silver' }]);
  });

  it('creates a partner once and then replaces it if the same reseller is added concurrently', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, () => add({ resellerTeamId: reseller.id })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(await list()).toHaveLength(1);
  });

  it.each([
    ['resellerTeamId', {}],
    ['resellerTeamId', { resellerTeamId: 'abc' }],
    ['resellerTeamId', { resellerTeamId: null }],
    ['resellerTeamId', { resellerTeamId: 7 }],
    ['effectiveDate', { effectiveDate: '2026-02-30' }],
    ['effectiveDate', { effectiveDate: '2026-1-1' }],
    ['effectiveDate', { effectiveDate: '2026-01-01T00:00:00Z' }],
    ['effectiveDate', { effectiveDate: 20260101 }],
    ['effectiveDate', { effectiveDate: null }],
    ['effectiveDate', { effectiveDate: ['2026-01-01'] }],
    ['tier', { tier: 'x'.repeat(51) }],
    ['notes', { notes: 'x'.repeat(5001) }],
    ['notes', { notes: [{ date: '2026-01-01' }] }],
    ['level', { level: 'gold' }],
  ])('returns 400 with the field %s for %j', async (field, body) => {
    const needed = field === 'resellerTeamId' ? {} : { resellerTeamId: reseller.id };
    const reply = await add({ ...needed, ...body });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
    expect(await list()).toEqual([]);
  });

  it("returns 400 for the provider's own team", async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const reply = await add({ resellerTeamId: hybrid.id }, hybrid);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(['resellerTeamId']);
  });

  it('returns 401 without a key and 403 for resellers', async () => {
    expect((await harness.call('POST', path, { resellerTeamId: reseller.id })).status).toBe(401);
    expect((await add({ resellerTeamId: reseller.id }, reseller)).body.message).toBe(
      'Provider role required',
    );
  });

  it('returns the same 400 for an unknown team and for a team that is not a reseller', async () => {
    const other = await makeTeam(harness, 'provider');
    const [unknown, notReseller] = [
      await add({ resellerTeamId: unknownId, tier: 5 }),
      await add({ resellerTeamId: other.id, tier: 5 }),
    ];
    expect([unknown.status, notReseller.status]).toEqual([400, 400]);
    expect(fieldsOf(unknown).toSorted()).toEqual(['resellerTeamId', 'tier']);
    const { instance: _, requestId: __, ...body } = unknown.body;
    expect(notReseller.body).toMatchObject(body);
  });
});

describe('GET /provider/partners/preferred', () => {
  it('lists the partners of the calling provider in pages, newest first', async () => {
    const resellers = [];
    for (let count = 0; count < 5; count += 1) resellers.push(await makeTeam(harness, 'reseller'));
    for (const { id } of resellers) await add({ resellerTeamId: id });
    await add({ resellerTeamId: reseller.id }, await makeTeam(harness, 'provider'));
    const entries = await readAllPages<{ resellerTeamId: string }>(harness, `${path}?limit=2`, provider.key);
    expect(entries.map(({ resellerTeamId }) => resellerTeamId)).toEqual(
      resellers.map(({ id }) => id).toReversed(),
    );
    const first = await harness.call('GET', `${path}?limit=2&count=true`, undefined, provider);
    expect(first.headers['x-total-count']).toBe('5');
  });

  it('neither skips nor repeats partners added at the same time', async () => {
    const resellers = await Promise.all(Array.from({ length: 8 }, () => makeTeam(harness, 'reseller')));
    await Promise.all(resellers.map(({ id }) => add({ resellerTeamId: id })));
    const entries = await readAllPages<{ resellerTeamId: string }>(harness, `${path}?limit=3`, provider.key);
    expect(entries.map(({ resellerTeamId }) => resellerTeamId).toSorted()).toEqual(
      resellers.map(({ id }) => id).toSorted(),
    );
  });

  it.each(['limit=0', 'limit=101', 'cursor=abc.def', 'tier=gold'])('returns 400 for ?%s', async (query) => {
    expect((await harness.call('GET', `${path}?${query}`, undefined, provider)).status).toBe(400);
  });

  it("returns 400 for the cursor of another provider's list", async () => {
    for (const role of ['reseller', 'hybrid'] as const)
      await add({ resellerTeamId: (await makeTeam(harness, role)).id });
    const link = (await harness.call('GET', `${path}?limit=1`, undefined, provider)).headers.link ?? '';
    const next = /<([^>]+)>/.exec(link)?.[1] ?? '';
    expect((await harness.call('GET', next, undefined, provider)).status).toBe(200);
    const other = await makeTeam(harness, 'provider');
    expect((await harness.call('GET', next, undefined, other)).body.code).toBe('INVALID_CURSOR');
  });

  it('returns 401 without a key and 403 for resellers and suspended providers', async () => {
    expect((await harness.call('GET', path)).status).toBe(401);
    expect((await harness.call('GET', path, undefined, reseller)).status).toBe(403);
    await harness.call('PATCH', `/admin/teams/${provider.id}`, { suspended: true }, { key: adminKey });
    expect((await harness.call('GET', path, undefined, provider)).status).toBe(403);
  });
});

describe('DELETE /provider/partners/preferred/{resellerTeamId}', () => {
  it('removes a partner, and returns 404 the second time', async () => {
    await add({ resellerTeamId: reseller.id });
    const reply = await remove(reseller.id);
    expect([reply.status, reply.body]).toEqual([200, { resellerTeamId: reseller.id, deleted: true }]);
    expect(await list()).toEqual([]);
    expect((await remove(reseller.id)).status).toBe(404);
  });

  it('returns 404 for anything but a partner of the calling provider', async () => {
    const other = await makeTeam(harness, 'provider');
    await add({ resellerTeamId: reseller.id }, other);
    for (const id of [reseller.id, provider.id, unknownId, 'abc', '0'])
      expect([id, (await remove(id)).status]).toEqual([id, 404]);
    expect(await list(other)).toHaveLength(1);
  });

  it('returns 401 without a key and 403 for resellers', async () => {
    expect((await harness.call('DELETE', `${path}/${reseller.id}`)).status).toBe(401);
    expect((await remove(reseller.id, reseller)).status).toBe(403);
  });
});
