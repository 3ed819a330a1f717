import { DataSource } from 'typeorm';
import { makeTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { planAttributes, Shop, unknownId } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
});
afterAll(() => harness.stop());

const json = { 'content-type': 'application/json' };

describe('every error under /subscriptions', () => {
  it.each([
    ['401 without a key', 401, 'Unauthorized', 'GET', '/offerings', undefined, { 'x-api-key': '' }],
    ['401 for an invalid key', 401, 'Unauthorized', 'GET', '/plans', undefined, { 'x-api-key': 'wrong' }],
    ['403 for the admin', 403, 'Permission denied', 'GET', '/plans', undefined, { 'x-api-key': adminKey }],
    ['404 for an unknown path', 404, 'Not Found', 'GET', '/nothing', undefined, {}],
    ['404 for an unknown ID', 404, 'Not Found', 'GET', `/plans/${unknownId}`, undefined, {}],
    ['405 for an unsupported method', 405, 'Method Not Allowed', 'PATCH', `/plans/${unknownId}`, '{}', json],
    [
      '406 for an unsupported Accept header',
      406,
      'Not Acceptable',
      'GET',
      '/plans',
      undefined,
      { accept: 'text/html' },
    ],
    [
      '412 for an outdated version',
      412,
      'Precondition Failed',
      'DELETE',
      'own',
      undefined,
      { 'if-match': '"v7"' },
    ],
    [
      '413 for a body that is too large',
      413,
      'Payload Too Large',
      'POST',
      '/plans',
      `"${'x'.repeat(1_100_000)}"`,
      json,
    ],
    [
      '415 for a form',
      415,
      'Unsupported Media Type',
      'POST',
      '/plans',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['400 for broken JSON', 400, 'Bad Request', 'POST', '/plans', '{"data":', json],
    ['400 for an invalid member', 400, 'Validation Error', 'POST', '/plans', '{"data":5}', json],
    ['400 for an unknown parameter', 400, 'Validation Error', 'GET', '/plans?order=name', undefined, {}],
    ['404 for a malformed URL', 404, 'Not Found', 'GET', '/plans/%zz', undefined, {}],
  ] as const)('is a JSON:API error: %s', async (_, status, title, method, path, body, headers) => {
    const target = path === 'own' ? `/plans/${await shop.id('plan')}` : path;
    const reply = await shop.send(method, target, body, headers as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(reply.body.errors).toEqual([expect.objectContaining({ status: String(status), title })]);
    expect(typeof reply.body.errors[0].detail).toBe('string');
    expect(Object.keys(reply.body)).toEqual(['errors']);
  });

  it('includes the headers that its status requires', async () => {
    const unknown = await shop.send('GET', '/plans', undefined, { 'x-api-key': 'x' });
    expect(unknown.headers['www-authenticate']).toMatch(/^Bearer/);
    expect((await shop.send('DELETE', '/plans')).headers.allow).toBe('GET, HEAD, POST');
  });

  it('is a JSON:API error for a percent-encoded path too', async () => {
    const raw = await fetch(`${harness.url}/%73ubscriptions/plans/x`, {
      headers: { 'x-api-key': shop.team.key },
    });
    expect([raw.status, Object.keys((await raw.json()) as object)]).toEqual([400, ['errors']]);
  });

  it('does not affect the error format of other paths', async () => {
    for (const path of ['/subscriptionsx', '/provider/offers'])
      expect((await harness.call('GET', path)).headers['content-type']).toMatch(/problem\+json/);
    expect((await shop.send('GET', '')).body.errors[0].status).toBe('404');
  });

  it('hides the cause of a 500, and is 503 if the database is unavailable', async () => {
    const dataSource = harness.app.get(DataSource);
    const { createQueryRunner } = dataSource;
    for (const [cause, status, title] of [
      [new Error('secret detail'), 500, 'Internal Server Error'],
      [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 503, 'Service Unavailable'],
    ] as const) {
      dataSource.createQueryRunner = () => {
        throw cause;
      };
      try {
        const reply = await shop.get('/plans');
        expect(reply.status).toBe(status);
        expect(reply.body.errors).toEqual([
          {
            status: String(status),
            title,
            detail: expect.not.stringContaining('secret'),
            meta: { request_id: reply.headers['x-request-id'] },
          },
        ]);
      } finally {
        dataSource.createQueryRunner = createQueryRunner;
      }
    }
  });

  it('is 429 with the seconds to wait', async () => {
    const limited = await start({ rateLimitPerMinute: 3 }, harness.databaseUrl);
    try {
      const replies = [];
      for (let i = 0; i < 5; i += 1)
        replies.push(await limited.call('GET', '/subscriptions/plans', undefined, { key: shop.team.key }));
      const last = replies.at(-1);
      expect(last?.status).toBe(429);
      expect(last?.body.errors).toEqual([
        {
          status: '429',
          title: 'Too Many Requests',
          detail: 'Too many requests',
          meta: { retry_after: Number(last?.headers['retry-after']) },
        },
      ]);
    } finally {
      await limited.stop();
    }
  });

  it('accepts requests with the JSON:API media type', async () => {
    const type = { 'content-type': 'application/vnd.api+json', accept: 'application/vnd.api+json' };
    const data = { type: 'subscription_plan', attributes: planAttributes };
    const reply = await shop.send('POST', '/plans', { data }, type);
    expect(reply.status).toBe(201);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
  });
});

describe('hostile bodies', () => {
  const deep = `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`;
  const offering = (attributes: string) =>
    `{"data":{"type":"subscription_offering","attributes":${attributes}}}`;

  it.each([
    ['__proto__ in the attributes', offering('{"name":"Club","__proto__":{"name":"x"}}')],
    [
      '__proto__ as a currency',
      '{"data":{"type":"subscription_product","attributes":{"name":"Club","price":{"__proto__":{"amount":1}}}}}',
    ],
    [
      'constructor as a currency',
      '{"data":{"type":"subscription_product","attributes":{"name":"Club","price":{"constructor":{"amount":1}}}}}',
    ],
    ['NUL in a name', offering('{"name":"a\\u0000bcd"}')],
    ['a lone surrogate', offering('{"name":"abc\\ud800"}')],
    ['deep nesting', offering(deep)],
    ['a number beyond 2^53', offering('{"name":1e400}')],
    ['an array as a name', offering('{"name":["a","b","c"]}')],
    ['an object as a name', offering('{"name":{"length":5}}')],
    ['members that shadow methods', offering('{"hasOwnProperty":1,"toString":2,"name":"Club"}')],
  ])('are rejected with 400: %s', async (_, body) => {
    const path = body.includes('subscription_product') ? '/products' : '/offerings';
    expect((await shop.send('POST', path, body, json)).status).toBe(400);
  });

  it('with thousands of invalid entries are rejected with at most 100 errors', async () => {
    const products = Array.from({ length: 100 }, () => ({ name: 'x', price: { EUR: { amount: -1 } } }));
    const reply = await shop.build(products, [planAttributes]);
    expect([reply.status, reply.body.errors.length]).toEqual([400, 100]);
    const many = Array.from({ length: 100_000 }, () => 'x');
    expect((await shop.build(many, [planAttributes])).status).toBe(400);
    const relationships = { products: { data: [{ type: 'subscription_product', id: 'x'.repeat(10_000) }] } };
    expect((await shop.create('offering', { name: 'Long' }, { relationships })).status).toBe(400);
  });
});
