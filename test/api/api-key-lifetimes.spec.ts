import { DataSource } from 'typeorm';
import { adminKey, fieldsOf, start, type Harness, type Reply } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { until } from '../support/until.js';

const dayMs = 86_400_000;
const maxActiveKeys = 20;

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});

type Key = { key: string };
const create = (by: Key, more: object = {}) =>
  harness.call('POST', '/team/api-keys', { name: 'A', ...more }, by);
const rotate = (by: Key, id: string, body: object = {}) =>
  harness.call('POST', `/team/api-keys/${id}/rotate`, body, by);
const list = async (by: Key) =>
  (await harness.call('GET', '/team/api-keys?limit=100', undefined, by)).body as Record<string, string>[];
const isValid = async (key: string) =>
  (await harness.call('GET', '/team', undefined, { key })).status === 200;
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();
const activeKeys = async () => (await list(team)).filter(({ status }) => status === 'active').length;
const statusesOf = (replies: Reply[]) => replies.map(({ status }) => status).toSorted();

/** Makes the database believe that a key was created earlier. */
const backdate = (id: string, ms: number) =>
  harness.app
    .get(DataSource)
    .query("UPDATE api_keys SET created_at = created_at - $2 * interval '1 ms' WHERE id = $1", [id, ms]);

describe('a rotation', () => {
  it('keeps the expiry of the old key apart from the end of its grace period', async () => {
    const rotated = await rotate(team, team.keyId, { gracePeriodSeconds: 60 });
    expect(rotated.body).toMatchObject({ expiresAt: null, retiresAt: null, status: 'active' });
    const old = (await list(team)).find(({ id }) => id === team.keyId);
    expect(old).toMatchObject({ expiresAt: null, revokedAt: null, status: 'active' });
    expect(Date.parse(old?.retiresAt ?? '')).toBeGreaterThan(Date.now());
  });

  it('can be done once for each key; the error names the key that replaced it', async () => {
    const first = await rotate(team, team.keyId, { gracePeriodSeconds: 600 });
    const second = await rotate(team, team.keyId, { gracePeriodSeconds: 600 });
    expect([second.status, second.body.replacedById]).toEqual([409, first.body.id]);
    const third = await rotate({ key: first.body.key }, first.body.id);
    expect([third.status, third.body.expiresAt, third.body.retiresAt]).toEqual([201, null, null]);
    expect((await rotate({ key: third.body.key }, first.body.id)).body.replacedById).toBe(third.body.id);
  });

  it('succeeds once when a key is rotated several times at once', async () => {
    const replies = await Promise.all(
      [0, 1, 2, 3].map(() => rotate(team, team.keyId, { gracePeriodSeconds: 60 })),
    );
    expect(statusesOf(replies)).toEqual([201, 409, 409, 409]);
    expect(await activeKeys()).toBe(2);
  });

  it('renews a key that expires tomorrow for its full lifetime', async () => {
    const { body: old } = await create(team, { expiresAt: inFuture(dayMs) });
    await backdate(old.id, 89 * dayMs);
    const before = Date.now();
    const { body } = await rotate(team, old.id);
    const lifetime = Date.parse(body.expiresAt) - Date.parse(body.createdAt);
    expect(Date.parse(body.createdAt)).toBeGreaterThanOrEqual(before);
    expect(Math.abs(lifetime - 90 * dayMs)).toBeLessThan(60_000);
  });

  it.each([null, inFuture(3 * dayMs)])('gives the new key the requested expiry: %s', async (expiresAt) => {
    const { body: old } = await create(team, { expiresAt: inFuture(dayMs) });
    expect((await rotate(team, old.id, { expiresAt })).body.expiresAt).toBe(expiresAt);
    const again = await create(team, { expiresAt: inFuture(dayMs) });
    expect(fieldsOf(await rotate(team, again.body.id, { expiresAt: inFuture(-1000) }))).toEqual([
      'expiresAt',
    ]);
  });

  it('counts towards the limit of active keys', async () => {
    let current: Key & { id: string } = { id: team.keyId, key: team.key };
    const statuses = [];
    for (let count = 0; count < 30; count += 1) {
      const { status, body } = await rotate(current, current.id, { gracePeriodSeconds: 3600 });
      statuses.push(status);
      if (status === 201) current = body as typeof current;
    }
    team = { ...team, key: current.key };
    expect(statuses.filter((status) => status === 201)).toHaveLength(maxActiveKeys - 1);
    expect(await activeKeys()).toBe(maxActiveKeys);
    // A rotation without a grace period does not add an active key.
    const replaced = await rotate(current, current.id);
    team = { ...team, key: replaced.body.key };
    expect([replaced.status, await activeKeys()]).toEqual([201, maxActiveKeys]);
  });

  it('never leads to more than 20 active keys, even if keys are created and rotated at once', async () => {
    const keys = [];
    for (let count = 0; count < 14; count += 1) keys.push((await create(team)).body);
    const replies = await Promise.all(
      keys.flatMap((key) => [create(team), rotate(team, key.id, { gracePeriodSeconds: 60 })]),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(maxActiveKeys - 15);
    expect(await activeKeys()).toBe(maxActiveKeys);
  });
});

describe('a key that ends', () => {
  let ending: { key: string; id: string; expiresAt: string };
  beforeEach(async () => {
    ending = (await create(team, { expiresAt: inFuture(600_000) })).body;
  });

  it('creates keys that end with it, not later', async () => {
    expect((await create(ending)).body.expiresAt).toBe(ending.expiresAt);
    const earlier = inFuture(60_000);
    expect((await create(ending, { expiresAt: earlier })).body.expiresAt).toBe(earlier);
    for (const expiresAt of [null, inFuture(dayMs)]) {
      const reply = await create(ending, { expiresAt });
      expect([reply.status, fieldsOf(reply)]).toEqual([400, ['expiresAt']]);
    }
  });

  it('cannot create a key that is valid after its end', async () => {
    const short = (await create(team, { expiresAt: inFuture(3000) })).body;
    const { body } = await create(short);
    expect(await isValid(body.key)).toBe(true);
    await until(async () => !(await isValid(short.key)));
    expect(await isValid(body.key)).toBe(false);
  });

  it('cannot prolong itself by rotation, nor rotate another key into one that outlives it', async () => {
    const itself = await rotate(ending, ending.id, { gracePeriodSeconds: 600 });
    expect(itself.body.expiresAt).toBe(ending.expiresAt);
    const other = (await create(team)).body;
    expect((await rotate(ending, other.id, { expiresAt: null })).status).toBe(400);
    expect((await rotate(ending, other.id)).body.expiresAt).toBe(ending.expiresAt);
  });

  it('is renewed by the operator if it is the only one', async () => {
    const path = `/admin/teams/${team.id}/api-keys`;
    const last = (
      await harness.call('POST', path, { name: 'B', expiresAt: inFuture(60_000) }, { key: adminKey })
    ).body;
    await harness.call('DELETE', `${path}/${team.keyId}`, undefined, { key: adminKey });
    expect((await create(last, { expiresAt: null })).status).toBe(400);
    const renewed = await harness.call('POST', path, { name: 'B' }, { key: adminKey });
    expect([renewed.status, renewed.body.expiresAt]).toEqual([201, null]);
  });
});

describe('a key in the grace period of its rotation', () => {
  let successor: { key: string; id: string };
  let retiresAt: string | undefined;
  beforeEach(async () => {
    successor = (await rotate(team, team.keyId, { gracePeriodSeconds: 600 })).body;
    retiresAt = (await list(team)).find(({ id }) => id === team.keyId)?.retiresAt;
  });

  it('creates and rotates keys that end with its grace period', async () => {
    expect((await create(team)).body.expiresAt).toBe(retiresAt);
    expect((await create(team, { expiresAt: null })).status).toBe(400);
    expect((await rotate(team, successor.id)).body.expiresAt).toBe(retiresAt);
  });

  it('does not count as the last key of the team', async () => {
    expect((await harness.call('DELETE', `/team/api-keys/${successor.id}`, undefined, team)).status).toBe(
      409,
    );
    expect(await isValid(successor.key)).toBe(true);
  });
});

it('a key that was revoked after its request had been accepted creates nothing', async () => {
  const other = (await create(team)).body;
  const dataSource = harness.app.get(DataSource);
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query('SELECT 1 FROM teams WHERE id = $1 FOR UPDATE', [team.id]);
  const creation = create(other); // accepted, and now waits for the team
  const isWaiting = async () => {
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    return ((await dataSource.query(waiting)) as unknown[]).length === 1;
  };
  await until(isWaiting);
  await runner.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [other.id]);
  await runner.commitTransaction();
  await runner.release();
  const reply = await creation;
  expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="offerdock"']);
  expect(await list(team)).toHaveLength(2);
});
