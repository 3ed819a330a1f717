import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import { Progress } from '../../seed/progress.js';
import { seed, type Seeded } from '../../seed/seed.js';
import { Encryption } from '../../src/encryption/encryption.js';
import { itemStatuses, transitions, type ItemStatus } from '../../src/orders/lifecycle/item-status.js';
import { reasonCodesFor } from '../../src/orders/lifecycle/reason-codes.js';
import { seedDemo } from '../../src/demo/demo.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { adminKey, start, testDataKey } from '../support/harness.js';

const quiet = new Progress({ write: () => true });

/** Returns the definitions of what a load drops and restores. */
const schemaOf = (of: Client) =>
  of.query(`
    SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index WHERE indrelid::regclass::text ~ '^(order|offers)'
     UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
     ORDER BY 1`);

describe('npm run seed with orders', () => {
  const encryption = new Encryption([testDataKey]);
  const settings = { offers: 300, orders: 400, seed: 3, teams: 20 };
  let orders: TestDatabase;
  let reader: Client;
  let keys: Seeded['keys'];

  beforeAll(async () => {
    orders = await createDatabase();
    reader = new Client({ connectionString: orders.url });
    await reader.connect();
    ({ keys } = await seed(orders.url, settings, quiet, encryption));
  });
  afterAll(async () => {
    await reader.end();
    await orders.drop();
  });

  const select = async (sql: string) => (await reader.query<Record<string, unknown>>(sql)).rows;

  it('creates orders in every status, whose histories lead to it', async () => {
    const statuses = await select('SELECT DISTINCT status FROM order_items ORDER BY status');
    expect(statuses.map(({ status }) => status)).toEqual([...itemStatuses].toSorted());
    const wrong =
      await select(`SELECT i.id FROM order_items i JOIN order_item_history h ON h.order_item_id = i.id
      GROUP BY i.id HAVING count(*) <> i.version OR (array_agg(h.status ORDER BY h.sequence DESC))[1] <> i.status
        OR max(h.created_at) <> i.updated_at OR (i.ended_at IS NULL) <> (i.status = ANY ('{pending,submitted_to_provider,accepted,scheduled,in_progress}'))`);
    expect(wrong).toEqual([]);
    const entries = await select(
      'SELECT DISTINCT from_status AS "from", status AS "to" FROM order_item_history',
    );
    for (const { from, to } of entries)
      expect(from === null ? ['pending'] : transitions[from as ItemStatus]).toContain(to);
    const codes = await select(
      'SELECT DISTINCT status, reason_code FROM order_items WHERE reason_code IS NOT NULL',
    );
    for (const { status, reason_code: code } of codes)
      expect(reasonCodesFor(status as ItemStatus)).toContain(code);
  });

  it('shows them to both sides, and encrypts the customers', async () => {
    const service = await start({}, orders.url);
    try {
      const read = async (path: string, key: string) =>
        (await service.call('GET', path, undefined, { key })).body;
      const [order] = await read('/reseller/orders?limit=100', keys.reseller);
      expect(order.customerInfo.email).toMatch(/@customer\.example$/);
      expect((await read(`/reseller/orders/${order.orderId}`, keys.reseller)).items[0].snapshot.id).toBe(
        order.items[0].offerId,
      );
      const body = { customerEmail: order.customerInfo.email };
      const found = await service.call('POST', '/reseller/orders/search', body, { key: keys.reseller });
      expect(found.body.items[0].orderId).toBe(order.orderId);
      expect((await read('/provider/orders', keys.provider)).length).toBeGreaterThan(0);
    } finally {
      await service.stop();
    }
    const clear = await select("SELECT id FROM orders o WHERE o::text ~* 'customer.example|555-01'");
    expect(clear).toEqual([]);
  });

  it('restores every index, constraint and trigger, and creates the same orders from the same seed', async () => {
    const empty = await createDatabase();
    const other = new Client({ connectionString: empty.url });
    await other.connect();
    const before = await schemaOf(other);
    expect((await schemaOf(reader)).rows).toEqual(before.rows);
    await seed(empty.url, settings, quiet, encryption);
    const content = `SELECT md5(string_agg(concat_ws(' ', id, order_id, position, offer_id, status, updated_at, snapshot::text), ',' ORDER BY id)) AS sum FROM order_items`;
    expect((await other.query(content)).rows).toEqual(await select(content));
    // With orders, the indexes and triggers stay in place.
    await seed(empty.url, { ...settings, orders: 20, seed: 4 }, quiet, encryption);
    expect((await other.query('SELECT count(*)::int AS count FROM orders')).rows).toEqual([{ count: 420 }]);
    await other.end();
    await empty.drop();
  });

  it('prints keys and how long it took', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['dist/seed/seed-cli.js', '--offers', '100', '--orders', '20', '--seed', '6'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: orders.url,
          DATA_KEYS: `${testDataKey.id}:${testDataKey.base64}`,
        },
      },
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Created 100 offers .*\nCreated 20 orders in .* orders per second\nProvider .*\nReseller /,
    );
  });

  it('needs a key', async () => {
    await expect(seed(orders.url, { ...settings, seed: 5 }, quiet)).rejects.toThrow(
      '--orders needs DATA_KEYS',
    );
  });
});

it('the demo has orders in every status that items keep, once', async () => {
  const service = await start();
  try {
    const { reseller, provider } = await seedDemo(service.app, adminKey);
    const read = (path: string, key: string) => service.call('GET', path, undefined, { key });
    const { body } = await read('/provider/orders?limit=100', provider);
    const statuses = (body as { status: string }[]).map(({ status }) => status);
    expect([...new Set(statuses)].toSorted()).toEqual(
      itemStatuses.filter((status) => status !== 'pending').toSorted(),
    );
    expect((await read('/provider/orders?cancelRequested=true', provider)).body).toHaveLength(2);
    await seedDemo(service.app, adminKey);
    const { headers } = await read('/reseller/orders?count=true', reseller);
    expect(headers['x-total-count']).toBe('11');
  } finally {
    await service.stop();
  }
  const withoutKeys = await start({ dataKeys: [] });
  try {
    const { provider } = await seedDemo(withoutKeys.app, adminKey);
    const offers = await withoutKeys.call('GET', '/provider/offers', undefined, { key: provider });
    expect(offers.body.length).toBeGreaterThan(0);
  } finally {
    await withoutKeys.stop();
  }
});
