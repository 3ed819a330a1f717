import { DataSource } from 'typeorm';
import { LabelRetention } from '../../src/labels/versions/label-retention.service.js';
import { LabelSales } from '../../src/labels/versions/label-sales.service.js';
import { unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { makeOffer, makeOrder } from '../support/order-factories.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let stranger: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider', { name: 'Northwind Fibre' });
  [reseller, stranger] = [await makeTeam(harness, 'reseller'), await makeTeam(harness, 'reseller')];
});
afterAll(() => harness.stop());

const internet = {
  category: 'internet',
  serviceSpecificData: { minBandwidth: 200, maxBandwidth: 500, connectionType: 'fiber', dataCap: null },
};
const get = (path: string, team: TestTeam, headers: Record<string, string> = {}) =>
  harness.call('GET', path, undefined, { key: team.key, headers });
const change = async (id: string, patch: object) => {
  const reply = await harness.call('PATCH', `/provider/offers/${id}`, patch, provider);
  expect([reply.status, reply.text]).toEqual([200, expect.any(String)]);
};
const catalogLabel = (id: string, query = '') => get(`/reseller/catalog/${id}/label${query}`, reseller);
const query = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  harness.app.get(DataSource).query(sql, values);
const versionsOf = async (id: string) =>
  (
    await query<{ version: number }>(
      'SELECT version FROM label_versions WHERE offer_id = $1 ORDER BY version',
      [id],
    )
  ).map(({ version }) => version);

it('returns the same label to its provider and to resellers, by each address', async () => {
  const id = await makeOffer(harness, provider, { ...internet, sku: 'LABEL-1', externalId: 'label 1' });
  const reply = await catalogLabel(id);
  expect(reply.status).toBe(200);
  expect(reply.body).toMatchObject({
    offerId: id,
    version: 1,
    url: `/labels/${id}/1`,
    issuedAt: expect.stringMatching(/Z$/),
    label: { kind: 'broadbandFacts', provider: 'Northwind Fibre', plan: 'Fibre 500', monthlyPrice: 44.5 },
  });
  for (const address of [id, 'sku:LABEL-1', 'ext:label%201']) {
    const own = await get(`/provider/offers/${address}/label`, provider);
    expect([own.status, own.text]).toEqual([200, reply.text]);
  }
  const stored = await get(`/labels/${id}/1`, reseller);
  expect([stored.status, stored.text]).toEqual([200, reply.text]);
});

it('negotiates the format', async () => {
  const id = await makeOffer(harness, provider, internet);
  const types = { json: 'application/json', html: 'text/html', svg: 'image/svg+xml' };
  for (const [format, type] of Object.entries(types)) {
    const byHeader = await get(`/reseller/catalog/${id}/label`, reseller, { accept: type });
    const byQuery = await get(`/reseller/catalog/${id}/label?format=${format}`, reseller, {
      accept: 'text/csv',
    });
    expect(byHeader.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect([byQuery.text, byQuery.headers.etag]).toEqual([byHeader.text, byHeader.headers.etag]);
    expect(byHeader.headers).toMatchObject({
      link: `</labels/${id}/1>; rel="canonical"`,
      vary: 'Accept, x-api-key, Authorization',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(byHeader.headers['content-security-policy'] ?? '').toMatch(
      format === 'json' ? /^$/ : /^default-src 'none';/,
    );
    const etag = byHeader.headers.etag ?? '';
    const again = await get(`/labels/${id}/1`, reseller, { accept: type, 'if-none-match': etag });
    expect([again.status, again.headers['cache-control']]).toEqual([
      304,
      'private, max-age=31536000, immutable',
    ]);
  }
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
  const opened = await get(`/labels/${id}/1`, reseller, { accept: browser });
  expect(opened.text).toMatch(/^<!doctype html>/);
  const refused = await get(`/labels/${id}/1`, reseller, { accept: 'text/csv' });
  expect([refused.status, refused.body.detail]).toEqual([406, expect.stringContaining('image/svg+xml')]);
  expect((await catalogLabel(id, '?format=pdf')).body.errors[0].message).toBe(
    'format must be one of json, html, svg',
  );
});

it('has no scripts, and escapes what providers enter', async () => {
  const name = `<script>alert(1)</script>"><img src=x onerror=alert(1)>]]>`;
  const id = await makeOffer(harness, provider, { ...internet, name });
  for (const format of ['html', 'svg']) {
    const { text } = await catalogLabel(id, `?format=${format}`);
    expect(text).not.toMatch(/<script|<img|onerror=[^&]*>\]\]>|javascript:/i);
    expect(text).toContain('&lt;script&gt;');
  }
});

it('numbers the labels of an offer, and gives equal labels the same number', async () => {
  const id = await makeOffer(harness, provider, internet);
  expect((await catalogLabel(id)).body.version).toBe(1);
  await change(id, { internalName: 'not on the label' });
  expect((await catalogLabel(id)).body.version).toBe(1);
  await change(id, { monthlyPrice: 50 });
  const second = await catalogLabel(id);
  expect([second.body.version, second.body.label.monthlyPrice]).toEqual([2, 50]);
  await change(id, { monthlyPrice: 44.5 });
  expect((await catalogLabel(id)).body.version).toBe(1);
  expect((await get(`/labels/${id}/2`, reseller)).body.label.monthlyPrice).toBe(50);
});

it('stores a label once, also for many requests at the same time', async () => {
  const id = await makeOffer(harness, provider, internet);
  const replies = await Promise.all(Array.from({ length: 8 }, () => catalogLabel(id)));
  expect(replies.map(({ status, body }) => [status, body.version])).toEqual(replies.map(() => [200, 1]));
  expect(await versionsOf(id)).toEqual([1]);
});

it('shows the provider a preview of an offer that is not active, without storing it', async () => {
  const id = await makeOffer(harness, provider, { ...internet, status: 'draft' });
  const preview = await get(`/provider/offers/${id}/label`, provider);
  expect(preview.body).toMatchObject({ version: null, url: null, issuedAt: null });
  expect(preview.headers.link).toBeUndefined();
  expect((await get(`/provider/offers/${id}/label?format=html`, provider)).text).toContain('Preview');
  expect(await versionsOf(id)).toEqual([]);
  expect((await catalogLabel(id)).status).toBe(404);
  await change(id, { status: 'active' });
  expect((await catalogLabel(id)).body.version).toBe(1);
  await change(id, { status: 'inactive' });
  expect((await get(`/provider/offers/${id}/label`, provider)).body.version).toBe(1);
});

it('shows the licenses that are valid', async () => {
  const license = { kind: 'alarm_company', state: 'TX', number: 'B12345' };
  for (const more of [{}, { number: 'B00001', expiresOn: '2020-01-01' }]) {
    const added = await harness.call('POST', '/team/licenses', { ...license, ...more }, provider);
    expect([added.status, added.text]).toEqual([201, expect.any(String)]);
  }
  const serviceSpecificData = {
    monitoringType: 'self_monitoring',
    installationType: 'diy',
    equipmentIncluded: 'Hub',
  };
  const id = await makeOffer(harness, provider, { category: 'security', serviceSpecificData });
  const { label } = (await catalogLabel(id)).body;
  expect(label).toMatchObject({ kind: 'licenseCard', licenses: [{ state: 'TX', number: 'B12345' }] });
  expect(label.licenses).toHaveLength(1);
});

it('shows all licenses of the category, however many others the provider holds', async () => {
  const holder = await makeTeam(harness, 'provider');
  await query(
    `INSERT INTO licenses (id, team_id, kind, state, number, version, created_at, updated_at)
       SELECT gen_random_uuid(), $1, 'alarm_company', 'TX', 'B' || n, 1, now(), now() FROM generate_series(1, 120) n`,
    [holder.id],
  );
  await harness.call(
    'POST',
    '/team/licenses',
    { kind: 'insurance_producer', state: 'CA', number: '7' },
    holder,
  );
  const serviceSpecificData = { monitoringType: 'hybrid', installationType: 'diy', equipmentIncluded: 'Hub' };
  const security = await makeOffer(harness, holder, { category: 'security', serviceSpecificData });
  const insurance = await makeOffer(harness, holder, { category: 'insurance' });
  expect((await catalogLabel(security)).body.label.licenses).toHaveLength(120);
  expect((await catalogLabel(insurance)).body.label.licenses).toMatchObject([{ state: 'CA', number: '7' }]);
});

it('answers 404 with the reason if an offer has no label, and for what does not exist', async () => {
  const none = await makeOffer(harness, provider);
  const other = await makeOffer(harness, provider, { category: 'other' });
  const reasons: [string, string][] = [
    [none, 'The offer has no label, because it has no category'],
    [other, 'The offer has no label, because its category is other'],
  ];
  for (const [id, reason] of reasons)
    for (const path of [`/reseller/catalog/${id}/label`, `/provider/offers/${id}/label`]) {
      const reply = await get(path, path.startsWith('/provider') ? provider : reseller);
      expect([reply.status, reply.body.detail]).toEqual([404, expect.stringContaining(reason)]);
    }
  const id = await makeOffer(harness, provider, internet);
  await catalogLabel(id);
  for (const path of [`${id}/2`, `${id}/0`, `${id}/x`, `${id}/99999999999`, `${unknownId}/1`, 'x/1'])
    expect([path, (await get(`/labels/${path}`, reseller)).status]).toEqual([path, 404]);
  expect((await catalogLabel(unknownId)).status).toBe(404);
});

it('lets only those read a label who see the offer, have ordered it, or are its provider', async () => {
  const offer = { ...internet, visibility: 'selected', allowedResellers: [reseller.id] };
  const id = await makeOffer(harness, provider, offer);
  await catalogLabel(id);
  const other = await makeTeam(harness, 'provider');
  const statuses = async () => {
    const replies = [provider, reseller, stranger, other].map((team) => get(`/labels/${id}/1`, team));
    return (await Promise.all(replies)).map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200, 404, 404]);
  await change(id, { allowedResellers: [] });
  expect(await statuses()).toEqual([200, 404, 404, 404]);
  await change(id, { allowedResellers: [reseller.id] });
  await makeOrder(harness, reseller, [id]);
  await change(id, { allowedResellers: [], status: 'archived' });
  expect(await statuses()).toEqual([200, 200, 404, 404]);
});

describe('labels of orders', () => {
  let id: string;
  let order: Reply['body'];

  beforeAll(async () => {
    // Nobody asks for the label before the offer has changed.
    id = await makeOffer(harness, provider, internet);
    order = await makeOrder(harness, reseller, [id]);
    await change(id, { monthlyPrice: 70 });
  });

  it('are those at the time of the order', async () => {
    const sold = await catalogLabel(id, `?orderId=${order.orderId}`);
    expect(sold.body).toMatchObject({ version: 1, label: { monthlyPrice: 44.5 }, issuedAt: order.createdAt });
    const own = await get(`/provider/offers/${id}/label?orderItemId=${order.items[0].itemId}`, provider);
    expect(own.text).toBe(sold.text);
    expect((await catalogLabel(id)).body.version).toBe(2);
    const refused = await get(`/reseller/catalog/${id}/label?orderId=${order.orderId}`, stranger);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'orderId']);
  });

  it('are recorded in the background, without a request', async () => {
    const sales = harness.app.get(LabelSales);
    const offer = await makeOffer(harness, provider, internet);
    for (const _ of [1, 2]) await makeOrder(harness, reseller, [offer]);
    await change(offer, { monthlyPrice: 71 });
    await sales.recordAll();
    expect(await versionsOf(offer)).toEqual([]);
    await Promise.all([sales.recordAll(Date.now() + 1000), sales.recordAll(Date.now() + 1000)]);
    await sales.recordAll(Date.now() + 1000);
    expect((await get(`/labels/${offer}/1`, reseller)).body.label.monthlyPrice).toBe(44.5);
    expect(await query('SELECT FROM label_sales WHERE offer_id = $1', [offer])).toHaveLength(2);
    await change(offer, { status: 'archived' });
    expect((await get(`/labels/${offer}/1`, provider)).status).toBe(200);
  });
});

it('keeps labels for two years after the last sale, and the current and the newest one', async () => {
  const id = await makeOffer(harness, provider, internet);
  const order = await makeOrder(harness, reseller, [id]);
  for (const monthlyPrice of [44.5, 2, 3, 4, 2]) {
    await change(id, { monthlyPrice });
    await catalogLabel(id);
  }
  await catalogLabel(id, `?orderId=${order.orderId}`);
  expect(await versionsOf(id)).toEqual([1, 2, 3, 4]);
  const due = () => query('UPDATE label_versions SET check_at = now() WHERE offer_id = $1', [id]);
  const retention = harness.app.get(LabelRetention);
  await due();
  await retention.deleteOld();
  // 1 was sold, 2 is current, 4 is the newest.
  expect(await versionsOf(id)).toEqual([1, 2, 4]);
  await query("UPDATE label_sales SET sold_at = now() - interval '2 years 1 day' WHERE offer_id = $1", [id]);
  await due();
  await Promise.all([retention.deleteOld(), retention.deleteOld()]);
  expect(await versionsOf(id)).toEqual([2, 4]);
  await change(id, { monthlyPrice: 5 });
  expect((await catalogLabel(id)).body.version).toBe(5);
});

it('keeps the last 1,000 labels that nobody has used', async () => {
  const id = await makeOffer(harness, provider, internet);
  await query(
    `INSERT INTO label_versions SELECT $1, n, $2, '{}', sha256(n::text::bytea), now() - interval '2 hours', now() + interval '1 year'
       FROM generate_series(1, 1049) n`,
    [id, provider.id],
  );
  expect((await catalogLabel(id)).body.version).toBe(1050);
  const versions = await versionsOf(id);
  expect([versions.length, versions[0]]).toEqual([1000, 51]);
});

it('deletes the labels of a deleted offer', async () => {
  const id = await makeOffer(harness, provider, internet);
  await catalogLabel(id);
  expect((await harness.call('DELETE', `/provider/offers/${id}`, undefined, provider)).status).toBe(200);
  expect(await versionsOf(id)).toEqual([]);
});
