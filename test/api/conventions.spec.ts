import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { OpenApiCheck } from '../support/openapi-check.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  harness.call(method, path, body, { ...provider, headers });

/** An operation in the OpenAPI document. */
interface Operation {
  'x-access': string;
  requestBody?: { content: object };
  parameters?: { in: string; name: string; schema: { type?: string } }[];
}

const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

describe('members', () => {
  it('that are unknown are reported with the closest known name', async () => {
    const reply = await call('POST', '/provider/offers', {
      name: 'A',
      montlyPrice: 5,
      fees: { instalationFee: 1 },
      x: 1,
    });
    expect(reply.status).toBe(400);
    const messages = reply.body.errors.map(({ message }: { message: string }) => message);
    expect(messages.toSorted()).toEqual([
      'fees.instalationFee is not a known field; did you mean installationFee?',
      'montlyPrice is not a known field; did you mean monthlyPrice?',
      'x is not a known field',
    ]);
  });

  it('that the server sets are ignored, so that clients can resend an object that they read', async () => {
    const { body } = await call('POST', '/provider/offers', { name: 'A' });
    const copy = await call('POST', '/provider/offers', body);
    expect(copy.status).toBe(201);
    expect(copy.body.id).not.toBe(body.id);
    const team = await harness.call('GET', `/admin/teams/${provider.id}`, undefined, { key: adminKey });
    expect((await harness.call('POST', '/admin/teams', team.body, { key: adminKey })).status).toBe(201);
    const [key] = (await call('GET', '/team/api-keys')).body;
    expect((await call('POST', '/team/api-keys', key)).status).toBe(201);
  });
});

describe('query parameters', () => {
  it.each(['/provider/offers?stauts=draft', '/team?x=1', `/provider/offers/${unknownId}?fields=name`])(
    'that are unknown are rejected: %s',
    async (path) => {
      const reply = await call('GET', path);
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual([path.split(/[?=]/)[1]]);
    },
  );

  it('that are given more than once are named, on every route, unless they are lists', async () => {
    const reseller = await makeTeam(harness, 'reseller');
    const keyFor = (access: string) =>
      access === 'admin' ? adminKey : access === 'reseller' ? reseller.key : provider.key;
    const { paths } = new OpenApiCheck().document as { paths: Record<string, Record<string, Operation>> };
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { 'x-access': access, parameters = [], requestBody }] of Object.entries(methods)) {
        const given = parameters.filter((each) => each.in === 'query');
        // `include` is documented as a text, but can be repeated.
        const names = given
          .filter(({ name, schema }) => schema.type !== 'array' && name !== 'include')
          .map(({ name }) => name);
        if (names.length === 0) continue;
        const query = names.flatMap((name) => [`${name}=1`, `${name}=1`]).join('&');
        const url = `${path.replaceAll(/\{\w+\}/g, unknownId)}?${query}`;
        const [type] = Object.keys(requestBody?.content ?? {});
        const { status, text } = await harness.call(method.toUpperCase(), url, type && '{}', {
          key: keyFor(access),
          headers: type ? { 'content-type': type } : {},
        });
        expect([url, status]).toEqual([url, 400]);
        const said = text.replaceAll('\\"', '');
        for (const name of names) expect(said).toContain(`${name} is given more than once`);
      }
  });

  it('that are unknown are reported with a suggestion, and are also rejected on writes', async () => {
    const reply = await call('GET', '/provider/offers?stauts=draft');
    expect(reply.body.message).toBe('stauts is not a known query parameter; did you mean status?');
    expect((await call('POST', '/provider/offers?dryRun=true', { name: 'A' })).status).toBe(400);
    expect((await call('GET', '/provider/offers?__proto__=1&constructor=2')).status).toBe(400);
  });
});

describe('methods and media types', () => {
  it.each([
    ['PUT', '/provider/offers', 'GET, HEAD, POST'],
    ['POST', `/provider/offers/${unknownId}`, 'DELETE, GET, HEAD, PATCH, PUT'],
    ['DELETE', '/team', 'GET, HEAD'],
    ['OPTIONS', '/admin/teams', 'GET, HEAD, POST'],
    ['POST', '/health', 'GET, HEAD'],
  ])('result in 405 for %s %s', async (method, path, allow) => {
    const reply = await call(method, path, method === 'PUT' ? {} : undefined);
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe(allow);
    expect(reply.body.code).toBe('METHOD_NOT_ALLOWED');
  });

  it.each(['text/html', 'application/xml, text/*;q=0.5', 'application/json;q=0', 'image/*'])(
    'result in 406 for Accept: %s',
    async (accept) => {
      const reply = await call('GET', '/team', undefined, { accept });
      expect(reply.status).toBe(406);
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    },
  );

  it.each([
    '*/*',
    'application/json',
    'application/*',
    'text/html, application/json;q=0.1',
    'text/html, */*;q=0.1',
  ])('result in 200 for Accept: %s', async (accept) => {
    expect((await call('GET', '/team', undefined, { accept })).status).toBe(200);
  });

  it('include HEAD, which responds like GET but without a body', async () => {
    const { body } = await call('POST', '/provider/offers', { name: 'A' });
    for (const path of ['/team', '/provider/offers', `/provider/offers/${body.id}`, '/health/ready']) {
      const [head, get] = [await call('HEAD', path), await call('GET', path)];
      expect([head.status, head.headers.etag]).toEqual([200, get.headers.etag]);
      expect(head.text ?? '').toBe('');
    }
    expect((await harness.call('HEAD', '/team')).status).toBe(401);
  });
});

describe('404', () => {
  it.each(['GET', 'PATCH', 'DELETE'])(
    "is the same for %s with another team's ID, an unknown ID and a malformed ID",
    async (method) => {
      const other = await makeTeam(harness, 'provider');
      const foreign = await harness.call('POST', '/provider/offers', { name: 'A' }, other);
      const ids = [
        foreign.body.id,
        unknownId,
        'abc',
        '0',
        'x'.repeat(300),
        '%00',
        "'%20OR%20'1",
        '..%2Fteam',
      ];
      const replies = [];
      for (const id of ids)
        replies.push(await call(method, `/provider/offers/${id}`, method === 'PATCH' ? {} : undefined));
      const bodies = replies.map(({ body }) => ({ ...body, instance: '', requestId: '' }));
      expect(bodies).toEqual(ids.map(() => ({ ...bodies[0], status: 404, detail: 'Offer not found' })));
    },
  );

  it('is returned for paths that do not exist, with or without a key', async () => {
    for (const path of ['/nowhere', '/provider', '/team/', '/Team', '/provider/offers/%zz', '/..%2f'])
      expect((await harness.call('GET', path)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await call('GET', '/provider/offers/?')).status).toBe(404);
    expect((await call('POST', '/nowhere', { a: 1 })).status).toBe(404);
    expect((await call('POST', '/nowhere', 'x', { 'content-type': 'text/plain' })).status).toBe(404);
  });
});
