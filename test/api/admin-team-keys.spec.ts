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

/** Without a key, and with a team's key. */
async function expectAdminOnly(method: string, path = '', body?: unknown) {
  expect((await harness.call(method, `/admin/teams${path}`, body)).status).toBe(401);
  const { key } = await makeTeam(harness, 'hybrid');
  const reply = await harness.call(method, `/admin/teams${path}`, body, { key });
  expect(reply.status).toBe(403);
  expect(reply.body.message).toBe('The admin key is required');
}

describe('/admin/teams/{id}/api-keys', () => {
  it('POST 201 makes a key that works, GET 200 lists it without its secret', async () => {
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

  it('DELETE 200 revokes a key, the last one included, at once and twice', async () => {
    const team = await makeTeam(harness, 'provider');
    const path = `/${team.id}/api-keys/${team.keyId}`;
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
    const reply = await admin('DELETE', path);
    expect(reply.body).toMatchObject({ id: team.keyId, status: 'revoked' });
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(401);
    expect((await admin('DELETE', path)).body).toEqual(reply.body);
  });

  it('400 for a name or an expiry that cannot be', async () => {
    const { id } = await makeTeam(harness, 'provider');
    const body = { name: '', expiresAt: 'tomorrow' };
    expect(fieldsOf(await admin('POST', `/${id}/api-keys`, body)).toSorted()).toEqual(['expiresAt', 'name']);
  });

  it("404 for an unknown team, and for another team's key", async () => {
    const [one, other] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
    expect((await admin('POST', `/${unknownId}/api-keys`, { name: 'A' })).status).toBe(404);
    expect((await admin('GET', '/abc/api-keys')).status).toBe(404);
    expect((await admin('DELETE', `/${one.id}/api-keys/${other.keyId}`)).status).toBe(404);
    expect((await admin('DELETE', `/abc/api-keys/${other.keyId}`)).status).toBe(404);
  });

  it('409 above twenty active keys', async () => {
    const { id } = await makeTeam(harness, 'provider');
    const make = () => admin('POST', `/${id}/api-keys`, { name: 'A' });
    const replies = await Promise.all(Array.from({ length: 20 }, make));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([
      ...Array.from({ length: 19 }, () => 201),
      409,
    ]);
  });

  it('401, 403 for everybody but the operator', async () => {
    await expectAdminOnly('GET', `/${unknownId}/api-keys`);
    await expectAdminOnly('POST', `/${unknownId}/api-keys`, { name: 'A' });
    await expectAdminOnly('DELETE', `/${unknownId}/api-keys/${unknownId}`);
  });
});
