import { Client } from 'pg';
import { Webhook } from 'standardwebhooks';
import { migrations } from '../../src/database/migrations.js';
import { Sql } from '../../src/sql/sql.js';
import { Wakeups } from '../../src/wakeups/wakeups.js';
import { findPgBouncer, startPgBouncer, type PgBouncer } from '../../scripts/pgbouncer.mjs';
import { sendAbortable } from '../support/abortable-request.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { EventStream } from '../support/events.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffer, orderBody } from '../support/order-factories.js';
import { killWithRun } from '../support/processes.js';
import { Service } from '../support/service.js';
import { SlowDatabase } from '../support/slow-database.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { Delivery } from '../support/webhook-events.js';

const databasePooler = 'transaction';
const statementTimeoutMs = 400;
const tooLong = 600;

let database: TestDatabase;
let pooler: PgBouncer;
let direct: Client;
let harness: Harness;
let team: TestTeam;
const cleanUps: (() => Promise<void>)[] = [];

const whenInstalled = findPgBouncer() ? describe : describe.skip;

whenInstalled('behind PgBouncer in transaction mode', () => {
  beforeAll(async () => {
    database = await createDatabase();
    direct = new Client({ connectionString: database.adminUrl });
    await direct.connect();
    // Other defaults than the code expects, which every transaction must set.
    for (const [name, value] of Object.entries({
      datestyle: 'SQL, DMY',
      timezone: 'Asia/Kolkata',
      array_nulls: 'off',
    }))
      await direct.query(`ALTER DATABASE ${database.name} SET ${name} = '${value}'`);
    // Fewer connections than the service has, so that they change between its statements.
    pooler = await startPgBouncer(database.url, { poolSize: 3 });
    killWithRun(pooler.child);
    const url = pooler.urlOf(database.url);
    harness = await start(
      { databasePooler, databasePoolSize: 12, statementTimeoutMs, webhookAllowInsecure: true },
      url,
    );
    team = await makeTeam(harness, 'hybrid');
  });
  afterAll(async () => {
    await harness?.stop();
    await pooler?.stop();
    await direct.end();
    await database.drop();
  });

  /** Starts another process, with a limit for statements that is longer than a test. */
  async function startPatient(url: string): Promise<Harness> {
    const patient = await start({ databasePooler, databasePoolSize: 4, databaseAnswerTimeoutMs: 200 }, url);
    cleanUps.push(() => patient.stop());
    return patient;
  }

  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    harness.call(method, path, body, { ...team, headers });
  const times = <T>(count: number, run: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => run(index)));

  it('requests of all kinds work at the same time', async () => {
    const statuses = await times(30, async (index) => {
      const created = await call('POST', '/provider/offers', {
        name: `Fibre ${index}`,
        sku: `S-${index}`,
        status: 'active',
      });
      const read = await call('GET', `/provider/offers/${created.body.id}`);
      expect(read.body).toEqual(created.body);
      const patched = await call('PATCH', `/provider/offers/sku:S-${index}`, { monthlyPrice: 12.34 });
      expect(patched.body).toMatchObject({ monthlyPrice: 12.34, createdAt: created.body.createdAt });
      const found = await call('GET', '/reseller/catalog?search=fibre&limit=5');
      const product = await call('POST', '/products', {
        name: 'Extra',
        type: 'ADDON',
        category: 'EXTRA_DATA',
      });
      return [created, read, patched, found, product].map(({ status }) => status);
    });
    expect(new Set(statuses.map(String))).toEqual(new Set(['201,200,200,200,201']));
    const lines = Array.from({ length: 200 }, (_, index) =>
      JSON.stringify({ sku: `B-${index}`, name: 'Bulk' }),
    );
    const uploads = await times(3, () =>
      call('POST', '/provider/offers/bulk', lines.join('\n'), { 'content-type': 'application/x-ndjson' }),
    );
    const results = uploads.flatMap(({ text }) => text.match(/"result":"\w+"/g) ?? []);
    expect(results).toHaveLength(600);
    expect(results.filter((result) => result.includes('created'))).toHaveLength(200);
  });

  it('an order with an idempotency key is placed once', async () => {
    const offer = await makeOffer(harness, team);
    const headers = { 'idempotency-key': 'once' };
    const replies = await times(8, () => call('POST', '/reseller/orders', orderBody([offer]), headers));
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(replies.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    const again = await call('POST', '/reseller/orders', orderBody([offer]), headers);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect((await call('GET', '/reseller/orders')).body).toHaveLength(1);
  });

  it('the events of an order reach a request that waits in another process and a webhook endpoint', async () => {
    const other = await start({ databasePooler, databasePoolSize: 4, role: 'api' }, harness.databaseUrl);
    const to = await Delivery.create(harness, undefined, { events: ['order.*'] });
    try {
      const waiting = new EventStream(other, to.team).take(3);
      const offers = await Promise.all([1, 2, 3].map(() => makeOffer(harness, to.team)));
      const reply = await harness.call('POST', '/reseller/orders', orderBody(offers), to.team);
      const events = await waiting;
      await to.settled();
      expect(new Set(events.map(({ event, data }) => `${event} ${String(data.orderId)}`))).toEqual(
        new Set([`order.created ${reply.body.orderId}`]),
      );
      const sent = to.receiver.received;
      expect(sent.map(({ body }) => body).toSorted()).toEqual(
        events.map((event) => JSON.stringify(event)).toSorted(),
      );
      for (const { body, headers } of sent) new Webhook(to.secret).verify(body, headers);
      const once = { status: 'delivered', attempts: 1 };
      expect(await to.deliveries()).toMatchObject([once, once, once]);
    } finally {
      await to.receiver.stop();
      await other.stop();
    }
  });

  it('sets nothing that others would find in a session, and prepares no statement', async () => {
    const other = new Client({ connectionString: pooler.urlOf(database.url) });
    await other.connect();
    const settings = `SELECT current_setting('statement_timeout') AS timeout, current_setting('datestyle') AS style,
    current_setting('timezone') AS zone, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared`;
    const { rows } = await other.query(settings);
    await other.end();
    expect(rows).toEqual([{ timeout: '0', style: 'SQL, DMY', zone: 'Asia/Kolkata', prepared: 0 }]);
    const sql = harness.app.get(Sql);
    const [limits] = await sql.rows({ text: settings, values: [] });
    expect(limits).toEqual([`${statementTimeoutMs}ms`, 'ISO, MDY', 'UTC', '0']);
    const inJob = await sql.job((tx) => tx.rows({ text: settings, values: [] }));
    expect(inJob).toEqual([['10min', 'ISO, MDY', 'UTC', '0']]);
  });

  describe('time limits', () => {
    let slow: SlowDatabase;
    beforeAll(async () => {
      slow = await SlowDatabase.open(database.url);
      await makeOffer(harness, team);
    });
    afterEach(async () => {
      await slow.delay(0);
      for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    });
    afterAll(() => slow.close());

    it.each([
      ['a single statement', 'GET', '/provider/offers', undefined],
      [
        'a statement in a transaction',
        'POST',
        '/products',
        { name: 'A', type: 'ADDON', category: 'EXTRA_DATA' },
      ],
    ])('hold for %s', async (_, method, path, body) => {
      await slow.delay(tooLong);
      const reply = await call(method, path, body);
      expect([reply.status, reply.body.detail]).toEqual([503, expect.stringContaining('in time')]);
      await slow.delay(0);
      expect((await call(method, path, body)).status).toBeLessThan(300);
      // A background job can have one at this moment.
      await until(async () => (await slow.openTransactions()) === 0);
    });

    it('hold for a statement that waits for a lock', async () => {
      await direct.query('BEGIN; LOCK TABLE teams IN ACCESS EXCLUSIVE MODE');
      const reply = await call('GET', '/team');
      await direct.query('ROLLBACK');
      expect(reply.status).toBe(503);
      expect((await call('GET', '/team')).status).toBe(200);
    });

    it('a connection is not given up because its statement is slow', async () => {
      const patient = await startPatient(pooler.urlOf(database.url));
      await slow.delay(0.3); // for each of two offers
      expect((await patient.call('GET', '/provider/offers?limit=1', undefined, team)).status).toBe(200);
    });

    it('requests fail while the pooler does not answer, and work again afterwards', async () => {
      const proxy = new TcpProxy(new URL(pooler.urlOf(database.url)));
      const patient = await startPatient(await proxy.open());
      cleanUps.push(() => proxy.close());
      const statusOf = async () =>
        (await patient.call('GET', '/provider/offers?limit=1', undefined, team)).status;
      expect(await statusOf()).toBe(200);
      proxy.silence();
      expect(await statusOf()).toBe(503);
      proxy.resume();
      await until(async () => (await statusOf()) === 200);
    });

    it('a statement is cancelled when its client leaves', async () => {
      const patient = await startPatient(pooler.urlOf(database.url));
      await slow.delay(20);
      const request = sendAbortable(patient.url, '/provider/offers', { key: team.key });
      await slow.untilSleeping(1);
      request.leave();
      await slow.untilSleeping(0);
      await slow.delay(0);
      expect((await patient.call('GET', '/provider/offers', undefined, team)).status).toBe(200);
    });
  });

  it('survives a restart of the connections to Postgres', async () => {
    await direct.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await until(async () => (await call('GET', '/team')).status === 200);
    expect((await harness.call('GET', '/health/ready')).status).toBe(200);
  });

  it('wakes by polling, without a connection that listens', async () => {
    let calls = 0;
    const stop = harness.app.get(Wakeups).on('test', () => (calls += 1));
    await until(() => calls > 1, 10_000);
    stop();
    const { rows } = await direct.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'offerdock wakeups'",
    );
    expect(rows).toEqual([]);
  });

  describe('startup', () => {
    let empty: TestDatabase;
    let services: Service[];
    const run = (env: Record<string, string>) => {
      const service = new Service({ DATABASE_URL: pooler.urlOf(empty.url), ...env });
      services.push(service);
      return service;
    };
    beforeAll(async () => {
      empty = await createDatabase({ empty: true });
      services = [];
    });
    afterAll(async () => {
      await Promise.all(services.map((service) => service.kill('SIGKILL')));
      await empty.drop();
    });

    it('says what to set for a pooler in transaction mode', async () => {
      const service = run({});
      expect(await service.exit()).toBe(1);
      expect(service.output).toMatch(/^Could not use the database at .*Set DATABASE_POOLER=transaction/m);
    });

    it('four processes on an empty database all come up', async () => {
      const all = await times(4, () => run({ DATABASE_POOLER: databasePooler }).ready());
      const ready = await Promise.all(all.map((service) => service.call('GET', '/health/ready')));
      expect(ready.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const client = new Client({ connectionString: empty.url });
      await client.connect();
      const { rows } = await client.query('SELECT name FROM migrations ORDER BY id');
      await client.end();
      expect(rows).toEqual(migrations.map(({ name }) => ({ name })));
    }, 60_000);
  });
});
