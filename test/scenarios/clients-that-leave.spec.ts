import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import { createApp } from '../../src/server/create-app.js';
import { loadConfig } from '../../src/config/config.js';
import { sendAbortable } from '../support/abortable-request.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { SlowDatabase } from '../support/slow-database.js';
import { until } from '../support/until.js';

const forever = 600;
const bulkHeaders = { 'content-type': 'application/x-ndjson' };
const line = (sku: string) => `${JSON.stringify({ sku, name: 'Bulk' })}\n`;

describe('statements of a client that leaves', () => {
  let harness: Harness;
  let slow: SlowDatabase;
  let team: TestTeam;

  beforeAll(async () => {
    harness = await start({ statementTimeoutMs: 600_000 });
    slow = await SlowDatabase.open(harness.databaseUrl);
    team = await makeTeam(harness, 'hybrid');
    await harness.call('POST', '/provider/offers', { name: 'Fibre', sku: 'F-1' }, team);
  });
  afterEach(() => slow.delay(0));
  afterAll(async () => {
    await slow.close();
    await harness.stop();
  });

  const product = JSON.stringify({ name: 'Extra', type: 'ADDON', category: 'EXTRA_DATA' });
  it.each([
    ['a read through Sql', '/provider/offers', {}],
    ['a write through Sql', '/provider/offers', { method: 'POST', body: '{"name":"Abandoned"}' }],
    ['a write through TypeORM', '/products', { method: 'POST', body: product }],
    ['an export', '/provider/offers/export', {}],
    ['a packed export', '/provider/offers/export', { headers: { 'accept-encoding': 'gzip' } }],
    ['a bulk upload', '/provider/offers/bulk', { method: 'POST', body: line('B-1'), headers: bulkHeaders }],
  ])('are cancelled: %s', async (_, path, options) => {
    const counts = async () => [await slow.rows('offers'), await slow.rows('products')];
    const stored = await counts();
    const connections = await slow.connections();
    await slow.delay(forever);
    const sent = sendAbortable(harness.url, path, { ...team, ...options });
    await slow.untilSleeping(1);
    sent.leave();
    await slow.untilSleeping(0);
    await slow.delay(0);
    await until(async () => (await slow.openTransactions()) === 0);
    expect(await counts()).toEqual(stored);
    expect((await harness.call('GET', '/provider/offers', undefined, team)).status).toBe(200);
    expect(await slow.connections()).toEqual(expect.arrayContaining(connections));
  });

  it('are cancelled for all requests of a pipelined connection', async () => {
    const { hostname, port } = new URL(harness.url);
    const other = await makeTeam(harness, 'hybrid');
    await harness.call('POST', '/provider/offers', { name: 'Fibre' }, other);
    await slow.delay(forever);
    const get = ({ key }: TestTeam, path: string) =>
      `GET ${path} HTTP/1.1\r\nhost: a\r\nx-api-key: ${key}\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    socket.write(get(team, '/provider/offers') + get(other, '/provider/offers'));
    await slow.untilSleeping(2);
    socket.destroy();
    await slow.untilSleeping(0);
  });

  it('that are still waiting for a connection are never sent', async () => {
    await slow.delay(forever);
    const send = () => sendAbortable(harness.url, '/provider/offers', team);
    const first = send();
    await slow.untilSleeping(1);
    const waiting = [send(), send(), send()];
    await sleep(50);
    for (const { leave } of waiting) leave();
    await slow.delay(0);
    const last = send();
    await sleep(50);
    first.leave();
    expect(await last.status).toBe(200);
    expect(await slow.sleeping()).toBe(0);
  });
});

it('a cancel request never hits the statement of another request', async () => {
  const harness = await start({ databasePoolSize: 4, statementTimeoutMs: 600_000 });
  const slow = await SlowDatabase.open(harness.databaseUrl);
  const teams = await Promise.all([1, 2, 3].map(() => makeTeam(harness, 'hybrid')));
  for (const team of teams) await harness.call('POST', '/provider/offers', { name: 'Fibre' }, team);
  const cancelled = async () => {
    const client = new Client({ connectionString: harness.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      'SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()',
    );
    await client.end();
    return Number((rows[0] as { xact_rollback: string }).xact_rollback);
  };
  const before = await cancelled();
  const kept: (number | undefined)[] = [];
  const product = JSON.stringify({ name: 'Extra', type: 'ADDON', category: 'EXTRA_DATA' });
  // A fixed pattern instead of random numbers: delays of 0 to 12 ms hit waiting, running and finished statements. The
  // statements become longer, because a cancel request takes longer on a slow machine.
  for (let wave = 0; wave < 15; wave += 1) {
    await slow.delay(0.004 * 4 ** Math.floor(wave / 5));
    const sent = Array.from({ length: 20 }, (_, index) => {
      const { key } = teams[index % teams.length] as TestTeam;
      const isWrite = index % 5 === 0;
      const options = isWrite ? { key, method: 'POST', body: product } : { key };
      const request = sendAbortable(harness.url, isWrite ? '/products' : '/provider/offers', options);
      const isKept = index % 2 === 0;
      if (!isKept) void sleep((index * 7 + wave * 5) % 13).then(request.leave);
      return { request, isKept };
    });
    for (const { request, isKept } of sent) {
      const status = await request.status;
      if (isKept) kept.push(status);
    }
  }
  expect(kept).toHaveLength(150);
  expect(kept.filter((status) => status !== 200 && status !== 201)).toEqual([]);
  await until(async () => (await cancelled()) > before);
  await until(async () => (await slow.openTransactions()) === 0);
  await slow.close();
  await harness.stop();
});

describe('the log of clients that leave', () => {
  const lines: { level: number; msg: string }[] = [];
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createApp>>;
  let slow: SlowDatabase;
  let url: string;
  let team: { key: string };

  beforeAll(async () => {
    database = await createDatabase();
    const config = loadConfig({ ADMIN_API_KEY: adminKey, DATABASE_URL: database.url });
    const write = (text: string) => void lines.push(JSON.parse(text) as { level: number; msg: string });
    app = await createApp(config, database.url, pino({ level: 'debug' }, { write }));
    await app.listen(0, '127.0.0.1');
    url = (await app.getUrl()).replace('localhost', '127.0.0.1');
    const post = async (path: string, body: object, key = adminKey) => {
      const headers = { 'x-api-key': key, 'content-type': 'application/json' };
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await reply.json()) as { id: string; key: string };
    };
    const { id } = await post('/admin/teams', { name: 'Hasty', role: 'hybrid', verified: true });
    team = await post(`/admin/teams/${id}/api-keys`, { name: 'A' });
    await post('/provider/offers', { name: 'Fibre' }, team.key);
    slow = await SlowDatabase.open(database.url);
  });
  afterAll(async () => {
    await slow.close();
    await app.close();
    await database.drop();
  });

  const disconnects = () => lines.filter(({ msg }) => msg === 'client disconnected');

  it.each([
    ['while it sends a body', '/products', { method: 'POST', body: '{"name":', endless: true }, 0],
    [
      'while it uploads lines',
      '/provider/offers/bulk',
      { method: 'POST', body: line('B-1'), headers: bulkHeaders, endless: true },
      0,
    ],
    [
      'while lines are stored',
      '/provider/offers/bulk',
      { method: 'POST', body: line('B-2'), headers: bulkHeaders },
      1,
    ],
    ['while it waits for a read', '/provider/offers', {}, 1],
    [
      'while it waits for a write',
      '/products',
      { method: 'POST', body: '{"name":"Extra","type":"ADDON","category":"EXTRA_DATA"}' },
      1,
    ],
    ['during an export', '/provider/offers/export', {}, 1],
  ])('has nothing above debug %s', async (_, path, options, sleepers) => {
    lines.length = 0;
    await slow.delay(sleepers > 0 ? forever : 0);
    const sent = sendAbortable(url, path, { ...team, ...options });
    if (sleepers > 0) await slow.untilSleeping(sleepers);
    else await sleep(100);
    sent.leave();
    await until(() => disconnects().length === 1);
    await slow.untilSleeping(0);
    await slow.delay(0);
    const reply = await fetch(`${url}/team`, { headers: { 'x-api-key': team.key } });
    expect(reply.status).toBe(200);
    expect(lines.filter(({ level, msg }) => level > 20 && msg !== 'request')).toEqual([]);
    expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(1);
    expect(disconnects()).toEqual([expect.objectContaining({ level: 20, path })]);
  });
});
