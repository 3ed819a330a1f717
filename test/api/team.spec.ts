import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';
import { until } from '../support/until.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

const getTeam = (key?: string, headers = {}) => harness.call('GET', '/team', undefined, { key, headers });

describe('GET /team', () => {
  it.each(['provider', 'reseller', 'hybrid'] as const)('returns the team of a %s', async (role) => {
    const team = await makeTeam(harness, role);
    const reply = await getTeam(team.key);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id: team.id, name: team.name, role, verified: true });
  });

  it('returns 304 for a matching ETag until the team changes', async () => {
    const { id, key } = await makeTeam(harness, 'reseller');
    const headers = { 'if-none-match': '"v1"' };
    expect((await getTeam(key, headers)).status).toBe(304);
    await harness.call('PATCH', `/admin/teams/${id}`, { name: 'New' }, { key: adminKey });
    expect((await getTeam(key, headers)).body.name).toBe('New');
  });

  it('returns 400 for a query parameter', async () => {
    const { key } = await makeTeam(harness, 'reseller');
    expect((await harness.call('GET', '/team?verbose=1', undefined, { key })).status).toBe(400);
  });

  it.each([
    ['no key', undefined],
    ['an empty key', ''],
    ['a word', 'secret'],
    ['a key that was never issued', 'od_live_Zk81mQ0a_3hT7cV0pXr5LqYb2WnEj8sKd4UfGm6AzQ1iR0000009fQz'],
  ])('returns 401 for %s', async (_, key) => {
    const reply = await getTeam(key);
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="offerdock"');
    expect(reply.body).toMatchObject({ statusCode: 401, error: 'Unauthorized', code: 'UNAUTHORIZED' });
  });

  it('returns 401 for a key with a typo or with different case', async () => {
    const { key } = await makeTeam(harness, 'reseller');
    const typo = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
    for (const invalid of [typo, key.toLowerCase(), `${key}x`, ` ${key} x`])
      expect((await getTeam(invalid)).status).toBe(401);
  });

  it('rejects an expired key', async () => {
    const team = await makeTeam(harness, 'reseller');
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const { body } = await harness.call('POST', '/team/api-keys', { name: 'Brief', expiresAt }, team);
    expect((await getTeam(body.key)).status).toBe(200);
    await until(async () => (await getTeam(body.key)).status === 401);
    const { body: keys } = await harness.call('GET', '/team/api-keys', undefined, team);
    expect(keys[0]).toMatchObject({ id: body.id, status: 'expired' });
  });

  it('returns 403 for the admin key and for a suspended team', async () => {
    expect((await getTeam(adminKey)).status).toBe(403);
    const { id, key } = await makeTeam(harness, 'hybrid');
    await harness.call('PATCH', `/admin/teams/${id}`, { suspended: true }, { key: adminKey });
    expect((await getTeam(key)).body).toMatchObject({ status: 403, message: 'The team is suspended' });
  });
});
