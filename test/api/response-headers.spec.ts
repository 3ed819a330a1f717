import request from 'supertest';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness, type Reply } from '../support/harness.js';

let harness: Harness;
let team: TestTeam;
let offerId: string;

beforeAll(async () => {
  harness = await start({ publicUrl: 'https://api.example/v1' });
  team = await makeTeam(harness, 'hybrid');
  const { body } = await harness.call('POST', '/provider/offers', fullOffer, team);
  offerId = body.id as string;
});
afterAll(() => harness.stop());

const varyOf = ({ headers }: Pick<Reply, 'headers'>) => (headers.vary ?? '').toLowerCase().split(/, */);
const forbidsReuse = (reply: Pick<Reply, 'headers'>) => {
  expect(varyOf(reply)).toEqual(expect.arrayContaining(['x-api-key', 'authorization']));
  expect(reply.headers['cache-control']).toBe('private, no-store');
};

describe('an answer to a request with a key', () => {
  it.each([
    ['GET', '/provider/offers'],
    ['GET', '/provider/offers/export'],
    ['GET', '/reseller/catalog/changes'],
    ['GET', '/product-offerings'],
    ['GET', '/subscriptions/products'],
    ['GET', '/provider/offers/unknown'],
    ['GET', '/provider/offers?limit=x'],
    ['GET', '/nowhere'],
    ['GET', '/health'],
    ['DELETE', '/team'],
    ['PATCH', '/admin/teams/unknown'],
  ])('is stored by no cache and for no other key: %s %s', async (method, path) => {
    const sent = method === 'PATCH' ? {} : undefined;
    const raw = request(harness.url)[method.toLowerCase() as 'get'](path).set('x-api-key', team.key);
    forbidsReuse(await (sent ? raw.send(sent) : raw));
    const bearer = request(harness.url)[method.toLowerCase() as 'get'](path);
    forbidsReuse(await bearer.set('authorization', `Bearer ${team.key}`));
  });

  it('is not stored either if it changes something, or if the path cannot be decoded', async () => {
    const { headers } = await harness.call('POST', '/provider/offers', { name: 'New' }, team);
    expect(headers.etag).toBeDefined();
    forbidsReuse({ headers });
    forbidsReuse(await request(harness.url).get('/provider/offers/%zz').set('x-api-key', team.key));
    forbidsReuse(await harness.call('GET', '/admin/teams', undefined, { key: adminKey }));
  });

  it.each(['/team', '/reseller/catalog', '/provider/offers/:id', '/reseller/catalog/:id', '/openapi.json'])(
    'can be revalidated if it has an ETag: %s',
    async (pattern) => {
      const path = pattern.replace(':id', offerId);
      const read = (etag = '') =>
        request(harness.url).get(path).set('x-api-key', team.key).set('if-none-match', etag);
      const first = await read();
      const second = await read(first.headers.etag);
      expect([first.status, second.status]).toEqual([200, 304]);
      for (const reply of [first, second]) {
        expect(reply.headers['cache-control']).toBe('private, no-cache');
        expect(varyOf(reply)).toEqual(expect.arrayContaining(['x-api-key', 'authorization']));
      }
    },
  );

  it('still varies by what else it depends on', async () => {
    const product = { type: 'subscription_product', attributes: { name: 'City bike' } };
    const { body } = await harness.call('POST', '/subscriptions/products', { data: product }, team);
    const reply = await harness.call('GET', `/subscriptions/products/${body.data.id}`, undefined, team);
    expect(varyOf(reply)).toEqual(['x-moltin-currency', 'x-api-key', 'authorization']);
    const docs = await request(harness.url).get('/openapi.json').set('x-api-key', team.key);
    expect(varyOf(docs)).toEqual(['accept-encoding', 'x-api-key', 'authorization']);
  });
});

it('is not stored if the key is missing, so that the refusal does not outlive the mistake', async () => {
  forbidsReuse(await request(harness.url).get('/team').expect(401));
});

describe('HTML pages', () => {
  it.each(['/docs', '/problems/not-found'])('have a policy and cannot be framed: %s', async (path) => {
    const { status, headers } = await request(harness.url).get(path);
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(
      path === '/docs' ? "connect-src 'self' https://api.example;" : "connect-src 'self';",
    );
  });

  it('contain no script that their policy forbids', async () => {
    const { text } = await request(harness.url).get('/docs');
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, attributes, code]) => [
      /src="docs\/[\w.-]+\?v=[\w-]+"/.test(attributes ?? ''),
      code?.trim(),
    ]);
    expect(scripts.length).toBe(2);
    for (const script of scripts) expect(script).toEqual([true, '']);
    expect(text).not.toMatch(/ on\w+=|javascript:/);
  });

  it('load scripts as the type that is sent', async () => {
    const { headers } = await request(harness.url).get('/docs/page.js');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-type']).toMatch(/javascript/);
  });
});
