import { DataSource } from 'typeorm';
import { Encryption } from '../../src/encryption/encryption.js';
import { openEndpoint } from '../../src/webhooks/endpoints/endpoint-secrets.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { countSqlStatements } from '../support/recorded-statements.js';
import { unknownId } from '../support/subscriptions.js';
import { endpointsPath, Hooks, hookUrl, pauseLane } from '../support/webhooks.js';

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  // Nothing is sent.
  harness = await start({ role: 'api' });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  team = await makeTeam(harness, 'hybrid');
});

const path = endpointsPath;
const hidden = '********';
const call = (...args: Parameters<Hooks['call']>) => new Hooks(harness, team).call(...args);
const create = (...args: Parameters<Hooks['create']>) => new Hooks(harness, team).create(...args);
const created = () => new Hooks(harness, team).id();
const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const secretsOf = async (id: string) => {
  const [row] = await sql('SELECT sealed, data_key_id AS "keyId" FROM webhook_endpoints WHERE id = $1', [id]);
  return openEndpoint(harness.app.get(Encryption), id, row);
};

describe('POST /webhooks/endpoints', () => {
  it('shows the secret once, and stores it and the headers only encrypted', async () => {
    const headers = { Authorization: 'Bearer abc', 'X-Tenant': 'north' };
    const reply = await create({ description: 'CRM', maxPerSecond: 20, headers });
    const { secret, ...endpoint } = reply.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(endpoint).toMatchObject({
      url: hookUrl,
      events: ['order.*'],
      enabled: true,
      description: 'CRM',
      maxPerSecond: 20,
      headers: { authorization: hidden, 'x-tenant': hidden },
      state: 'active',
      disabledReason: null,
      pendingDeliveries: 0,
    });
    const read = await call('GET', endpoint.id);
    expect(read.body).toEqual(endpoint);
    expect(reply.headers).toMatchObject({ location: `${path}/${endpoint.id}`, etag: read.headers.etag });
    expect(await secretsOf(endpoint.id)).toEqual({
      secret,
      headers: { authorization: 'Bearer abc', 'x-tenant': 'north' },
    });
    const rows = JSON.stringify(await sql('SELECT * FROM webhook_endpoints'));
    expect(rows.includes('Bearer abc') || rows.includes(secret)).toBe(false);
  });

  it('400 names each field and says what would be right', async () => {
    const reply = await create({
      url: 'http://hooks.example.com',
      events: ['order.*', 'order.create', 'nonsense'],
      enabled: 'yes',
      description: 'x'.repeat(501),
      maxPerSecond: 0,
      headers: {
        Host: 'a',
        'webhook-id': 'b',
        'X-Offergrid-Signature': 'c',
        'bad name': 'd',
        'x-break': 'a\r\nb',
        'x-number': 1,
        'x-hidden': hidden,
        'X-Twice': '1',
        'x-twice': '2',
      },
      secret: 'mine',
    });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply).toSorted()).toEqual([
      'description',
      'enabled',
      'events[1]',
      'events[2]',
      'headers.Host',
      'headers.X-Offergrid-Signature',
      'headers.bad name',
      'headers.webhook-id',
      'headers.x-break',
      'headers.x-hidden',
      'headers.x-number',
      'headers.x-twice',
      'maxPerSecond',
      'secret',
      'url',
    ]);
    expect(reply.text).toContain('did you mean order.created?');
  });

  it('400 for URLs that are not https or not public', async () => {
    const urls = [
      'https://user:pw@hooks.example.com',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://169.254.169.254/latest/meta-data',
      'http://169.254.169.254/',
      'https://localhost/hooks',
      'ftp://hooks.example.com',
      'hooks.example.com',
      `https://hooks.example.com/${'x'.repeat(2048)}`,
    ];
    for (const each of urls) {
      const reply = await create({ url: each });
      expect([each, reply.status, reply.status === 400 && fieldsOf(reply)]).toEqual([each, 400, ['url']]);
    }
    expect((await create({ url: 'https://hooks.example.com' })).body.url).toBe('https://hooks.example.com/');
  });

  it('400 for lists and headers of the wrong size', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, 'v']));
    const bodies: [object, string][] = [
      [{ events: [] }, 'events'],
      [{ events: ['*', '*'] }, 'events'],
      [{ events: 'order.*' }, 'events'],
      [{ headers: many }, 'headers'],
      [{ headers: { 'x-long': 'x'.repeat(4096) } }, 'headers'],
      [{ headers: [] }, 'headers'],
      [{ maxPerSecond: 1001 }, 'maxPerSecond'],
    ];
    for (const [body, field] of bodies) expect(fieldsOf(await create(body))).toEqual([field]);
    expect(fieldsOf(await harness.call('POST', path, {}, team))).toEqual(['url', 'events']);
  });

  it('400 for events that the team never receives', async () => {
    team = await makeTeam(harness, 'provider');
    const reply = await create({ events: ['order.*', '*', 'offer.*', 'order.rejected', 'offer.updated'] });
    expect(fieldsOf(reply)).toEqual(['events[3]', 'events[4]']);
    expect(reply.body.detail).toBe('events[3] is sent only to resellers, and your team is a provider');
    team = await makeTeam(harness, 'reseller');
    expect((await create({ events: ['order.created'] })).body.detail).toMatch(/only to providers/);
    expect((await create({ events: ['offer.*', 'order.rejected', 'webhook.disabled'] })).status).toBe(201);
  });

  it('409 for the eleventh endpoint, also if several are created at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => create()));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(201), 409, 409]);
    const [first] = replies.filter(({ status }) => status === 201);
    expect((await call('DELETE', first?.body.id)).status).toBe(204);
    expect((await create()).status).toBe(201);
    expect((await create()).body.detail).toMatch(/at most 10 webhook endpoints/);
  });

  it('returns the same secret if it is repeated with its idempotency key', async () => {
    const headers = { 'idempotency-key': 'create-endpoint' };
    const [first, second] = [await create({}, headers), await create({}, headers)];
    expect(second.text).toBe(first.text);
    expect(first.body.secret).toBeTruthy();
    expect((await harness.call('GET', path, undefined, team)).body).toHaveLength(1);
  });

  it('503 without a data key', async () => {
    const other = await start({ dataKeys: [] });
    try {
      const provider = await makeTeam(other, 'provider');
      expect((await other.call('POST', path, { url: hookUrl, events: ['*'] }, provider)).status).toBe(503);
    } finally {
      await other.stop();
    }
  });
});

describe('reading', () => {
  it('lists endpoints, newest first, page by page, with one statement', async () => {
    const ids = [await created(), await created(), await created()].toReversed();
    const read = (query: string) => harness.call('GET', `${path}${query}`, undefined, team);
    const all = await read('?count=true');
    expect(all.body.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(all.headers['x-total-count']).toBe('3');
    expect(all.body[0]).toEqual((await call('GET', ids[0] ?? '')).body);
    expect(await countSqlStatements(() => read(''))).toBe(1);
    const first = await read('?limit=2');
    const next = /<(.*)>/.exec(first.headers.link ?? '')?.[1] ?? '';
    const second = await harness.call('GET', next, undefined, team);
    expect([...first.body, ...second.body].map(({ id }) => id)).toEqual(ids);
    expect(second.headers.link).toBeUndefined();
    expect((await read('?cursor=x')).body.code).toBe('INVALID_CURSOR');
  });

  it('404 for endpoints of other teams, unknown and malformed IDs', async () => {
    const id = await created();
    const owner = team;
    team = await makeTeam(harness, 'provider');
    for (const each of [id, unknownId, 'x'])
      for (const [method, rest, body] of [
        ['GET', ''],
        ['PATCH', '', {}],
        ['DELETE', ''],
        ['POST', '/rotate-secret', {}],
        ['POST', '/test', {}],
        ['POST', '/replay', { since: '2026-01-01T00:00:00Z' }],
        ['GET', '/deliveries'],
      ] as const)
        expect([method, rest, (await call(method, each + rest, body)).status]).toEqual([method, rest, 404]);
    team = owner;
    expect((await call('GET', id)).status).toBe(200);
  });

  it('shows the state of the deliveries, which changes the ETag but not the condition of a PATCH', async () => {
    const id = await created();
    const { etag = '' } = (await call('GET', id)).headers;
    expect((await call('GET', id, undefined, { 'if-none-match': etag })).status).toBe(304);
    await sql("UPDATE webhook_lanes SET failures = 3, failing_since = '2026-01-01' WHERE endpoint_id = $1", [
      id,
    ]);
    const failing = await call('GET', id, undefined, { 'if-none-match': etag });
    expect(failing.body).toMatchObject({
      state: 'failing',
      consecutiveFailures: 3,
      failingSince: '2026-01-01T00:00:00.000Z',
    });
    await pauseLane(harness, id);
    const paused = (await call('GET', id)).body;
    expect([paused.state, Date.parse(paused.pausedUntil) > Date.now()]).toEqual(['paused', true]);
    const patched = await call('PATCH', id, { description: 'b' }, { 'if-match': etag });
    expect(patched.status).toBe(200);
    expect((await call('PATCH', id, { description: 'c' }, { 'if-match': etag })).status).toBe(412);
    expect((await call('DELETE', id, undefined, { 'if-match': etag })).status).toBe(412);
    expect((await call('DELETE', id, undefined, { 'if-match': `${patched.headers.etag}` })).status).toBe(204);
  });
});
