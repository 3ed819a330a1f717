import { WaitingPolls } from '../../src/events/reading/waiting-polls.js';
import { ConnectionRunner } from '../../src/sql/connection-runner.js';
import { sendAbortable, type AbortableRequest } from '../support/abortable-request.js';
import { EventStream, getEvents, makePartner, typesOf } from '../support/events.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness, type Reply } from '../support/harness.js';
import { countSqlStatements } from '../support/recorded-statements.js';
import { until } from '../support/until.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ maxRequestsInFlight: 6, databasePoolSize: 5 });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});

const waitingCount = () => harness.app.get(WaitingPolls).waitingCount;
const list = (query: Record<string, string | number> = {}, team = reseller) =>
  getEvents(harness, team, query);
const addPartner = () => makePartner(harness, provider, reseller);

/** Sends a request, and returns as soon as it waits, so that there are never many at the same time. */
async function startWaiting(send: () => unknown): Promise<void> {
  const count = waitingCount();
  send();
  await until(() => waitingCount() > count);
}

it('answers as soon as there is an event of the right type', async () => {
  const waiting = list({ wait: 20, types: 'partner.removed' });
  await until(() => waitingCount() === 1);
  await addPartner();
  await new EventStream(harness, reseller).take(1);
  expect(waitingCount()).toBe(1);
  await harness.call('DELETE', `/provider/partners/preferred/${reseller.id}`, undefined, provider);
  expect(typesOf(await waiting)).toEqual(['partner.removed']);
  expect(waitingCount()).toBe(0);
});

it('answers without events at the end of the time, with a cursor to go on', async () => {
  const { body } = await list({ wait: 1 });
  expect(body).toMatchObject({ events: [], more: false });
  await addPartner();
  expect(typesOf(await list({ after: body.next, wait: 20 }))).toEqual(['partner.added']);
});

it('occupies neither database connections nor places of other requests, and is one query for all', async () => {
  const teams = [reseller, await makeTeam(harness, 'reseller'), await makeTeam(harness, 'reseller')];
  const waiting: Promise<Reply>[] = [];
  for (const team of [...teams, ...teams, ...teams])
    await startWaiting(() => waiting.push(list({ wait: 20 }, team)));
  const asked: unknown[] = [];
  const { wirePage } = ConnectionRunner.prototype;
  ConnectionRunner.prototype.wirePage = function (statement, limits) {
    if (statement.text.includes('unnest($1::uuid[], $2::bigint[])')) asked.push(statement.values[0]);
    return wirePage.call(this, statement, limits);
  };
  try {
    expect(await countSqlStatements(() => until(() => asked.length > 0))).toBe(0);
  } finally {
    ConnectionRunner.prototype.wirePage = wirePage;
  }
  expect(asked[0]).toEqual(teams.map(({ id }) => id));
  for (const { id } of teams) {
    const body = { resellerTeamId: id };
    expect((await harness.call('POST', '/provider/partners/preferred', body, provider)).status).toBe(201);
  }
  expect((await Promise.all(waiting)).map(typesOf)).toEqual(waiting.map(() => ['partner.added']));
});

it('lets ten requests of a team wait, and frees the place of a client that leaves', async () => {
  const waiting: AbortableRequest[] = [];
  for (let count = 0; count < 10; count += 1)
    await startWaiting(() => waiting.push(sendAbortable(harness.url, '/events?wait=20', reseller)));
  const refused = await list({ wait: 20 });
  expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
  expect(refused.headers['retry-after']).toBe('5');
  expect((await list()).status).toBe(200);
  for (const each of waiting) each.leave();
  await until(() => waitingCount() === 0);
});

it('tells nothing to a key that was revoked in the meantime', async () => {
  const path = `/admin/teams/${reseller.id}/api-keys`;
  const other = await harness.call('POST', path, { name: 'other' }, { key: adminKey });
  const waiting = list({ wait: 20 }, { ...reseller, key: other.body.key as string });
  await until(() => waitingCount() === 1);
  await harness.call('DELETE', `/team/api-keys/${other.body.id}`, undefined, reseller);
  await addPartner();
  expect((await waiting).status).toBe(401);
});

it('ends all waiting requests at shutdown', async () => {
  const own = await start({}, harness.databaseUrl);
  const waiting = getEvents(own, reseller, { wait: 30 });
  await until(() => own.app.get(WaitingPolls).waitingCount === 1);
  await own.stop();
  expect((await waiting).body).toMatchObject({ events: [], more: false });
});
