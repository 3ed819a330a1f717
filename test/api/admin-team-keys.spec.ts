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

describe('/admin/teams/{id}/api-keys', () => {
  it('creates a valid key, and lists it without its secret', async () => {
    const team = await makeTeam(harness, 'provider');
    const reply = await admin('POST', `/${team.id}/api-keys`, {
      name: 'CI',
      expiresAt: '2999-01-01T00:00:00+02:00',
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ name: 'CI', status: 'active', expiresAt: '2998-12-31T22:00:00.000Z' });
    expect((await harness.call('GET', '/team', undefined, { key: reply.body.key })).body.id).toBe(team.id);
    const { key, ...shown } = reply.body;
    const list = await admin('GET', `/${team.id}/api-keys`);
    expect(list.body).toMatchObject([shown, { id: team.keyId }]);
    expect(list.text).not.toContain(key);
  });

  it('revokes even the last key immediately, and returns the same key for a second call', async () => {
    const team = await makeTeam(harness, 'provider');
    const path = `/${team.id}/api-keys/${team.keyId}`;
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
    const reply = await admin('DELETE', path);
    expect(reply.body).toMatchObject({ id: team.keyId, status: 'revoked' });
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(401);
    expect((await admin('DELETE', path)).body).toEqual(reply.body);
  });

  it('returns 400 for an invalid name or expiry', async () => {
    const { id } = await makeTeam(harness, 'provider');
    const body = { name: '', expiresAt: 'tomorrow' };
    expect(fieldsOf(await admin('POST', `/${id}/api-keys`, body)).toSorted()).toEqual(['expiresAt', 'name']);
  });

  it("returns 404 for an unknown team and for another team's key", async () => {
    const [one, other] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
    expect((await admin('POST', `/${unknownId}/api-keys`, { name: 'A' })).status).toBe(404);
    expect((await admin('GET', '/abc/api-keys')).status).toBe(404);
    expect((await admin('DELETE', `/${one.id}/api-keys/${other.keyId}`)).status).toBe(404);
    expect((await admin('DELETE', `/abc/api-keys/${other.keyId}`)).status).toBe(404);
  });

  it('returns 409 for more than twenty active keys', async () => {
    const { id } = await makeTeam(harness, 'provider');
    const create = () => admin('POST', `/${id}/api-keys`, { name: 'A' });
    const replies = await Promise.all(Array.from({ length: 20 }, create));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([
      ...Array.from({ length: 19 }, () => 201),
      409,
    ]);
  });

  it('rejects everyone but the operator', async () => {
    await expectAdminOnly('GET', `/${unknownId}/api-keys`);
    await expectAdminOnly('POST', `/${unknownId}/api-keys`, { name: 'A' });
    await expectAdminOnly('DELETE', `/${unknownId}/api-keys/${unknownId}`);
  });
});
