import request from 'supertest';
import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

const shop = 'https://shop.example.com';
const local = 'http://localhost:5173';

let harness: Harness;
let team: TestTeam;
beforeAll(async () => {
  harness = await start({
    corsOrigins: [shop, local],
    maxRequestsInFlight: 1,
    rateLimitPerMinute: 1_000,
    authFailuresPerMinute: 3,
  });
  team = await makeTeam(harness, 'hybrid');
});
afterAll(() => harness.stop());

type Answer = Pick<request.Response, 'status' | 'headers'>;

/** Sends what a browser sends for a page of the origin. */
function fromPage(origin: string, method: string, path: string, headers: Record<string, string> = {}) {
  const send = request(harness.url)[method.toLowerCase() as 'get'];
  return send(path).set({ origin, ...headers });
}
const preflight = (path: string, method: string, headers: string, origin = shop) =>
  fromPage(origin, 'OPTIONS', path, {
    'access-control-request-method': method,
    'access-control-request-headers': headers,
  });

const varyOf = ({ headers }: Answer) =>
  String(headers.vary ?? '')
    .toLowerCase()
    .split(/, */);

function expectReadable(answer: Answer, status: number, origin = shop): void {
  expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, origin]);
  expect(answer.headers['access-control-expose-headers']).toBe('*');
  expect(varyOf(answer).filter((name) => name === 'origin')).toHaveLength(1);
}

function expectUnreadable({ headers }: Answer): void {
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

describe('a preflight', () => {
  it.each([
    ['/provider/offers', 'POST', 'content-type,x-api-key'],
    ['/provider/offers/1', 'PATCH', 'authorization,if-match'],
    ['/subscriptions/plans/1', 'PUT', 'x-moltin-currency'],
    ['/health', 'GET', 'x-request-id'],
    ['/nowhere', 'DELETE', 'traceparent'],
  ])('is answered without a key: %s %s', async (path, method, headers) => {
    const answer = await preflight(path, method, headers);
    expectReadable(answer, 204);
    expect(answer.headers['access-control-allow-methods']).toContain(method);
    // Headers that a wildcard does not include are named.
    expect(answer.headers['access-control-allow-headers']).toBe('Authorization, *');
    expect(answer.headers['access-control-max-age']).toBe('7200');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(answer.text).toBe('');
  });

  it('of another origin is not answered, nor is an OPTIONS request that is none', async () => {
    for (const origin of ['https://other.example.com', `${shop}:8443`, 'http://shop.example.com', 'null'])
      expectUnreadable(await preflight('/team', 'GET', 'x-api-key', origin).expect(405));
    expectReadable(await fromPage(shop, 'OPTIONS', '/team'), 405);
  });
});

describe('an answer', () => {
  it('can be read by pages of each origin, and has the headers that a client needs', async () => {
    for (const origin of [shop, local]) {
      const answer = await fromPage(origin, 'GET', '/team', { 'x-api-key': team.key });
      expectReadable(answer, 200, origin);
      expect(answer.headers).toMatchObject({ etag: expect.any(String), ratelimit: expect.any(String) });
      expect(varyOf(answer)).toEqual(expect.arrayContaining(['origin', 'x-api-key', 'authorization']));
    }
  });

  it('cannot be read by other pages, and depends on the origin', async () => {
    const key = { 'x-api-key': team.key };
    const other = await fromPage('https://other.example.com', 'GET', '/team', key).expect(200);
    const none = await request(harness.url).get('/team').set(key).expect(200);
    for (const answer of [other, none]) {
      expectUnreadable(answer);
      expect(varyOf(answer)).toContain('origin');
    }
  });

  it('keeps the other names in Vary', async () => {
    const document = await fromPage(shop, 'GET', '/openapi.json');
    expectReadable(document, 200);
    expect(varyOf(document)).toContain('accept-encoding');
    const products = await fromPage(shop, 'GET', '/subscriptions/offerings', { 'x-api-key': team.key });
    expectReadable(products, 200);
    expect(varyOf(products)).toEqual(expect.arrayContaining(['x-moltin-currency', 'x-api-key']));
  });

  it('can be read if nothing has changed', async () => {
    const key = { 'x-api-key': team.key };
    const { headers } = await fromPage(shop, 'GET', '/team', key);
    expectReadable(
      await fromPage(shop, 'GET', '/team', { ...key, 'if-none-match': headers.etag ?? '' }),
      304,
    );
  });
});

describe('an error can be read', () => {
  it.each([
    ['GET', '/reseller/catalog?limit=x', 400],
    ['GET', '/provider/offers/%zz', 404],
    ['GET', '/nowhere', 404],
    ['DELETE', '/team', 405],
    ['POST', '/provider/offers', 415],
  ])('%s %s: %i', async (method, path, status) => {
    const headers: Record<string, string> = { 'x-api-key': team.key };
    if (status === 415) headers['content-type'] = 'text/plain';
    const sent = fromPage(shop, method, path, headers);
    expectReadable(await (status === 415 ? sent.send('x') : sent), status);
  });

  it('without a key: 401, and 429 after too many; preflights are not counted', async () => {
    for (let count = 0; count < 5; count += 1)
      expectReadable(await preflight('/team', 'GET', 'x-api-key'), 204);
    for (let count = 0; count < 3; count += 1) expectReadable(await fromPage(shop, 'GET', '/team'), 401);
    const answer = await fromPage(shop, 'GET', '/team');
    expectReadable(answer, 429);
    expect(answer.headers['retry-after']).toBeDefined();
  });

  it('beyond the cap of requests in flight: 503', async () => {
    const key = { 'x-api-key': team.key };
    const { body } = await harness.call('POST', '/provider/offers', { name: 'A' }, team);
    const dataSource = harness.app.get(DataSource);
    const locks =
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let change: Promise<unknown> | undefined;
    await dataSource.transaction(async (manager) => {
      await manager.query('SELECT FROM offers WHERE id = $1 FOR UPDATE', [body.id]);
      change = harness.call('PATCH', `/provider/offers/${body.id}`, { name: 'B' }, team);
      await until(async () => ((await dataSource.query(locks)) as unknown[]).length > 0);
      const refused = await fromPage(shop, 'GET', '/team', key);
      expectReadable(refused, 503);
      expect(refused.headers['retry-after']).toBe('1');
    });
    await change;
  });
});

it('with *, every page can read answers, which do not depend on the origin', async () => {
  const open = await start({ corsOrigins: ['*'] });
  try {
    const { headers } = await request(open.url).get('/health').set('origin', 'https://any.example.com');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers.vary).toBeUndefined();
  } finally {
    await open.stop();
  }
});

it('without origins, no page can read answers, and OPTIONS is not allowed', async () => {
  const closed = await start();
  try {
    const answers = [
      await request(closed.url).get('/health').set('origin', shop).expect(200),
      await request(closed.url)
        .options('/team')
        .set({ origin: shop, 'access-control-request-method': 'GET' })
        .expect(405),
    ];
    for (const answer of answers) {
      expectUnreadable(answer);
      expect(varyOf(answer)).not.toContain('origin');
    }
  } finally {
    await closed.stop();
  }
});
