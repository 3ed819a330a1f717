import { createDatabase, type TestDatabase } from '../support/database.js';
import { start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let proxy: TcpProxy;
let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  database = await createDatabase();
  proxy = new TcpProxy(new URL(database.url));
  harness = await start({}, await proxy.open());
  team = await makeTeam(harness, 'hybrid');
});
afterAll(async () => {
  await harness.stop();
  await proxy.close();
  await database.drop();
});

const statusOf = async (path: string) => (await harness.call('GET', path, undefined, team)).status;
const recovery = () => until(async () => (await statusOf('/provider/offers')) === 200);

it('returns 503 with Retry-After while the database is unavailable, and recovers', async () => {
  await proxy.close();
  const reply = await harness.call('GET', '/provider/offers', undefined, team);
  expect(reply.status).toBe(503);
  expect(reply.body).toMatchObject({ code: 'UNAVAILABLE', type: '/problems/unavailable' });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect((await harness.call('POST', '/provider/offers', { name: 'A' }, team)).status).toBe(503);
  const ready = await harness.call('GET', '/health/ready');
  expect(ready.status).toBe(503);
  expect(ready.body.checks.database).toBe(false);
  expect(await statusOf('/health')).toBe(200);
  expect(await statusOf('/metrics')).toBe(200);
  await proxy.open();
  await recovery();
  expect(await statusOf('/health/ready')).toBe(200);
});

it('returns 503 if the database accepts connections but does not respond', async () => {
  proxy.disconnectAll();
  proxy.silence();
  expect(await statusOf('/provider/offers')).toBe(503);
  proxy.resume();
  await recovery();
});
