import { DataSource } from 'typeorm';
import { LabelRetention } from '../../src/labels/versions/label-retention.service.js';
import { LabelViews } from '../../src/labels/views/label-views.service.js';
import { unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder } from '../support/order-factories.js';
import { readAllPages } from '../support/read-all-pages.js';
import { countSqlStatements } from '../support/recorded-statements.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let id: string;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  id = await makeOffer(harness, provider, { category: 'internet', name: '=Fibre, 500' });
});
beforeEach(async () => {
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const record = (body: object = {}, headers: Record<string, string> = {}, offer = id, team = reseller) =>
  harness.call('POST', `/reseller/catalog/${offer}/label-views`, body, { key: team.key, headers });
const list = (query = '', headers: Record<string, string> = {}) =>
  harness.call('GET', `/reseller/label-views${query}`, undefined, { key: reseller.key, headers });
const query = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  harness.app.get(DataSource).query(sql, values);

it('records that a customer was shown the current label', async () => {
  const reply = await record();
  expect(reply.status).toBe(201);
  expect(reply.body).toEqual({
    id: expect.any(String),
    offerId: id,
    plan: '=Fibre, 500',
    labelVersion: 1,
    labelUrl: `/labels/${id}/1`,
    orderId: null,
    channel: null,
    shownAt: reply.body.recordedAt,
    recordedAt: expect.stringMatching(/Z$/),
  });
  const { location } = reply.headers;
  const read = await harness.call('GET', location ?? '', undefined, reseller);
  expect([read.status, read.body]).toEqual([200, reply.body]);
  const other = await makeTeam(harness, 'reseller');
  expect((await harness.call('GET', location ?? '', undefined, other)).status).toBe(404);
});

it('records a view once per idempotency key', async () => {
  const headers = { 'idempotency-key': 'view-1' };
  const [first, second] = [
    await record({ channel: 'web' }, headers),
    await record({ channel: 'web' }, headers),
  ];
  expect([second?.status, second?.text]).toEqual([201, first?.text]);
  expect((await list()).body).toHaveLength(1);
});

it('takes channel, time, version and order, and checks them', async () => {
  const own = await makeOffer(harness, provider, { category: 'internet' });
  const order = await makeOrder(harness, reseller, [own]);
  await harness.call('PATCH', `/provider/offers/${own}`, { monthlyPrice: 5 }, provider);
  const shownAt = new Date(Date.now() - 3_600_000).toISOString();
  const body = { orderId: order.orderId, channel: 'store', shownAt };
  const reply = await record(body, {}, own);
  // The label at the time of the order, not the one of today.
  expect(reply.body).toMatchObject({ ...body, labelVersion: 1 });
  expect((await record({}, {}, own)).body.labelVersion).toBe(2);
  expect((await record({ labelVersion: 1 }, {}, own)).body.labelVersion).toBe(1);
  const later = new Date(Date.now() + 30_000).toISOString();
  const clamped = (await record({ shownAt: later })).body;
  expect(clamped.shownAt).toBe(clamped.recordedAt);

  const wrong: [object, string][] = [
    [{ shownAt: new Date(Date.now() + 3_600_000).toISOString() }, 'shownAt'],
    [{ shownAt: '2020-01-01T00:00:00Z' }, 'shownAt'],
    [{ shownAt: 'yesterday' }, 'shownAt'],
    [{ labelVersion: 3 }, 'labelVersion'],
    [{ labelVersion: 0 }, 'labelVersion'],
    [{ orderId: unknownId }, 'orderId'],
    [{ channel: 'x'.repeat(51) }, 'channel'],
    [{ shown: true }, 'shown'],
  ];
  for (const [given, field] of wrong) {
    const refused = await record(given, {}, own);
    expect([given, refused.status, fieldsOf(refused)]).toEqual([given, 400, [field]]);
  }
  // An order of another team, and one without the offer.
  const others = await makeTeam(harness, 'reseller');
  expect(fieldsOf(await record({ orderId: order.orderId }, {}, own, others))).toEqual(['orderId']);
  expect(fieldsOf(await record({ orderId: order.orderId }))).toEqual(['orderId']);
});

it('records no views of offers that the reseller does not see, or that have no label', async () => {
  const draft = await makeOffer(harness, provider, { category: 'internet', status: 'draft' });
  const other = await makeOffer(harness, provider, { category: 'other' });
  for (const offer of [draft, other, unknownId, 'abc'])
    expect([offer, (await record({}, {}, offer)).status]).toEqual([offer, 404]);
});

it('lists, filters and counts records, the last that were shown first', async () => {
  const second = await makeOffer(harness, provider, { category: 'internet' });
  const order = await makeOrder(harness, reseller, [second]);
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const times = [40, 10, 30, 20].map(minutesAgo);
  for (const [index, shownAt] of times.entries())
    await record(
      index === 2 ? { shownAt, orderId: order.orderId } : { shownAt },
      {},
      index < 2 ? id : second,
    );
  const shown = async (filters: string) =>
    (await list(filters)).body.map((view: { shownAt: string }) => times.indexOf(view.shownAt));
  expect(await shown('')).toEqual([1, 3, 2, 0]);
  expect(await shown(`?offerId=${second}`)).toEqual([3, 2]);
  expect(await shown(`?orderId=${order.orderId}`)).toEqual([2]);
  expect(await shown(`?shownFrom=${times[2]}&shownTo=${times[1]}`)).toEqual([3, 2]);
  expect((await list('?count=true&limit=1')).headers['x-total-count']).toBe('4');
  const pages = await readAllPages<{ shownAt: string }>(
    harness,
    '/reseller/label-views?limit=1',
    reseller.key,
  );
  expect(pages.map(({ shownAt }) => times.indexOf(shownAt))).toEqual([1, 3, 2, 0]);
  expect((await list('?cursor=abc')).body.code).toBe('INVALID_CURSOR');
});

it('exports all records as CSV', async () => {
  await record({ channel: 'phone "A", late' });
  const { body } = await list();
  const reply = await list('', { accept: 'text/csv' });
  expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  const [view] = body;
  expect(reply.text).toBe(
    'id,offerId,plan,labelVersion,labelUrl,orderId,channel,shownAt,recordedAt\r\n' +
      `${view.id},${id},"'=Fibre, 500",1,/labels/${id}/1,,"phone ""A"", late",${view.shownAt},${view.recordedAt}\r\n`,
  );
  expect((await list('', { accept: 'image/png' })).status).toBe(406);
  expect((await list('', { accept: 'text/csv, application/json;q=0.9' })).headers['content-type']).toMatch(
    /^text\/csv/,
  );
});

it('limits what a team can store, and makes room by deleting after two years', async () => {
  const views = harness.app.get(LabelViews);
  const { maxViews } = views;
  views.maxViews = 2;
  try {
    const statuses = [await record(), await record(), await record()].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 409]);
    const refused = await record();
    expect(refused.body).toMatchObject({ code: 'QUOTA_EXCEEDED', limit: 2 });
    const [oldest] = (await list()).body.toReversed();
    const past = new Date(Date.now() - 740 * 86_400_000);
    const oldId = `${past
      .getTime()
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}${oldest.id.slice(13)}`;
    await query('UPDATE label_views SET id = $1, created_at = $2, shown_at = $2 WHERE id = $3', [
      oldId,
      past,
      oldest.id,
    ]);
    const retention = harness.app.get(LabelRetention);
    await Promise.all([retention.deleteOld(), retention.deleteOld()]);
    expect((await list()).body).toHaveLength(1);
    expect((await record()).status).toBe(201);
    expect((await record()).status).toBe(409);
  } finally {
    views.maxViews = maxViews;
  }
});

it('reads no records for the answer to HEAD', async () => {
  await record();
  const head = () => harness.call('HEAD', '/reseller/label-views', undefined, { ...reseller, headers: csv });
  const csv = { accept: 'text/csv' };
  const statements = await countSqlStatements(async () => expect((await head()).status).toBe(200));
  expect(statements).toBe(0);
});

it('shows no later label to a reseller that does not see the offer any longer', async () => {
  const offer = await makeOffer(harness, provider, { category: 'internet' });
  const order = await makeOrder(harness, reseller, [offer]);
  await record({}, {}, offer);
  await harness.call(
    'PATCH',
    `/provider/offers/${offer}`,
    { visibility: 'selected', allowedResellers: [], monthlyPrice: 1 },
    provider,
  );
  const later = await harness.call('GET', `/provider/offers/${offer}/label`, undefined, provider);
  expect(later.body.version).toBe(2);
  const read = async (version: number) =>
    (await harness.call('GET', `/labels/${offer}/${version}`, undefined, reseller)).status;
  expect([await read(1), await read(2)]).toEqual([200, 404]);
  for (const given of [{}, { orderId: order.orderId }])
    expect(fieldsOf(await record({ ...given, labelVersion: 2 }, {}, offer))).toEqual(['labelVersion']);
  expect((await record({ labelVersion: 1 }, {}, offer)).status).toBe(201);
});

it('keeps the label of a record, also if the offer was deleted or hidden', async () => {
  const offer = await makeOffer(harness, provider, { category: 'internet' });
  const { body } = await record({}, {}, offer);
  await query('UPDATE label_versions SET check_at = now() WHERE offer_id = $1', [offer]);
  await harness.app.get(LabelRetention).deleteOld();
  expect((await harness.call('DELETE', `/provider/offers/${offer}`, undefined, provider)).status).toBe(200);
  const label = await harness.call('GET', body.labelUrl, undefined, reseller);
  expect([label.status, label.body.label.plan]).toEqual([200, 'Fibre 500']);
  expect((await list(`?offerId=${offer}`)).body).toEqual([body]);
  expect((await record({ labelVersion: 1 }, {}, offer)).status).toBe(201);
});
