import { Client } from 'pg';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { SlowDatabase } from '../support/slow-database.js';
import { until } from '../support/until.js';

const statementTimeoutMs = 400;
const tooLong = 600;
let harness: Harness;
let slow: SlowDatabase;
let team: TestTeam;

beforeAll(async () => {
  harness = await start({ statementTimeoutMs });
  slow = await SlowDatabase.open(harness.databaseUrl);
  team = await makeTeam(harness, 'hybrid');
  await harness.call('POST', '/provider/offers', { name: 'Fibre', sku: 'F-1' }, team);
});
afterEach(() => slow.delay(0));
afterAll(async () => {
  await slow.close();
  await harness.stop();
});

it.each([
  ['a read through Sql', 'GET', '/provider/offers', undefined, 200],
  ['a write through Sql', 'POST', '/provider/offers', { name: 'Fibre 500' }, 201],
  [
    'a write through TypeORM',
    'POST',
    '/products',
    { name: 'Extra', type: 'ADDON', category: 'EXTRA_DATA' },
    201,
  ],
])(
  'cancels %s that takes too long, and the connection stays usable',
  async (_, method, path, body, status) => {
    const call = () => harness.call(method, path, body, team);
    await call();
    const connections = await slow.connections();
    await slow.delay(tooLong);
    const reply = await call();
    expect(reply.status).toBe(503);
    expect(reply.body).toMatchObject({ code: 'UNAVAILABLE', detail: expect.stringContaining('in time') });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    await slow.delay(0);
    expect((await call()).status).toBe(status);
    expect(await slow.connections()).toEqual(expect.arrayContaining(connections));
    // A background job can have one at this moment.
    await until(async () => (await slow.openTransactions()) === 0);
  },
);

it('fails the lines of a bulk upload without trying each of them again', async () => {
  await slow.delay(tooLong);
  const body = Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({ sku: `B-${index}`, name: 'Bulk' }),
  ).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const reply = await harness.call('POST', '/provider/offers/bulk', body, { ...team, headers });
  const codes = reply.text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { problem: { code: string } }).problem.code);
  expect(codes).toEqual(Array.from({ length: 20 }, () => 'UNAVAILABLE'));
});

it('gives up waiting for a lock', async () => {
  const other = new Client({ connectionString: harness.databaseUrl });
  await other.connect();
  await other.query('BEGIN; LOCK TABLE teams IN ACCESS EXCLUSIVE MODE');
  expect((await harness.call('GET', '/team', undefined, team)).status).toBe(503);
  await other.end();
  expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
});

it('gives a background job more time', async () => {
  const { Sql } = await import('../../src/sql/sql.js');
  const limits = (manager: { query(sql: string): Promise<{ limit: string }[]> }) =>
    manager.query("SELECT current_setting('statement_timeout') AS limit");
  const sql = harness.app.get(Sql);
  expect(await sql.job(({ manager }) => limits(manager))).toEqual([{ limit: '10min' }]);
  expect(await sql.transaction(({ manager }) => limits(manager))).toEqual([{ limit: '400ms' }]);
});
