import dns from 'node:dns';
import { Socket } from 'node:net';
import { Client } from 'pg';
import { DataSource, QueryFailedError } from 'typeorm';
import { runInScope } from '../../src/common/request/request-scope.js';
import { toDomainError } from '../../src/http/problem.filter.js';
import { Sql } from '../../src/sql/sql.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { until } from '../support/until.js';

const role = 'test_passing_trouble';
let database: TestDatabase;
let admin: Client;
let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  database = await createDatabase();
  admin = new Client({ connectionString: database.adminUrl, application_name: 'test' });
  await admin.connect();
  // A role whose rights are those of the database's owner, so that other tests keep their role.
  await admin.query(
    `DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role} LOGIN PASSWORD 'first' IN ROLE ${new URL(database.url).username}`,
  );
  const url = new URL(database.url);
  Object.assign(url, { username: role, password: 'first', hostname: 'localhost' });
  harness = await start({}, url.href);
  team = await makeTeam(harness, 'hybrid');
});
afterAll(async () => {
  await harness.stop();
  await admin.end();
  await database.drop();
});

const call = (method: string, path: string, body?: unknown) => harness.call(method, path, body, team);
const disconnectAll = () =>
  admin.query(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'offerdock' AND datname = current_database()",
  );
/** Closes all connections until none is left, including those that were being opened. */
const outage = () =>
  until(async () => {
    await disconnectAll();
    return (await call('GET', '/provider/offers')).status !== 200;
  });
const recovery = () => until(async () => (await call('GET', '/provider/offers')).status === 200);

const expectUnavailable = (reply: Reply) => {
  expect(reply.status).toBe(503);
  expect(reply.body).toMatchObject({ code: 'UNAVAILABLE' });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
};

const product = { name: 'Extra', type: 'ADDON', category: 'EXTRA_DATA' };
const catalog = { name: 'Main', customerType: 'CONSUMER' };

it('reads from a read-only database, refuses writes with 503 and is not ready', async () => {
  await admin.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  await disconnectAll();
  await recovery();
  expectUnavailable(await call('POST', '/provider/offers', { name: 'A' }));
  expectUnavailable(await call('POST', '/products', product));
  expectUnavailable(await call('POST', '/product-catalogs', catalog));
  const headers = { 'content-type': 'application/x-ndjson' };
  const bulk = await harness.call('POST', '/provider/offers/bulk', '{"sku":"A","name":"A"}', {
    ...team,
    headers,
  });
  expect(JSON.parse(bulk.text)).toMatchObject({ problem: { code: 'UNAVAILABLE' } });
  const ready = await harness.call('GET', '/health/ready');
  expectUnavailable(ready);
  expect(ready.body.checks.database).toBe(false);

  await admin.query(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
  await disconnectAll();
  await recovery();
  expect((await harness.call('GET', '/health/ready')).status).toBe(200);
  expect((await call('POST', '/products', product)).status).toBe(201);
});

/** Makes every insert into the table run the PL/pgSQL statement, at once or at COMMIT. */
const onInsert = async (table: string, statement: string, when: 'at once' | 'at commit') => {
  const kind = when === 'at once' ? 'TRIGGER' : 'CONSTRAINT TRIGGER';
  const options = when === 'at once' ? '' : 'DEFERRABLE INITIALLY DEFERRED';
  await admin.query(`CREATE OR REPLACE FUNCTION test_trouble() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN ${statement}; RETURN NULL; END $$;
    CREATE ${kind} test_trouble AFTER INSERT ON ${table} ${options} FOR EACH ROW EXECUTE FUNCTION test_trouble()`);
};

const raise = (code: string, message = 'trouble') => `RAISE EXCEPTION '${message}' USING ERRCODE = '${code}'`;
const die = 'PERFORM pg_terminate_backend(pg_backend_pid())';

it.each([
  ['a full disk', raise('53100'), 'at once'],
  ['a full disk', raise('53100'), 'at commit'],
  ['too little memory', raise('53200'), 'at once'],
  ['a read-only transaction', raise('25006'), 'at once'],
  ['a cancelled statement', raise('57014'), 'at once'],
  ['a transaction that took too long', raise('25P04'), 'at once'],
  ['a lost helper', raise('55000', 'parallel worker failed to initialize'), 'at once'],
  ['a broken connection', die, 'at once'],
  ['a broken connection', die, 'at commit'],
] as const)('%s (%s) %s is answered with 503', async (_, statement, when) => {
  for (const [table, path, body] of [
    ['offers', '/provider/offers', { name: 'B' }],
    ['products', '/products', product],
    ['product_catalogs', '/product-catalogs', catalog],
  ] as const) {
    await onInsert(table, statement, when);
    const reply = await call('POST', path, body);
    await admin.query(`DROP TRIGGER test_trouble ON ${table}`);
    expectUnavailable(reply);
    expect((await call('POST', path, body)).status).toBe(201);
  }
});

it.each([
  ['a deadlock', '40P01', 'at once'],
  ['a deadlock', '40P01', 'at commit'],
  ['a reference to a row that was just deleted', '23503', 'at once'],
] as const)('%s (%s) %s makes the service try again', async (_, code, when) => {
  for (const [table, path, body] of [
    ['offers', '/provider/offers', { name: 'C' }],
    ['product_catalogs', '/product-catalogs', catalog],
  ] as const) {
    // Sequences keep their values when a transaction is rolled back.
    await admin.query('CREATE SEQUENCE test_attempts; GRANT USAGE ON SEQUENCE test_attempts TO PUBLIC');
    await onInsert(table, `IF nextval('test_attempts') < 3 THEN ${raise(code)}; END IF`, when);
    const reply = await call('POST', path, body);
    await admin.query(`DROP TRIGGER test_trouble ON ${table}; DROP SEQUENCE test_attempts`);
    expect([path, reply.status, reply.text]).toEqual([path, 201, expect.any(String)]);
  }
});

it('a connection that breaks between two statements of a transaction is answered with 503', async () => {
  const cause: unknown = await harness.app
    .get(Sql)
    .transaction(async ({ manager }) => {
      const [row]: { pid: number }[] = await manager.query('SELECT pg_backend_pid() AS pid');
      await admin.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
      await until(() => manager.queryRunner?.isReleased === true);
      await manager.query('SELECT 1');
    })
    .catch((failure: unknown) => failure);
  expect(toDomainError(cause)).toMatchObject({ code: 'UNAVAILABLE' });
});

it('a client that leaves between two statements of TypeORM is no fault of the service', async () => {
  const socket = new Socket();
  const read = () =>
    harness.app.get(DataSource).transaction(async (manager) => {
      await manager.query('SELECT 1');
      socket.destroy();
      await manager.query('SELECT 1');
    });
  const cause: unknown = await runInScope({ socket, group: 'test', isStream: false }, read).catch(
    (failure: unknown) => failure,
  );
  expect(cause).toBeInstanceOf(QueryFailedError);
  expect(toDomainError(cause)).toMatchObject({ code: 'UNAVAILABLE' });
});

it('a changed password and a locked role are answered with 503 until they work again', async () => {
  for (const [change, undo] of [
    ["PASSWORD 'second'", "PASSWORD 'first'"],
    ['NOLOGIN', 'LOGIN'],
  ]) {
    await admin.query(`ALTER ROLE ${role} ${change}`);
    await outage();
    expectUnavailable(await call('GET', '/provider/offers'));
    expectUnavailable(await call('POST', '/products', product));
    expectUnavailable(await harness.call('GET', '/health/ready'));
    await admin.query(`ALTER ROLE ${role} ${undo}`);
    await recovery();
  }
});

it.each(['ENOTFOUND', 'EAI_AGAIN'])(
  'a host name that does not resolve (%s) is answered with 503',
  async (code) => {
    const { lookup } = dns;
    const fail = (_name: string, _options: unknown, done: (error: Error) => void) =>
      process.nextTick(done, Object.assign(new Error(`getaddrinfo ${code} db`), { code }));
    dns.lookup = fail as unknown as typeof lookup;
    try {
      await outage();
      expectUnavailable(await call('GET', '/provider/offers'));
      expectUnavailable(await call('POST', '/products', product));
    } finally {
      dns.lookup = lookup;
    }
    await recovery();
  },
);
