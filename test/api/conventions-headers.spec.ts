import request from 'supertest';
import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  harness.call(method, path, body, { ...provider, headers });

describe('X-Request-Id', () => {
  it.each(['abc-123', 'A.b_c:9', 'x'.repeat(128)])('is adopted if it is valid: %.20s', async (id) => {
    const reply = await call('GET', '/provider/offers/abc', undefined, { 'x-request-id': id });
    expect(reply.headers['x-request-id']).toBe(id);
    expect(reply.body.requestId).toBe(id);
  });

  it.each(['', 'a b', 'x'.repeat(129), '<script>', 'é'])(
    'is replaced if it is invalid: %.20s',
    async (id) => {
      const reply = await call('GET', '/provider/offers/abc', undefined, { 'x-request-id': id });
      expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(reply.body.requestId).toBe(reply.headers['x-request-id']);
      expect(reply.body.instance).toBe(`urn:uuid:${reply.body.requestId}`);
    },
  );

  it('is part of every response', async () => {
    for (const path of ['/', '/nowhere', '/docs', '/openapi.json', '/team', '/provider/offers/%zz'])
      expect((await request(harness.url).get(path)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('API keys', () => {
  it('can also be sent as Authorization: Bearer', async () => {
    const headers = { authorization: `Bearer ${provider.key}` };
    expect((await harness.call('GET', '/team', undefined, { headers })).body.id).toBe(provider.id);
    expect(
      (
        await harness.call('GET', '/admin/teams', undefined, {
          headers: { authorization: `bearer ${adminKey}` },
        })
      ).status,
    ).toBe(200);
    expect(
      (await harness.call('GET', '/team', undefined, { headers: { authorization: 'Basic eDp5' } })).status,
    ).toBe(401);
  });

  it('are ignored in the query string', async () => {
    for (const name of ['x-api-key', 'api_key', 'apiKey'])
      expect((await harness.call('GET', `/team?${name}=${provider.key}`)).status).toBe(401);
  });

  it('are checked before the body is read', async () => {
    expect((await harness.call('POST', '/provider/offers', '{broken')).status).toBe(401);
    const headers = { 'content-type': 'text/plain' };
    expect((await harness.call('POST', '/provider/offers', 'x', { headers })).status).toBe(401);
  });
});

describe('ETag', () => {
  it.each(['"v1"', 'W/"v1"', '*', '"x", "v1"'])('results in 304 for If-None-Match: %s', async (tag) => {
    const { headers } = await call('POST', '/provider/offers', { name: 'A' });
    const reply = await call('GET', headers.location ?? '', undefined, { 'if-none-match': tag });
    expect(reply.status).toBe(304);
    expect(reply.headers.etag).toBe('"v1"');
  });

  it.each(['"v2"', 'v1', '"v10"', ''])('results in 200 for If-None-Match: %s', async (tag) => {
    const { headers } = await call('POST', '/provider/offers', { name: 'A' });
    expect((await call('GET', headers.location ?? '', undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  it('is checked after the API key', async () => {
    const { headers } = await call('POST', '/provider/offers', { name: 'A' });
    const ifMatch = { headers: { 'if-match': '"v9"' } };
    expect((await harness.call('PATCH', headers.location ?? '', {}, ifMatch)).status).toBe(401);
    expect((await call('PATCH', headers.location ?? '', {}, ifMatch.headers)).body.code).toBe(
      'PRECONDITION_FAILED',
    );
  });
});
