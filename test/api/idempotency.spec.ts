import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import { countRows } from '../support/count-rows.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness, type Reply } from '../support/harness.js';

let harness: Harness;
let team: TestTeam;
beforeAll(async () => {
  harness = await start();
  team = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

interface Sent {
  path?: string;
  team?: { key: string };
  headers?: Record<string, string>;
}

const post = (key: string, body?: unknown, sent: Sent = {}): Promise<Reply> =>
  harness.call('POST', sent.path ?? '/provider/offers', body, {
    key: (sent.team ?? team).key,
    headers: { 'idempotency-key': key, ...sent.headers },
  });

const query = <T>(sql: string): Promise<T[]> => harness.app.get(DataSource).query(sql);
const offers = async () => (await countRows(harness)).offers ?? 0;
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true';

async function expectReplay(again: Reply, first: Reply): Promise<void> {
  expect([again.status, again.text, isReplay(again)]).toEqual([first.status, first.text, true]);
  for (const name of ['location', 'etag', 'content-type', 'cache-control', 'vary'])
    expect([name, again.headers[name]]).toEqual([name, first.headers[name]]);
}

describe('a repeated request', () => {
  it('gets the stored response, with a request ID of its own, and does nothing', async () => {
    const first = await post('repeat', { name: 'Fibre 500', status: 'active' });
    const before = await countRows(harness);
    const again = await post('repeat', { name: 'Fibre 500', status: 'active' });
    await expectReplay(again, first);
    expect(isReplay(first)).toBe(false);
    expect(first.status).toBe(201);
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(await countRows(harness)).toEqual(before);
    const read = await harness.call('GET', again.headers.location ?? '', undefined, team);
    expect(read.body).toEqual(first.body);
  });

  it('can be packed differently', async () => {
    const body = Buffer.from('{"name":"Packed"}');
    const first = await post('gzip', body);
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    await expectReplay(await post('gzip', gzipSync(body), { headers }), first);
  });

  it('gets the stored response also after the object has changed', async () => {
    const first = await post('changed', { name: 'Before' });
    const { location = '' } = first.headers;
    expect((await harness.call('PATCH', location, { name: 'After' }, team)).status).toBe(200);
    await expectReplay(await post('changed', { name: 'Before' }), first);
    expect((await harness.call('DELETE', location, undefined, team)).status).toBe(200);
    await expectReplay(await post('changed', { name: 'Before' }), first);
  });

  it('works without a body, under both paths of an alias, and with the admin key', async () => {
    const rotated = await makeTeam(harness, 'provider');
    const path = `/team/api-keys/${rotated.keyId}/rotate`;
    const options = { path, team: rotated };
    const first = await post('rotate', { gracePeriodSeconds: 60 }, options);
    expect(first.body.key).toMatch(/^od_live_/);
    await expectReplay(await post('rotate', { gracePeriodSeconds: 60 }, options), first);
    const product = JSON.stringify({ data: { type: 'subscription_product', attributes: { name: 'Bike' } } });
    const made: (string | null)[] = [];
    for (const prefix of ['/subscriptions', '/subscriptions', '/v2/subscriptions', '/v2/subscriptions']) {
      const headers = {
        'x-api-key': team.key,
        'idempotency-key': 'alias',
        'content-type': 'application/json',
      };
      const reply = await fetch(`${harness.url}${prefix}/products`, {
        method: 'POST',
        headers,
        body: product,
      });
      expect(reply.status).toBe(201);
      made.push(reply.headers.get('location'));
    }
    expect(made[1]).toBe(made[0]);
    expect(made[3]).toBe(made[2]);
    expect(made[2]).not.toBe(made[0]);
    const admin = { path: '/admin/teams', team: { key: adminKey } };
    const created = await post('admin', { name: 'Once', role: 'reseller' }, admin);
    expect(created.status).toBe(201);
    await expectReplay(await post('admin', { name: 'Once', role: 'reseller' }, admin), created);
  });

  it.each([
    ['400', { nmae: 'x' }],
    ['409', { name: 'Second', sku: 'TAKEN' }],
  ])('gets the stored %s as well, and what the request had changed is undone', async (status, body) => {
    await post(randomUUID(), { name: 'First', sku: 'TAKEN' });
    const key = randomUUID();
    const count = await offers();
    const first = await post(key, body);
    expect(String(first.status)).toBe(status);
    await expectReplay(await post(key, body), first);
    if (status === '409') expect(first.body.existingId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await offers()).toBe(count);
  });

  it('gets a stored error under /subscriptions in the format of that path', async () => {
    const body = { data: { type: 'subscription_plan', attributes: {} } };
    const first = await post('json-api', body, { path: '/subscriptions/plans' });
    expect(first.status).toBe(400);
    await expectReplay(await post('json-api', body, { path: '/subscriptions/plans' }), first);
    const reused = await post('json-api', { data: {} }, { path: '/subscriptions/plans' });
    expect([reused.status, reused.body.errors[0].status]).toEqual([422, '422']);
  });
});

describe('a key', () => {
  it('cannot be used for another body or query', async () => {
    await post('reused', { name: 'One' });
    const other = await post('reused', { name: 'Two' });
    expect([other.status, other.body.code, isReplay(other)]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED', false]);
    const path = '/provider/offers?x=1';
    expect((await post('reused', { name: 'One' }, { path })).status).toBe(400); // refused before its handler
    expect((await post('reused', '{"name": "One"}')).status).toBe(422);
  });

  it('is a different one for another team and another path', async () => {
    const other = await makeTeam(harness, 'provider');
    const first = await post('shared', { name: 'Mine' });
    const theirs = await post('shared', { name: 'Theirs' }, { team: other });
    const product = await post('shared', { name: 'Product' }, { path: '/products' });
    expect([first, theirs, product].map((reply) => [reply.status, isReplay(reply)])).toEqual(
      [0, 1, 2].map(() => [201, false]),
    );
    await expectReplay(await post('shared', { name: 'Theirs' }, { team: other }), theirs);
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['not ASCII', 'schlüssel'],
  ])('is refused if it is %s', async (_, key) => {
    const count = await offers();
    const reply = await post(key, { name: 'x' });
    expect([reply.status, fieldsOf(reply)]).toEqual([400, ['Idempotency-Key']]);
    expect(await offers()).toBe(count);
  });

  it('can have 255 characters', async () => {
    const first = await post('~'.repeat(255), { name: 'x' });
    await expectReplay(await post('~'.repeat(255), { name: 'x' }), first);
  });

  it('is free again after a request that was refused before its handler ran', async () => {
    expect((await post('unread', '{"name":')).body.code).toBe('MALFORMED_JSON');
    expect((await post('unread', { name: 'x' }, { team: { key: 'wrong' } })).status).toBe(401);
    const text = await post('unread', 'name=x', { headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(415);
    expect((await post('unread', { name: 'x' })).status).toBe(201);
  });

  it('is ignored by routes that do not honour it', async () => {
    const { headers } = await post('patched', { name: 'x' });
    const options = { key: team.key, headers: { 'idempotency-key': 'a b' } };
    for (const name of ['y', 'z'])
      expect((await harness.call('PATCH', headers.location ?? '', { name }, options)).status).toBe(200);
  });

  it('is kept for 24 hours', async () => {
    const first = await post('expired', { name: 'x' });
    const [row] = await query<{ hours: number }>(
      'SELECT extract(epoch FROM max(expires_at) - now()) / 3600 AS hours FROM idempotency_keys',
    );
    expect(Number(row?.hours)).toBeCloseTo(24, 1);
    await query("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'");
    const second = await post('expired', { name: 'y' });
    expect([second.status, isReplay(second)]).toEqual([201, false]);
    expect(second.body.id).not.toBe(first.body.id);
    await expectReplay(await post('expired', { name: 'y' }), second);
  });
});

it('stores responses encrypted', async () => {
  const name = `Marker ${randomUUID()}`;
  await post('sealed', { name });
  const [{ text } = { text: '' }] = await query<{ text: string }>(
    "SELECT encode(response, 'escape') AS text FROM idempotency_keys ORDER BY expires_at DESC LIMIT 1",
  );
  expect(text.length).toBeGreaterThan(1_000);
  expect(text).not.toContain(name);
});

it('without DATA_KEYS, refuses requests with a key with 503, and all others work', async () => {
  const bare = await start({ dataKeys: [] }, harness.databaseUrl);
  try {
    const call = (headers: Record<string, string>) =>
      bare.call('POST', '/provider/offers', { name: 'x' }, { key: team.key, headers });
    const refused = await call({ 'idempotency-key': 'none' });
    expect([refused.status, refused.body.detail]).toEqual([503, expect.stringContaining('DATA_KEYS')]);
    expect((await call({})).status).toBe(201);
  } finally {
    await bare.stop();
  }
});

it('limits what a team stores in an hour', async () => {
  const small = await start({ teamIdempotencyMibPerHour: 2_000 / 1_048_576 }, harness.databaseUrl);
  try {
    const other = await makeTeam(small, 'provider');
    const call = (key: string, owner = other) => {
      const options = { key: owner.key, headers: { 'idempotency-key': key } };
      return small.call('POST', '/provider/offers', { name: 'x' }, options);
    };
    const first = await call('one');
    await expectReplay(await call('one'), first);
    // The response that exceeds the limit is still stored.
    const second = await call('two');
    await expectReplay(await call('two'), second);
    const refused = await call('three');
    expect([refused.status, refused.body.detail]).toEqual([429, expect.stringContaining('Idempotency-Key')]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_000);
    expect((await small.call('POST', '/provider/offers', { name: 'x' }, other)).status).toBe(201);
    expect((await call('one', team)).status).toBe(201);
  } finally {
    await small.stop();
  }
});

it('takes bodies of up to 1 MiB', async () => {
  const body = (length: number) => `{"name":"Large"${' '.repeat(length - 16)}}`;
  const first = await post('large', body(1_048_576));
  expect(first.status).toBe(201);
  await expectReplay(await post('large', body(1_048_576)), first);
  expect((await post('large', body(1_048_575))).status).toBe(422);
  expect((await post('larger', body(1_048_577))).status).toBe(413);
});
