import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

const admin = (method: string, path = '', body?: unknown, headers: Record<string, string> = {}) =>
  harness.call(method, `/admin/teams${path}`, body, { key: adminKey, headers });
const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

/** Expects 401 without a key and 403 with a team's key. */
async function expectAdminOnly(method: string, path = '', body?: unknown) {
  expect((await harness.call(method, `/admin/teams${path}`, body)).status).toBe(401);
  const { key } = await makeTeam(harness, 'hybrid');
  const reply = await harness.call(method, `/admin/teams${path}`, body, { key });
  expect(reply.status).toBe(403);
  expect(reply.body.message).toBe('The admin key is required');
}

describe('POST /admin/teams', () => {
  it('creates a team and returns its location and ETag', async () => {
    const reply = await admin('POST', '', { name: ' Northwind ', role: 'provider' });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      name: 'Northwind',
      role: 'provider',
      verified: false,
      verifiedAt: null,
      suspended: false,
      suspendedAt: null,
      defaultCurrency: 'USD',
      version: 1,
    });
    expect(reply.headers).toMatchObject({ location: `/admin/teams/${reply.body.id}`, etag: '"v1"' });
  });

  it('creates a verified team with a given default currency', async () => {
    const reply = await admin('POST', '', {
      name: 'A',
      role: 'hybrid',
      verified: true,
      defaultCurrency: 'JPY',
    });
    expect(reply.body).toMatchObject({
      verified: true,
      defaultCurrency: 'JPY',
      verifiedAt: reply.body.createdAt,
    });
  });

  it.each([
    [{}, ['name', 'role']],
    [{ name: ' ', role: 'Provider' }, ['name', 'role']],
    [
      { name: 'A', role: 'provider', verified: 'yes', defaultCurrency: 'usd' },
      ['verified', 'defaultCurrency'],
    ],
    [{ name: 'A', role: 'provider', defaultCurrency: 'XXX' }, ['defaultCurrency']],
    [{ name: 'A', role: 'provider', verfied: true }, ['verfied']],
  ])('returns 400 for %j', async (body, fields) => {
    const reply = await admin('POST', '', body);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply).toSorted()).toEqual(fields.toSorted());
  });

  it('rejects everyone but the operator', () => expectAdminOnly('POST', '', { name: 'A', role: 'hybrid' }));
});

describe('GET /admin/teams', () => {
  it('lists teams, newest first, and filters by role', async () => {
    const first = await admin('POST', '', { name: 'First', role: 'reseller' });
    const second = await admin('POST', '', { name: 'Second', role: 'hybrid' });
    expect((await admin('GET', '?limit=2')).body).toEqual([second.body, first.body]);
    expect((await admin('GET', '?limit=1&role=reseller')).body).toEqual([first.body]);
  });

  it('returns 400 for an unknown role', async () => {
    expect(fieldsOf(await admin('GET', '?role=admin'))).toEqual(['role']);
  });

  it('rejects everyone but the operator', () => expectAdminOnly('GET'));
});

describe('GET /admin/teams/{id}', () => {
  it('returns the team, and 304 if its ETag matches', async () => {
    const { body } = await admin('POST', '', { name: 'A', role: 'reseller' });
    const reply = await admin('GET', `/${body.id}`);
    expect(reply.body).toEqual(body);
    expect((await admin('GET', `/${body.id}`, undefined, { 'if-none-match': '"v1"' })).status).toBe(304);
  });

  it.each([unknownId, 'abc'])('returns 404 for %s', async (id) => {
    expect((await admin('GET', `/${id}`)).status).toBe(404);
  });

  it('rejects everyone but the operator', () => expectAdminOnly('GET', `/${unknownId}`));
});

describe('PATCH /admin/teams/{id}', () => {
  const create = async () => (await admin('POST', '', { name: 'A', role: 'reseller' })).body;

  it('verifies, suspends and renames a team, and reverts the changes', async () => {
    const { id } = await create();
    const changed = await admin('PATCH', `/${id}`, { name: 'B', verified: true, suspended: true });
    expect(changed.body).toMatchObject({ name: 'B', verified: true, suspended: true, version: 2 });
    expect(changed.headers.etag).toBe('"v2"');
    const back = await admin('PATCH', `/${id}`, { verified: false, suspended: false });
    expect(back.body).toMatchObject({ name: 'B', verifiedAt: null, suspendedAt: null, version: 3 });
  });

  it('accepts an unmodified team without changing it', async () => {
    const team = await create();
    expect((await admin('PATCH', `/${team.id}`, team)).body).toEqual(team);
    expect((await admin('PATCH', `/${team.id}`, {})).body).toEqual(team);
  });

  it('keeps the time of the first verification', async () => {
    const { id } = await create();
    const { verifiedAt } = (await admin('PATCH', `/${id}`, { verified: true })).body;
    expect((await admin('PATCH', `/${id}`, { verified: true, name: 'C' })).body.verifiedAt).toBe(verifiedAt);
  });

  it("applies a change to the team's next request", async () => {
    const team = await makeTeam(harness, 'provider');
    await admin('PATCH', `/${team.id}`, { suspended: true });
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(403);
    await admin('PATCH', `/${team.id}`, { suspended: false });
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
    await admin('PATCH', `/${team.id}`, { defaultCurrency: 'EUR' });
    expect((await harness.call('POST', '/provider/offers', { name: 'A' }, team)).body.currency).toBe('EUR');
  });

  it('returns 400 for null and wrong types', async () => {
    const { id } = await create();
    const reply = await admin('PATCH', `/${id}`, { name: null, verified: 1, defaultCurrency: null });
    expect(fieldsOf(reply).toSorted()).toEqual(['defaultCurrency', 'name', 'verified']);
  });

  it.each([unknownId, 'abc'])('returns 404 for %s', async (id) => {
    expect((await admin('PATCH', `/${id}`, { name: 'B' })).status).toBe(404);
  });

  it('returns 412 if If-Match contains another version', async () => {
    const { id } = await create();
    expect((await admin('PATCH', `/${id}`, { name: 'B' }, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await admin('PATCH', `/${id}`, { name: 'B' }, { 'if-match': '"v1"' })).status).toBe(200);
  });

  it('rejects everyone but the operator', () => expectAdminOnly('PATCH', `/${unknownId}`, {}));
});
