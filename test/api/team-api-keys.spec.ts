import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { ApiKeyUsage } from '../../src/teams/api-keys/api-key-usage.js';
import { until } from '../support/until.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

const create = (team: { key: string }, body: unknown = { name: 'CI' }) =>
  harness.call('POST', '/team/api-keys', body, team);
const list = (team: { key: string }) => harness.call('GET', '/team/api-keys', undefined, team);
const revoke = (team: { key: string }, id: string) =>
  harness.call('DELETE', `/team/api-keys/${id}`, undefined, team);
const rotate = (team: { key: string }, id: string, body?: unknown) =>
  harness.call('POST', `/team/api-keys/${id}/rotate`, body, team);
const isValid = async (key: string) =>
  (await harness.call('GET', '/team', undefined, { key })).status === 200;
const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

let team: TestTeam;
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});

describe('POST /team/api-keys', () => {
  it('creates a key in the documented format', async () => {
    const reply = await create(team, { name: ' Nightly sync ' });
    expect(reply.status).toBe(201);
    expect(reply.body.key).toMatch(/^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38,}$/);
    expect(reply.body).toMatchObject({
      name: 'Nightly sync',
      prefix: reply.body.key.slice(0, 16),
      last4: reply.body.key.slice(-4),
      status: 'active',
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
      rotatedFromId: null,
    });
    expect(await isValid(reply.body.key)).toBe(true);
  });

  it.each([
    [{}, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: 'A', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'A', expiresAt: '2999-01-01' }, 'expiresAt'],
    [{ name: 'A', expiresAt: '2999-02-30T00:00:00Z' }, 'expiresAt'],
    [{ name: 'A', expiresAt: '9999-12-31T23:59:59-10:00' }, 'expiresAt'],
    [{ name: 'A', scope: 'all' }, 'scope'],
  ])('returns 400 for %j', async (body, field) => {
    const reply = await create(team, body);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
  });

  it('returns 409 for more than twenty active keys, not counting revoked ones', async () => {
    const ids = [];
    for (let count = 1; count < 20; count += 1) ids.push((await create(team)).body.id);
    expect((await create(team)).status).toBe(409);
    await revoke(team, ids[0]);
    expect((await create(team)).status).toBe(201);
  });

  it('returns 401 without a key', async () => {
    expect((await harness.call('POST', '/team/api-keys', { name: 'A' })).status).toBe(401);
  });
});

describe('GET /team/api-keys', () => {
  it('lists the keys of the calling team, newest first, without their secrets', async () => {
    await makeTeam(harness, 'provider');
    const { body } = await create(team);
    const reply = await list(team);
    expect(reply.body.map(({ id }: { id: string }) => id)).toEqual([body.id, team.keyId]);
    expect(reply.text).not.toContain(body.key);
    expect(reply.body[0]).not.toHaveProperty('key');
  });

  it('reports when a key was last used, without a write for every request', async () => {
    const start = Date.now();
    await list(team);
    expect((await list(team)).body[0].lastUsedAt).toBeNull();
    await harness.app.get(ApiKeyUsage).flush();
    const { lastUsedAt } = (await list(team)).body[0];
    expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(start);
    expect(Date.parse(lastUsedAt)).toBeLessThanOrEqual(Date.now());
  });

  it('returns 401 without a key', async () => {
    expect((await harness.call('GET', '/team/api-keys')).status).toBe(401);
  });
});

describe('DELETE /team/api-keys/{id}', () => {
  it('revokes a key immediately, and returns the same key for a second call', async () => {
    const { body } = await create(team);
    expect(await isValid(body.key)).toBe(true);
    const reply = await revoke(team, body.id);
    expect(reply.body).toMatchObject({ id: body.id, status: 'revoked' });
    expect(await isValid(body.key)).toBe(false);
    expect((await revoke(team, body.id)).body).toEqual(reply.body);
  });

  it('allows a key to revoke itself if the team has another one', async () => {
    const { body } = await create(team);
    expect((await revoke({ key: body.key }, body.id)).status).toBe(200);
    expect((await list({ key: body.key })).status).toBe(401);
  });

  it("returns 404 for an unknown ID and for another team's key, which remains valid", async () => {
    const other = await makeTeam(harness, 'provider');
    for (const id of [unknownId, 'abc', other.keyId]) expect((await revoke(team, id)).status).toBe(404);
    expect(await isValid(other.key)).toBe(true);
  });

  it('returns 409 for the last active key', async () => {
    expect((await revoke(team, team.keyId)).status).toBe(409);
    expect(await isValid(team.key)).toBe(true);
  });

  it('keeps one active key if two keys revoke each other concurrently', async () => {
    const { body } = await create(team);
    const replies = await Promise.all([revoke(team, body.id), revoke({ key: body.key }, team.keyId)]);
    // The second request gets 409, or 401 if its own key was revoked before it arrived.
    const [first, second] = replies.map(({ status }) => status).toSorted();
    expect([first, [401, 409].includes(second ?? 0)]).toEqual([200, true]);
    expect([await isValid(team.key), await isValid(body.key)].toSorted()).toEqual([false, true]);
  });

  it('returns 401 without a key', async () => {
    expect((await harness.call('DELETE', `/team/api-keys/${unknownId}`)).status).toBe(401);
  });
});

describe('POST /team/api-keys/{id}/rotate', () => {
  it('returns a new key and revokes the old one immediately', async () => {
    const reply = await rotate(team, team.keyId);
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ name: 'test', rotatedFromId: team.keyId, status: 'active' });
    expect(await isValid(reply.body.key)).toBe(true);
    expect(await isValid(team.key)).toBe(false);
  });

  it('keeps both keys valid during the grace period', async () => {
    const { body } = await rotate(team, team.keyId, { gracePeriodSeconds: 3 });
    expect([await isValid(body.key), await isValid(team.key)]).toEqual([true, true]);
    await until(async () => !(await isValid(team.key)));
    expect(await isValid(body.key)).toBe(true);
  });

  it('never extends the validity of the old key', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { body } = await create(team, { name: 'A', expiresAt });
    await rotate(team, body.id, { gracePeriodSeconds: 86_400 });
    const old = (await list(team)).body.find(({ id }: { id: string }) => id === body.id);
    expect(old).toMatchObject({ expiresAt, retiresAt: expiresAt });
  });

  it.each([-1, 86_401, 1.5, '60', null])(
    'returns 400 for a grace period of %p',
    async (gracePeriodSeconds) => {
      const reply = await rotate(team, team.keyId, { gracePeriodSeconds });
      expect(fieldsOf(reply)).toEqual(['gracePeriodSeconds']);
      expect(await isValid(team.key)).toBe(true);
    },
  );

  it("returns 404 for an unknown ID and for another team's key", async () => {
    const other = await makeTeam(harness, 'provider');
    for (const id of [unknownId, 'abc', other.keyId]) expect((await rotate(team, id)).status).toBe(404);
  });

  it('returns 409 for a revoked key, and for all but one of several concurrent rotations', async () => {
    const { body } = await create(team);
    const replies = await Promise.all(Array.from({ length: 4 }, () => rotate(team, body.id)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  it('returns 401 without a key', async () => {
    expect((await harness.call('POST', `/team/api-keys/${unknownId}/rotate`)).status).toBe(401);
  });
});
