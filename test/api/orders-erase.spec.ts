import { DataSource } from 'typeorm';
import { Encryption, sealContext } from '../../src/encryption/encryption.js';
import { sealedTables } from '../../src/sealed-tables.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, testDataKey, type Harness } from '../support/harness.js';
import { customerInfo, makeOffer, makeOrder, orderBody, serviceAddress } from '../support/order-factories.js';

let harness: Harness;
let providers: TestTeam[];
let reseller: TestTeam;
let rival: TestTeam;
let offers: string[];

beforeAll(async () => {
  harness = await start();
  providers = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
  reseller = await makeTeam(harness, 'reseller');
  rival = await makeTeam(harness, 'reseller');
  const submissionConfig = { formFields: [{ name: 'nickname' }] };
  offers = [];
  for (const provider of providers) offers.push(await makeOffer(harness, provider, { submissionConfig }));
});
afterAll(() => harness.stop());

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const call = (method: string, path: string, body: object, team: TestTeam, headers = {}) =>
  harness.call(method, path, body, { ...team, headers });
const erase = (body: object, team = reseller) => call('POST', '/reseller/customers/erase', body, team);
const exportOf = (body: object, team = reseller) => call('POST', '/reseller/customers/export', body, team);

/** Words that occur only in what is stored about one customer. */
const secrets = (mark: string) => ({
  customer: {
    fullName: `Ilse ${mark}name`,
    email: `${mark}mail@mail.example`,
    phone: mark === 'Erase' ? '(415) 555-0122' : '(415) 555-0199',
  },
  address: { ...serviceAddress, street: `9 ${mark}street`, city: `${mark}city` },
});

/** Places an order of two items and lets both sides write all texts that they can, with idempotency keys. */
async function fillOrder(mark: string): Promise<{ orderId: string; items: { itemId: string }[] }> {
  const { customer, address } = secrets(mark);
  const items = offers.map((offerId) => ({ offerId, fields: { nickname: `${mark}field` } }));
  const body = orderBody(items, {
    customerInfo: customer,
    serviceAddress: address,
    externalId: `${mark}external`,
    notes: `${mark}note`,
    metadata: { unit: `${mark}meta` },
  });
  let keys = 0;
  const key = () => ({ 'idempotency-key': `${mark}-${(keys += 1)}` });
  const placed = await call('POST', '/reseller/orders', body, reseller, key());
  expect(placed.status).toBe(201);
  const order = placed.body as Awaited<ReturnType<typeof fillOrder>>;
  for (const [index, { itemId }] of order.items.entries()) {
    const provider = providers[index];
    if (!provider) throw new Error('No provider');
    const move = (status: string, more: object = {}) =>
      call('PATCH', `/provider/orders/${itemId}/status`, { status, ...more }, provider, key());
    const moves = [
      await move('accepted', { providerNotes: `${mark}accept` }),
      await move('scheduled', {
        scheduledFor: '2026-05-01T10:00:00Z',
        metadata: { gate: `${mark}gate` },
        milestones: [{ name: `${mark}step`, plannedFor: null, reachedAt: null }],
        jeopardy: { reason: `${mark}late`, expectedAt: null },
      }),
      await call('PATCH', `/provider/orders/${itemId}/internal`, { notes: `${mark}pdesk` }, provider),
      await call(
        'PATCH',
        `/reseller/orders/${order.orderId}/items/${itemId}/internal`,
        { assignee: `${mark}rdesk`, notes: `${mark}rdesk` },
        reseller,
      ),
    ];
    expect(moves.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }
  const cancelled = await call(
    'PATCH',
    `/reseller/orders/${order.orderId}/cancel`,
    { reason: `${mark}reason` },
    reseller,
    key(),
  );
  expect(cancelled.status).toBe(200);
  return order;
}

/** Ends all items of an order, which the reseller has asked to cancel. */
async function endItems(mark: string, { items }: { items: { itemId: string }[] }): Promise<void> {
  for (const [index, { itemId }] of items.entries()) {
    const body = { decision: 'accept', fee: 5, providerNotes: `${mark}answer` };
    const reply = await call(
      'PATCH',
      `/provider/orders/${itemId}/cancellation`,
      body,
      providers[index] as TestTeam,
    );
    expect(reply.status).toBe(200);
  }
}

/** Returns all rows of all tables as text, and all sealed values in clear text. */
async function everything(): Promise<string> {
  const tables: { name: string }[] = await sql(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows: { text: string }[] = await sql(`SELECT t::text AS text FROM "${name}" t`);
    texts.push(...rows.map(({ text }) => text));
  }
  const encryption = new Encryption([testDataKey]);
  for (const { table, idColumn, sealedColumn, keyIdColumn } of sealedTables) {
    const rows: { id: string; bytes: Buffer; keyId: string }[] = await sql(
      `SELECT ${idColumn}::text AS id, ${sealedColumn} AS bytes, ${keyIdColumn} AS "keyId" FROM ${table} WHERE ${sealedColumn} IS NOT NULL`,
    );
    for (const { id, ...sealed } of rows)
      texts.push(JSON.stringify(encryption.open(sealed, sealContext(table, sealedColumn, id))));
  }
  return texts.join('\n');
}

const countOf = (text: string, mark: string) => text.split(mark).length - 1;

describe('the data of a customer', () => {
  it('is in no table in clear text, whatever both sides have done', async () => {
    const order = await fillOrder('Plain');
    await endItems('Plain', order);
    const tables: { name: string }[] = await sql(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    for (const { name } of tables) {
      const rows: { text: string }[] = await sql(
        `SELECT t::text AS text FROM "${name}" t WHERE t::text ~ 'Plain'`,
      );
      // The external ID is documented to be stored in clear text.
      expect(rows.filter(({ text }) => /Plain/.test(text.replace('Plainexternal', '')))).toEqual([]);
    }
  });

  it('is exported completely, apart from what providers note for themselves', async () => {
    const order = await fillOrder('Export');
    await endItems('Export', order);
    const { email } = secrets('Export').customer;
    const { body, text } = await exportOf({ email: email.toUpperCase() });
    const words = [
      'name',
      'mail',
      'street',
      'city',
      'field',
      'external',
      'note',
      'meta',
      'accept',
      'gate',
      'step',
    ];
    for (const word of [...words, 'late', 'reason', 'answer', 'rdesk'])
      expect(text).toContain(`Export${word}`);
    expect(text).not.toContain('Exportpdesk');
    const full = await harness.call('GET', `/reseller/orders/${order.orderId}`, undefined, reseller);
    expect(body).toEqual({ items: [full.body], pagination: { nextCursor: null, limit: 50 } });
    expect((await exportOf({ orderId: order.orderId })).body.items).toEqual([full.body]);
    const second = await makeOrder(harness, reseller, offers, { customerInfo: secrets('Export').customer });
    const page = (await exportOf({ email, limit: 1 })).body;
    expect(page.items[0].orderId).toBe(second.orderId);
    const { nextCursor: cursor } = page.pagination;
    expect((await exportOf({ email, limit: 1, cursor })).body.items).toEqual([full.body]);
    expect((await exportOf({ email }, rival)).body.items).toEqual([]);
    expect((await exportOf({ orderId: order.orderId }, rival)).status).toBe(404);
  });

  it('is erased everywhere, while figures remain', async () => {
    const order = await fillOrder('Erase');
    const { email } = secrets('Erase').customer;
    const refused = await erase({ email });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain(order.orderId);
    expect((await erase({ orderId: order.orderId })).status).toBe(409);
    await endItems('Erase', order);
    expect((await erase({ orderId: order.orderId }, rival)).status).toBe(404);
    expect((await erase({ email }, rival)).body).toEqual({ orders: [], more: false });
    expect(countOf(await everything(), 'Erase')).toBeGreaterThan(30);
    const figures = async () => [
      (await harness.call('GET', '/reseller/stats?groupBy=category', undefined, reseller)).body.total,
      (await harness.call('GET', '/provider/stats', undefined, providers[0])).body.total,
      await sql('SELECT sum(monthly_price_minor), sum(cancellation_fee_minor) FROM order_items'),
    ];
    const [before, item] = [await figures(), order.items[0]?.itemId ?? ''];
    const providerTag = (await harness.call('GET', `/provider/orders/${item}`, undefined, providers[0]))
      .headers.etag;

    const reply = await erase({ email });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      orders: [{ orderId: order.orderId, erasedAt: expect.any(String) }],
      more: false,
    });
    const left = await everything();
    for (const mark of ['Erase', 'erasemail', '555-0122'])
      expect([mark, countOf(left, mark)]).toEqual([mark, 0]);
    expect(left).toContain(order.orderId);
    expect(await figures()).toEqual(before);

    const erased = { customerInfo: null, serviceAddress: null, notes: null, metadata: null };
    const own = await harness.call('GET', `/reseller/orders/${order.orderId}`, undefined, reseller);
    expect(own.body).toMatchObject({ ...erased, externalId: null, erasedAt: reply.body.orders[0].erasedAt });
    expect(own.body.items[0]).toMatchObject({ fields: null, providerNotes: null, status: 'cancelled' });
    const theirs = await harness.call('GET', `/provider/orders/${item}`, undefined, providers[0]);
    expect(theirs.body).toMatchObject({ ...erased, fields: null });
    expect(theirs.headers.etag).not.toBe(providerTag);
    expect(
      (await call('POST', '/reseller/orders/search', { customerEmail: email }, reseller)).body.items,
    ).toEqual([]);
    expect((await erase({ email })).body).toEqual({ orders: [], more: false });
    expect((await erase({ orderId: order.orderId })).status).toBe(200);
  });

  it('is no longer in stored responses, and a repeated request is not run again', async () => {
    const headers = { 'idempotency-key': 'erased-order' };
    const body = orderBody(offers, { customerInfo: secrets('Replay').customer, externalId: 'replayed' });
    const place = (more = {}) => call('POST', '/reseller/orders', body, reseller, { ...headers, ...more });
    const { orderId } = (await place()).body;
    expect((await place()).headers['idempotency-replayed']).toBe('true');
    const duplicate = () => place({ 'idempotency-key': 'duplicate-order' });
    expect((await duplicate()).body).toMatchObject({ existingId: orderId });
    expect((await erase({ orderId, force: true })).status).toBe(200);
    expect((await place()).status).toBe(409);
    const refused = await duplicate();
    expect(refused.status).toBe(409);
    expect(refused.text).not.toMatch(/replayed/);
    expect((await exportOf({ email: secrets('Replay').customer.email })).body.items).toEqual([]);
  });

  it('can be erased while work goes on, which then goes on without it', async () => {
    const { orderId, items } = await makeOrder(harness, reseller, offers, { customerInfo });
    const move = (status: string) =>
      call(
        'PATCH',
        `/provider/orders/${items[0].itemId}/status`,
        { status, providerNotes: 'Done' },
        providers[0] as TestTeam,
      );
    await move('accepted');
    const [erased, moved] = await Promise.all([erase({ orderId, force: true }), move('active')]);
    expect([erased.status, moved.status]).toEqual([200, 200]);
    await erase({ orderId, force: true });
    const { body } = await harness.call('GET', `/reseller/orders/${orderId}`, undefined, reseller);
    expect(body).toMatchObject({
      customerInfo: null,
      items: [{ status: 'active', providerNotes: null }, {}],
    });
  });

  it('is selected by either an e-mail address or an order', async () => {
    for (const body of [{}, { email: customerInfo.email, orderId: '01890c3d-0000-7000-8000-000000000001' }])
      for (const send of [erase, exportOf]) expect(fieldsOf(await send(body))).toEqual(['email']);
    for (const send of [erase, exportOf]) {
      expect((await send({ email: 'nobody' })).status).toBe(400);
      expect((await send({ orderId: '01890c3d-0000-7000-8000-000000000001' })).status).toBe(404);
    }
    const many = await makeTeam(harness, 'provider');
    expect((await erase({ email: customerInfo.email }, many)).status).toBe(403);
  });
});
