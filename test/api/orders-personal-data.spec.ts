import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { loadConfig } from '../../src/config/config.js';
import { createApp } from '../../src/server/create-app.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, testDataKey, type Harness } from '../support/harness.js';
import { customerInfo, makeOffer, makeOrder, orderBody } from '../support/order-factories.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let offer: string;
let order: { orderId: string; items: { itemId: string }[] };

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  const submissionConfig = { formFields: [{ name: 'nickname' }] };
  offer = await makeOffer(harness, provider, { submissionConfig });
  const more = { externalId: 'first', notes: 'Ask for Ngô.', metadata: { unit: 'Hidden Hollow' } };
  order = await makeOrder(harness, reseller, [{ offerId: offer, fields: { nickname: 'Ngô' } }], more);
});
afterAll(() => harness.stop());

const read = (path: string, team = reseller) => harness.call('GET', path, undefined, team);
const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);

describe('personal data', () => {
  const secrets = [/quastenflosser/i, /zoe\.quasten/i, /hidden hollow/i, /555.{0,2}0134/, /Ngô/];

  it('is nowhere in the database in clear text', async () => {
    const tables: { name: string }[] = await sql(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    expect(tables.length).toBeGreaterThan(20);
    const texts: string[] = [];
    for (const { name } of tables) {
      const rows: { text: string }[] = await sql(`SELECT t::text AS text FROM "${name}" t`);
      texts.push(...rows.map(({ text }) => text));
    }
    const dump = texts.join('\n');
    expect(dump).toContain(order.orderId);
    const encoded = (['hex', 'base64'] as const).map((encoding) =>
      Buffer.from('Zoe.Quasten').toString(encoding),
    );
    for (const secret of [...secrets, ...encoded.map((text) => new RegExp(text.replace(/=+$/, '')))])
      expect(dump).not.toMatch(secret);
  });

  it('is in no log and no error', async () => {
    const lines: string[] = [];
    const config = {
      ...loadConfig({ LOG_LEVEL: 'trace', ADMIN_API_KEY: adminKey }),
      dataKeys: [testDataKey],
    };
    const app = await createApp(
      config,
      harness.databaseUrl,
      pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    );
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const post = async (path: string, body: object) =>
      (
        await fetch(url + path, {
          method: 'POST',
          headers: { 'x-api-key': reseller.key, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).text();
    const answers = [
      await post('/reseller/orders', orderBody([offer, unknownId], { notes: 5 })),
      await post('/reseller/orders', {
        ...orderBody([offer]),
        customerInfo: { ...customerInfo, phone: [customerInfo.phone] },
      }),
      await post('/reseller/orders', orderBody([offer], { externalId: 'first' })),
    ];
    await post('/reseller/orders/search', {
      customerEmail: customerInfo.email,
      customerName: 'Quastenflosser',
    });
    await post('/reseller/orders', orderBody([offer]));
    await app.close();
    expect(lines.length).toBeGreaterThan(4);
    for (const secret of secrets) expect([...answers, ...lines].join('\n')).not.toMatch(secret);
  });

  it('shows no personal data once the time after the end of an item is over', async () => {
    const path = `/provider/orders/${order.items[0]?.itemId}`;
    const before = await read(path, provider);
    const end = (days: number) =>
      sql('UPDATE order_items SET ended_at = now() - make_interval(days => $2) WHERE order_id = $1', [
        order.orderId,
        days,
      ]);
    await end(89);
    expect((await read(path, provider)).body).toMatchObject({
      customerInfo,
      personalDataUntil: expect.any(String),
    });
    await end(91);
    const after = await read(path, provider);
    const nothing = {
      customerInfo: null,
      serviceAddress: null,
      notes: null,
      metadata: null,
      fields: null,
      providerNotes: null,
    };
    expect(after.body).toMatchObject(nothing);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect((await read('/provider/orders', provider)).body.at(-1)).toMatchObject(nothing);
    expect((await read(`/reseller/orders/${order.orderId}`)).body).toMatchObject({ customerInfo });
  });

  it.each([
    ['completed', 'active', 200],
    ['failed', 'cancelled', 200],
    ['failed', 'scheduled', 409],
  ])('once it is over, %s -> %s does not begin that time again', async (end, next, status) => {
    const { items } = await makeOrder(harness, reseller, [offer]);
    const path = `/provider/orders/${items[0]?.itemId}`;
    const move = (to: string) => harness.call('PATCH', `${path}/status`, { status: to }, provider);
    await move('accepted');
    await move(end);
    const change = "UPDATE order_items SET ended_at = now() - interval '91 days' WHERE id = $1";
    await sql(change, [items[0]?.itemId]);
    const { personalDataUntil } = (await read(path, provider)).body;
    const moved = await move(next);
    expect(moved.status).toBe(status);
    if (status === 409)
      expect(moved.body).toMatchObject({ currentStatus: 'failed', allowedStatuses: ['cancelled'] });
    expect((await read(path, provider)).body).toMatchObject({
      status: status === 200 ? next : end,
      customerInfo: null,
      personalDataUntil,
    });
  });
});
