import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded, type EmbeddedDatabase } from '../../src/database/embedded/start.js';
import { migrate } from '../../src/database/migrate.js';
import { Sql } from '../../src/sql/sql.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { SlowDatabase } from '../support/slow-database.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

const answerLimitMs = 10_000;
const readyLimitMs = 1_000;
const recoveryLimitMs = 5_000;
const jestTimeoutMs = 60_000;
const product = { name: 'Extra', type: 'ADDON', category: 'EXTRA_DATA' };
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

let harness: Harness;
let teams: TestTeam[];

const makeTeams = () => Promise.all([1, 2, 3, 4, 5].map(() => makeTeam(harness, 'hybrid')));

/** A read through Sql, a write through Sql, one through TypeORM and an upload, for each team. */
const sendAll = (): Promise<Reply>[] =>
  teams.flatMap((team) => [
    harness.call('GET', '/provider/offers', undefined, team),
    harness.call('POST', '/provider/offers', { name: 'A' }, team),
    harness.call('POST', '/products', product, team),
    harness.call('POST', '/provider/offers/bulk', '{"sku":"A","name":"A"}', {
      ...team,
      headers: { 'content-type': 'application/x-ndjson' },
    }),
  ]);

/** Resolves like the promises, if all of them do in time. */
async function within<T>(limitMs: number, promises: Promise<T>[]): Promise<T[]> {
  let settled = 0;
  const count = () => (settled += 1);
  for (const promise of promises) promise.then(count, count);
  await until(() => settled === promises.length, limitMs).catch((cause: unknown) => {
    throw new Error(`${promises.length - settled} of ${promises.length} were not answered`, { cause });
  });
  return Promise.all(promises);
}

const isRefused = ({ status, text }: Reply) =>
  status === 503 || (status === 200 && /"UNAVAILABLE"/.test(text));
const isDone = ({ status, text }: Reply) => status < 300 && !/"problem"/.test(text);
const outcomes = (replies: Reply[]) =>
  replies.filter((reply) => !isRefused(reply)).map(({ status }) => status);

const ready = async () => (await within(readyLimitMs, [harness.call('GET', '/health/ready')]))[0]?.status;

/** Waits until the service is ready and answers every request as usual. */
const recovery = () =>
  until(async () => (await ready()) === 200 && (await Promise.all(sendAll())).every(isDone), recoveryLimitMs);

describe('a network that drops packets', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let slow: SlowDatabase;

  beforeAll(async () => {
    database = await createDatabase();
    proxy = new TcpProxy(new URL(database.url));
    harness = await start({ databasePoolSize: 20 }, await proxy.open());
    teams = await makeTeams();
    await Promise.all(sendAll());
    slow = await SlowDatabase.open(database.url);
  });
  afterAll(async () => {
    await slow.close();
    await harness.stop();
    await proxy.close();
    await database.drop();
  });
  afterEach(async () => {
    await slow.delay(0);
    proxy.resume();
    await recovery();
  });

  /** Makes the requests use all connections that requests can have, and then drops all packets. */
  const silenceBusyConnections = async () => {
    await slow.delay(2);
    const busy = sendAll();
    await until(async () => (await slow.sleeping()) >= 10);
    proxy.silence();
    await slow.delay(0);
    return busy;
  };

  it(
    'delays no answer for more than ten seconds, and is forgotten five seconds after it has ended',
    async () => {
      const sent = await silenceBusyConnections();
      for (let wave = 0; wave < 3; wave += 1) {
        expect(await ready()).toBe(503);
        sent.push(...sendAll());
      }
      expect(outcomes(await within(answerLimitMs, sent))).toEqual([]);
      expect(outcomes(await within(answerLimitMs, sendAll()))).toEqual([]);
      expect(await ready()).toBe(503);
      proxy.resume();
      await recovery();
    },
    jestTimeoutMs,
  );

  it(
    'for a moment does not leave the connections of before in use',
    async () => {
      const sent = await silenceBusyConnections();
      proxy.resume();
      await recovery();
      // Those that were not on their way yet succeeded.
      expect(outcomes(await within(answerLimitMs, sent)).filter((status) => status >= 300)).toEqual([]);
    },
    jestTimeoutMs,
  );

  it(
    'leaves no transaction open',
    async () => {
      const name = 'Renamed';
      const abandoned = harness.app.get(Sql).transaction(async ({ manager }) => {
        await manager.query('UPDATE teams SET name = $1', [name]);
        proxy.silence();
        await manager.query('SELECT 1');
      });
      await within(answerLimitMs, [expect(abandoned).rejects.toThrow('Postgres does not answer')]);
      expect(await slow.openTransactions()).toBeGreaterThan(0);
      proxy.resume();
      await until(async () => (await slow.openTransactions()) === 0, recoveryLimitMs);
    },
    jestTimeoutMs,
  );

  it(
    'ends a background job, even if it waits for a lock',
    async () => {
      const locker = new Client({ connectionString: database.adminUrl });
      await locker.connect();
      await locker.query('SELECT pg_advisory_lock(7)');
      const job = harness.app.get(Sql).job(({ manager }) => manager.query('SELECT pg_advisory_xact_lock(7)'));
      const outcome = expect(job).rejects.toThrow('Postgres does not answer');
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'";
      await until(async () => (await locker.query(waiting)).rowCount === 1);
      proxy.silence();
      await within(answerLimitMs, [outcome]);
      proxy.resume();
      await until(async () => (await locker.query(waiting)).rowCount === 0, recoveryLimitMs);
      await locker.end();
    },
    jestTimeoutMs,
  );
});

describe('a slow database', () => {
  let database: TestDatabase;
  let slow: SlowDatabase;
  let locker: Client;

  beforeAll(async () => {
    database = await createDatabase();
    harness = await start({ databasePoolSize: 20, databaseAnswerTimeoutMs: 1_000 }, database.url);
    teams = await makeTeams();
    slow = await SlowDatabase.open(database.url);
    locker = new Client({ connectionString: database.adminUrl });
    await locker.connect();
  });
  afterAll(async () => {
    await locker.end();
    await slow.close();
    await harness.stop();
    await database.drop();
  });

  it('is not mistaken for a silent one', async () => {
    await Promise.all(sendAll());
    const before = await slow.connections();
    await slow.delay(3);
    const replies = await Promise.all(
      teams
        .slice(0, 2)
        .flatMap((team) => [
          harness.call('GET', '/provider/offers', undefined, team),
          harness.call('POST', '/provider/offers', { name: 'A' }, team),
          harness.call('POST', '/products', product, team),
        ]),
    );
    await slow.delay(0);
    expect(replies.map(({ status }) => status)).toEqual([200, 201, 201, 200, 201, 201]);
    expect(await slow.connections()).toEqual(expect.arrayContaining(before));
  });

  it('is not ready while the list of migrations is locked', async () => {
    await locker.query('BEGIN; LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
    expect(await ready()).toBe(503);
    await locker.query('ROLLBACK');
    await recovery();
  });

  it('delays no answer for more than ten seconds while a table is locked', async () => {
    await locker.query('BEGIN; LOCK TABLE products, offers IN ACCESS EXCLUSIVE MODE');
    const sent = sendAll();
    const waiting = 'SELECT 1 FROM pg_locks WHERE NOT granted';
    await until(async () => Number((await locker.query(waiting)).rowCount) >= 10);
    expect(await ready()).toBe(200);
    expect(outcomes(await within(answerLimitMs, sent))).toEqual([]);
    await locker.query('ROLLBACK');
    await recovery();
  });
});

describe('a stopped Postgres', () => {
  let dir: string;
  let postgres: EmbeddedDatabase;
  let admin: Client;
  let slow: SlowDatabase;
  const stopped = new Set<number>();

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'offerdock-silent-'));
    const extraFlags = ['-c', 'fsync=off', '-c', 'autovacuum=off'];
    postgres = await startEmbedded({ dataDir: join(dir, 'data'), log: silentLog, extraFlags });
    await migrate(postgres.url, silentLog);
    admin = new Client({ connectionString: postgres.ownerUrl });
    admin.on('error', () => undefined);
    await admin.connect();
    slow = await SlowDatabase.open(postgres.url);
    harness = await start({ databasePoolSize: 20, statementTimeoutMs: 3_000 }, postgres.url);
    teams = await makeTeams();
  }, jestTimeoutMs);
  afterAll(async () => {
    proceed();
    await harness.stop();
    await slow.close();
    await admin.end();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const processes = async (condition: string): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE ${condition}`,
    );
    return rows.map(({ pid }) => pid);
  };
  const stop = (pids: number[]) => {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    for (const pid of pids) stopped.add(pid);
  };
  const proceed = () => {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    stopped.clear();
  };

  it(
    'delays no answer for more than ten seconds, and is forgotten five seconds after it proceeds',
    async () => {
      await recovery();
      const { rows } = await admin.query<{ text: string }>("SELECT pg_read_file('postmaster.pid') AS text");
      const postmaster = Number.parseInt(rows[0]?.text ?? '', 10);
      stop([postmaster, ...(await processes('pid <> pg_backend_pid()'))]);
      expect(await ready()).toBe(503);
      expect(outcomes(await within(answerLimitMs, sendAll()))).toEqual([]);
      expect(await ready()).toBe(503);
      expect(outcomes(await within(answerLimitMs, sendAll()))).toEqual([]);
      proceed();
      await recovery();
    },
    jestTimeoutMs,
  );

  it(
    'whose other processes work delays one answer until the limit of its statement',
    async () => {
      const [team] = teams;
      await slow.delay(2);
      const sent = harness.call('POST', '/products', product, team);
      await slow.untilSleeping(1);
      stop(await processes("wait_event = 'PgSleep'"));
      await slow.delay(0);
      expect((await within(answerLimitMs, [sent]))[0]?.status).toBe(503);
      await recovery();
      proceed();
    },
    jestTimeoutMs,
  );
});
