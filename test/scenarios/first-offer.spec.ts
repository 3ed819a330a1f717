import { omit } from '../../src/common/omit.js';
import request from 'supertest';
import { fullOffer } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

async function makeKey(name: string, role: string): Promise<string> {
  const options = { key: adminKey };
  const team = await harness.call('POST', '/admin/teams', { name, role }, options);
  await harness.call('PATCH', team.headers.location ?? '', { verified: true }, options);
  const { body } = await harness.call(
    'POST',
    `${team.headers.location}/api-keys`,
    { name: 'Backend' },
    options,
  );
  return body.key;
}

it('a provider publishes an offer, and a reseller finds it', async () => {
  const provider = { key: await makeKey('Northwind Fibre', 'provider') };
  const reseller = { key: await makeKey('Corner Shop', 'reseller') };

  const created = await harness.call('POST', '/provider/offers', { ...fullOffer, status: 'draft' }, provider);
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ ...fullOffer, status: 'draft' });
  expect((await harness.call('GET', '/reseller/catalog', undefined, reseller)).body).toEqual([]);

  const path = created.headers.location ?? '';
  const headers = { 'if-match': created.headers.etag ?? '' };
  const active = await harness.call('PATCH', path, { status: 'active' }, { ...provider, headers });
  expect(active.body).toMatchObject({ ...fullOffer, version: 2 });
  const found = await harness.call('GET', `/provider/offers?sku=${fullOffer.sku}`, undefined, provider);
  expect(found.body).toEqual([active.body]);

  const [entry] = (await harness.call('GET', '/reseller/catalog?category=internet', undefined, reseller))
    .body;
  const { internalName, internalDescription, complianceNotes, externalId, submissionUrl, ...rest } =
    fullOffer;
  const shown = omit(rest, ['allowedResellers']);
  expect(entry).toMatchObject({
    ...shown,
    id: created.body.id,
    providerName: 'Northwind Fibre',
    setupFee: 59.99,
  });
  expect(JSON.stringify(entry)).not.toContain(internalName);
  expect(
    [internalDescription, complianceNotes, externalId, submissionUrl].some((text) =>
      JSON.stringify(entry).includes(text),
    ),
  ).toBe(false);
  expect((await harness.call('GET', `/reseller/catalog/${entry.id}`, undefined, reseller)).body).toEqual(
    entry,
  );

  await harness.call('PATCH', path, { status: 'archived' }, provider);
  expect((await harness.call('GET', `/reseller/catalog/${entry.id}`, undefined, reseller)).status).toBe(404);
  expect((await harness.call('DELETE', path, undefined, provider)).status).toBe(200);
  expect((await harness.call('GET', '/provider/offers', undefined, provider)).body).toEqual([]);
});

describe('the documentation', () => {
  it('contains an example for every category, and the service accepts them', async () => {
    const provider = { key: await makeKey('Example Inc', 'provider') };
    const { paths } = harness.openapi.document as { paths: Record<string, unknown> };
    const { post } = paths['/provider/offers'] as {
      post: { requestBody: { content: Record<string, { examples: Record<string, { value: object }> }> } };
    };
    const examples = Object.values(post.requestBody.content['application/json']?.examples ?? {});
    expect(examples).toHaveLength(6);
    for (const { value } of examples) {
      const reply = await harness.call('POST', '/provider/offers', value, provider);
      expect([reply.status, reply.body]).toEqual([201, expect.objectContaining(value)]);
    }
  });

  it('is served from local assets', async () => {
    const page = await request(harness.url).get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/(src|href)="https?:/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"#]+\.(?:js|css)(?:\?[^"]*)?)"/g)].map(
      ([, path = '']) => path,
    );
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets)
      expect((await request(harness.url).get(new URL(asset, `${harness.url}/docs`).pathname)).status).toBe(
        200,
      );
  });
});
