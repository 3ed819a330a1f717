import { sendAbortable } from '../support/abortable-request.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { SlowDatabase } from '../support/slow-database.js';

const forever = 600;
/** A quarter of the pool. */
const share = 2;
let harness: Harness;
let slow: SlowDatabase;
let greedy: TestTeam;
let innocent: TestTeam;

beforeAll(async () => {
  harness = await start({ databasePoolSize: 4 * share, statementTimeoutMs: 600_000 });
  slow = await SlowDatabase.open(harness.databaseUrl);
  greedy = await makeTeam(harness, 'hybrid');
  innocent = await makeTeam(harness, 'hybrid');
  await harness.call('POST', '/provider/offers', { name: 'Fibre', sku: 'F-1' }, greedy);
});
afterEach(() => slow.delay(0));
afterAll(async () => {
  await slow.close();
  await harness.stop();
});

/** Calls that do not read offers, through TypeORM and with a key that is not cached. */
async function innocentStatuses(): Promise<number[]> {
  const fresh = await makeTeam(harness, 'hybrid');
  const calls = [innocent, fresh].map((team) => harness.call('GET', '/products', undefined, team));
  return (await Promise.all([...calls, harness.call('GET', '/health/ready')])).map(({ status }) => status);
}

it('a team with many slow requests uses its share only; the others are answered meanwhile', async () => {
  await slow.delay(forever);
  const answers: (number | undefined)[] = [];
  const sent = Array.from({ length: 12 }, () => sendAbortable(harness.url, '/provider/offers', greedy));
  for (const { status } of sent) void status.then((answer) => answers.push(answer));
  await slow.untilSleeping(share);
  expect(await innocentStatuses()).toEqual([200, 200, 200]);
  const refused = await harness.call('GET', '/provider/offers', undefined, greedy);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(answers).toEqual(Array.from({ length: 12 - share }, () => 503));
  expect(await slow.sleeping()).toBe(share);
  for (const { leave } of sent) leave();
  await slow.untilSleeping(0);
});

it('the batches of bulk uploads, and exports, use the same share', async () => {
  await slow.delay(forever);
  const body = Array.from({ length: 800 }, (_, index) => `{"sku":"B-${index}","name":"Bulk"}\n`).join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  const send = () =>
    sendAbortable(harness.url, '/provider/offers/bulk', { ...greedy, method: 'POST', body, headers });
  const sent = [send(), send(), send()];
  await slow.untilSleeping(share);
  sent.push(sendAbortable(harness.url, '/provider/offers/export', greedy));
  expect(await innocentStatuses()).toEqual([200, 200, 200]);
  expect(await slow.sleeping()).toBe(share);
  for (const { leave } of sent) leave();
  await slow.untilSleeping(0);
});

it('at most 200 requests of a team wait', async () => {
  await slow.delay(forever);
  const sent = Array.from({ length: 260 }, () => sendAbortable(harness.url, '/provider/offers', greedy));
  expect(await Promise.any(sent.map(({ status }) => status))).toBe(503);
  const metrics = await harness.call('GET', '/metrics');
  expect(Number(/^db_pool_waiting (\d+)/m.exec(metrics.text)?.[1])).toBeLessThanOrEqual(200);
  for (const { leave } of sent) leave();
  await slow.untilSleeping(0);
});
