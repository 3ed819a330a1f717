import { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

let database: TestDatabase;
let admin: Client;
let harness: Harness;
let team: TestTeam;

const defaults = {
  datestyle: 'SQL, DMY',
  timezone: 'Asia/Kolkata',
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: '-5',
  array_nulls: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: 'repeatable read',
  gin_fuzzy_search_limit: '1',
  exit_on_error: 'on',
};

beforeAll(async () => {
  database = await createDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  for (const [name, value] of Object.entries(defaults))
    await admin.query(`ALTER DATABASE ${database.name} SET ${name} = '${value}'`);
  harness = await start({}, database.url);
  team = await makeTeam(harness, 'hybrid');
});
afterAll(async () => {
  await harness.stop();
  await admin.end();
  await database.drop();
});

const call = (method: string, path: string, body?: unknown) => harness.call(method, path, body, team);

describe('with other defaults of the database', () => {
  it('an offer is returned as it was created', async () => {
    const created = await call('POST', '/provider/offers', { ...fullOffer, sku: 'S-1' });
    expect(created.status).toBe(201);
    const read = await call('GET', `/provider/offers/${created.body.id}`);
    expect(read.body).toEqual(created.body);
    expect((await call('GET', '/provider/offers?limit=1')).body).toEqual([created.body]);
    const patched = await call('PATCH', `/provider/offers/${created.body.id}`, { monthlyPrice: 12.34 });
    expect(patched.body).toMatchObject({ monthlyPrice: 12.34, createdAt: created.body.createdAt });
  });

  it('the other surfaces read and write times', async () => {
    const product = await call('POST', '/products', {
      name: 'Extra',
      type: 'ADDON',
      category: 'EXTRA_DATA',
    });
    const read = await call('GET', `/products/${product.body.productId}`);
    expect(read.body).toEqual(product.body);
    for (const path of [
      '/reseller/catalog',
      '/reseller/catalog/changes',
      '/team/api-keys',
      '/subscriptions/products',
    ])
      expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
  });

  it('concurrent patches of one offer all succeed', async () => {
    const { body: offer } = await call('POST', '/provider/offers', { name: 'Shared', sku: 'S-2' });
    const patch = (_: unknown, index: number) =>
      call('PATCH', `/provider/offers/${offer.id}`, { internalDescription: `Change ${index}` });
    const replies = await Promise.all(Array.from({ length: 60 }, patch));
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    const versions = replies.map(({ body }) => body.version as number);
    expect(new Set(versions).size).toBe(60);
  });

  it('a refused statement does not end its connection', async () => {
    await call('POST', '/provider/offers', { name: 'First', sku: 'S-3' });
    const again = await call('POST', '/provider/offers', { name: 'Second', sku: 'S-3' });
    expect(again.status).toBe(409);
  });
});

describe('a conflict that Postgres reports', () => {
  /** Makes the next inserts into the table fail with the error. A sequence counts them, as it is not rolled back. */
  const failInserts = (table: string, failures: number, code: string) =>
    admin.query(`
      DROP SEQUENCE IF EXISTS test_inserts CASCADE;
      CREATE SEQUENCE test_inserts;
      CREATE OR REPLACE FUNCTION test_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('test_inserts') <= ${failures} THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '${code}'; END IF;
        RETURN NEW; END $$;
      CREATE OR REPLACE TRIGGER test_conflict BEFORE INSERT ON ${table}
        FOR EACH ROW EXECUTE FUNCTION test_conflict()`);
  const inserts = async () =>
    Number((await admin.query('SELECT last_value FROM test_inserts')).rows[0]?.last_value);

  it.each([
    ['40001', 'offers', '/provider/offers', { name: 'A' }],
    ['40P01', 'offers', '/provider/offers', { name: 'B' }],
    ['40001', 'product_catalogs', '/product-catalogs', { name: 'Main', customerType: 'CONSUMER' }],
  ])('%s in %s is retried', async (code, table, path, body) => {
    await failInserts(table, 2, code);
    const reply = await call('POST', path, body);
    expect([reply.status, await inserts()]).toEqual([201, 3]);
  });

  it('is retried for all lines of a bulk upload together', async () => {
    await failInserts('offers', 2, '40001');
    const lines = ['{"sku":"L-1","name":"A"}', '{"sku":"L-2","name":"B"}'].join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const reply = await harness.call('POST', '/provider/offers/bulk', lines, { ...team, headers });
    expect(reply.text.match(/"result":"created"/g)).toHaveLength(2);
    expect(await inserts()).toBe(4);
  });

  it('is answered with 503 after five attempts', async () => {
    await failInserts('offers', 100, '40001');
    const reply = await call('POST', '/provider/offers', { name: 'C' });
    expect([reply.status, reply.body.code, await inserts()]).toEqual([503, 'UNAVAILABLE', 5]);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });
});
