import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { runInScope } from '../../src/common/request/request-scope.js';
import { Sql } from '../../src/sql/sql.js';
import { Wakeups } from '../../src/wakeups/wakeups.js';
import { start, type Harness } from '../support/harness.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

/** Longer than a test, so that only signals wake anybody. */
const never = 600_000;
let one: Harness;
let two: Harness;
let direct: Client;
const made: Wakeups[] = [];

beforeAll(async () => {
  one = await start();
  two = await start({}, one.databaseUrl);
  direct = new Client({ connectionString: one.databaseUrl });
  await direct.connect();
});
afterEach(async () => {
  await Promise.all(made.splice(0).map((wakeups) => wakeups.onApplicationShutdown()));
});
afterAll(async () => {
  await direct.end();
  await two.stop();
  await one.stop();
});

function make(harness: Harness, pollIntervalMs = never, url = harness.databaseUrl): Wakeups {
  const wakeups = new Wakeups(harness.app.get(Sql), {
    listen: { url, answerTimeoutMs: 200 },
    pollIntervalMs,
  });
  made.push(wakeups);
  return wakeups;
}

/** The process IDs of the connections that listen. */
async function listening(): Promise<number[]> {
  const { rows } = await direct.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
      WHERE application_name = 'offerdock wakeups' AND datname = current_database() AND state = 'idle'`,
  );
  return rows.map(({ pid }) => pid);
}

/** Subscribes, and counts the calls once the connection listens. */
async function count(wakeups: Wakeups, channel: string): Promise<{ calls: number; stop: () => void }> {
  const counted = { calls: 0, stop: wakeups.on(channel, () => (counted.calls += 1)) };
  await until(() => counted.calls > 0); // what was sent before is not heard, so the connection begins with a call
  counted.calls = 0;
  return counted;
}

it('two processes wake each other', async () => {
  const calls: string[] = [];
  const stop = [one, two].map((harness, index) =>
    harness.app.get(Wakeups).on('test', () => calls.push(`${index}`)),
  );
  await until(async () => (await listening()).length === 2);
  for (const [from, to] of [
    [one, '1'],
    [two, '0'],
  ] as const) {
    calls.length = 0;
    from.app.get(Wakeups).send('test');
    await until(() => calls.includes(to), 5_000);
  }
  for (const end of stop) end();
});

it('a signal reaches subscribers of the channel: those of the process at once, those of others later', async () => {
  const [here, there] = [make(one), make(two)];
  const own = await count(here, 'orders');
  const others = await count(there, 'orders');
  const elsewhere = await count(there, 'something_else');
  here.send('orders');
  expect(own.calls).toBe(1);
  await until(() => others.calls === 1);
  // A second signal from the other side shows that the first has not come back.
  there.send('orders');
  await until(() => own.calls === 2);
  expect([others.calls, elsewhere.calls]).toEqual([2, 0]);
  own.stop();
  here.send('orders');
  await until(() => others.calls === 3);
  expect(own.calls).toBe(2);
});

it('many signals become few notifications, and the last one is heard', async () => {
  const [here, there] = [make(one), make(two)];
  const heard = await count(there, 'burst');
  for (let index = 0; index < 1_000; index += 1) {
    here.send('burst');
    if (index % 100 === 0) await sleep(2);
  }
  const before = heard.calls;
  here.send('burst');
  await until(() => heard.calls > before);
  expect(heard.calls).toBeLessThan(50);
});

it('a signal of a request with one transaction is sent when that is committed', async () => {
  const wakeups = make(one);
  const heard = await count(wakeups, 'committed');
  for (const end of ['rollBack', 'commit'] as const) {
    const { transaction } = await one.app.get(Sql).openShared(['SELECT 1']);
    const scope = { socket: new Socket(), group: 'test', isStream: false, transaction };
    runInScope(scope, () => wakeups.send('committed'));
    expect(heard.calls).toBe(0);
    await transaction[end]();
    expect(heard.calls).toBe(end === 'commit' ? 1 : 0);
  }
});

it('a process that only sends does not listen', async () => {
  const before = await listening();
  const heard = await count(make(two), 'quiet');
  make(one).send('quiet');
  await until(() => heard.calls === 1);
  expect((await listening()).filter((pid) => !before.includes(pid))).toHaveLength(1);
});

it('a connection that Postgres has ended is opened again', async () => {
  const before = await listening();
  const heard = await count(make(one), 'ended');
  const [pid = 0] = (await listening()).filter((each) => !before.includes(each));
  await direct.query('SELECT pg_terminate_backend($1)', [pid]);
  await until(() => heard.calls === 1); // for what was sent meanwhile
  make(two).send('ended');
  await until(() => heard.calls === 2);
  expect(await listening()).not.toContain(pid);
});

it('a connection on which nothing arrives any more is replaced', async () => {
  const proxy = new TcpProxy(new URL(one.databaseUrl));
  const heard = await count(make(one, never, await proxy.open()), 'silent');
  proxy.silence();
  proxy.resume();
  await until(() => heard.calls === 1);
  make(two).send('silent');
  await until(() => heard.calls === 2);
  await Promise.all(made.splice(0).map((wakeups) => wakeups.onApplicationShutdown()));
  await proxy.close();
});

it('without a signal, subscribers are called again and again, even if one of them fails', async () => {
  const wakeups = new Wakeups(one.app.get(Sql), { pollIntervalMs: 20 });
  made.push(wakeups);
  let calls = 0;
  wakeups.on('polled', () => {
    throw new Error('a subscriber that fails');
  });
  wakeups.on('polled', () => (calls += 1));
  await until(() => calls > 2);
  await wakeups.onApplicationShutdown();
  const after = calls;
  wakeups.send('polled');
  expect(calls).toBe(after);
});
