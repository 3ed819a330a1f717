import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { eur, planAttributes, Shop } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
});
afterAll(() => harness.stop());

/** Sends a request without comparing the response with the document, which describes `/subscriptions` only. */
const send = (method: string, path: string, body?: unknown) =>
  fetch(harness.url + path, {
    method,
    headers: {
      'x-api-key': shop.team.key,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: JSON.stringify(body),
  });

it('serves every route of /subscriptions under /v2/subscriptions', () => {
  const urls = harness.openapi.operations().filter(({ path }) => path.startsWith('/subscriptions/'));
  const fastify = harness.app.getHttpAdapter().getInstance();
  const missing = urls.filter(
    ({ method, path }) =>
      !fastify.hasRoute({
        method: method.toUpperCase() as 'GET',
        url: `/v2${path}`.replace(/\{(\w+)\}/g, ':$1'),
      }),
  );
  expect(urls.length).toBeGreaterThan(20);
  expect(missing.map(({ path }) => path)).toEqual([]);
});

it('keeps the path that the client called in links and in Location', async () => {
  const products = [{ name: 'Helmet', price: eur(1000) }];
  const data = { name: 'Bike club', products, plans: [planAttributes] };
  for (const base of ['/subscriptions', '/v2/subscriptions']) {
    const built = await send('POST', `${base}/offerings/build`, { data });
    expect(built.status).toBe(201);
    const body = (await built.json()) as { data: { id: string; relationships: object } };
    const { id } = body.data;
    expect(built.headers.get('location')).toBe(`${base}/offerings/${id}`);
    const links = { self: `${base}/offerings/${id}`, related: `${base}/offerings/${id}/products` };
    expect(body.data.relationships).toMatchObject({ products: { links } });
    const read = await send('GET', `${base}/offerings/${id}`);
    expect(await read.json()).toEqual(body);
    const list = (await (await send('GET', `${base}/offerings/${id}/plans`)).json()) as { links: object };
    expect(list.links).toMatchObject({ current: expect.stringMatching(`^${base}/offerings/`) });
    for (const kind of ['product', 'plan']) {
      const attributes = { ...planAttributes, name: 'Single' };
      const single = kind === 'plan' ? attributes : { name: 'Single' };
      const created = await send('POST', `${base}/${kind}s`, {
        data: { type: `subscription_${kind}`, attributes: single },
      });
      const createdBody = (await created.json()) as { data: { id: string } };
      expect(created.headers.get('location')).toBe(`${base}/${kind}s/${createdBody.data.id}`);
    }
  }
});

it('returns the errors of /subscriptions', async () => {
  const unknown = await send('GET', '/v2/subscriptions/nothing');
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ errors: [{ status: '404' }] });
  const method = await send('PATCH', '/v2/subscriptions/plans');
  expect(method.status).toBe(405);
  expect(method.headers.get('allow')).toBe('GET, HEAD, POST');
  const anonymous = await fetch(`${harness.url}/v2/subscriptions/plans`);
  expect(anonymous.status).toBe(401);
  expect(await anonymous.json()).toMatchObject({ errors: [{ status: '401', title: 'Unauthorized' }] });
  const head = await send('HEAD', '/v2/subscriptions/plans');
  expect([head.status, await head.text()]).toEqual([200, '']);
});
