import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { jsonLinesType, uploadOffers } from '../support/bulk-upload.js';
import { RawConnection } from '../support/raw-connection.js';
import { SlowDatabase } from '../support/slow-database.js';
import { until } from '../support/until.js';

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start({ databasePoolSize: 20 });
});
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const rows = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ externalId: `crm-${index}`, name: 'Fibre', ...more }));
const stored = async () =>
  Number(
    (await harness.call('GET', '/provider/offers?limit=1&count=true', undefined, team)).headers[
      'x-total-count'
    ],
  );
const resultsOf = async (uploads: ReturnType<typeof uploadOffers>[]) => {
  const counts: Record<string, number> = {};
  for (const { result } of (await Promise.all(uploads)).flat()) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
};

it('stores 300 lines once that are sent twice in parallel', async () => {
  const uploads = [1, 2].map(() => uploadOffers(harness, team, rows(300)));
  expect(await resultsOf(uploads)).toEqual({ created: 300, unchanged: 300 });
  expect(await stored()).toBe(300);
});

it('stores one line once that is sent five times at once', async () => {
  const uploads = [1, 2, 3, 4, 5].map(() => uploadOffers(harness, team, rows(1)));
  expect(await resultsOf(uploads)).toEqual({ created: 1, unchanged: 4 });
  expect(await stored()).toBe(1);
});

it('stores lines once that are sent in another order, and with service areas', async () => {
  const lines = rows(120, { serviceArea: { states: ['CA'] } });
  const uploads = [lines, lines.toReversed()].map((sent) => uploadOffers(harness, team, sent));
  expect(await resultsOf(uploads)).toEqual({ created: 120, unchanged: 120 });
  expect(await stored()).toBe(120);
});

it('lets two teams use the same external IDs', async () => {
  const other = await makeTeam(harness, 'provider');
  const uploads = [team, other].map((sender) => uploadOffers(harness, sender, rows(50)));
  expect(await resultsOf(uploads)).toEqual({ created: 100 });
});

it('stores lines once if the client leaves during a batch and sends them again', async () => {
  const lines = rows(250);
  const slow = await SlowDatabase.open(harness.databaseUrl);
  await slow.delay(0.02);
  const body = lines.map((row) => JSON.stringify(row)).join('\n');
  const headers = { 'x-api-key': team.key, 'content-type': jsonLinesType, 'content-length': body.length };
  const connection = new RawConnection(harness.url).start('POST /provider/offers/bulk', headers, body);
  // One or several batches are being written.
  await until(async () => (await slow.sleeping()) > 0);
  connection.destroy();
  await slow.delay(0);
  await slow.close();
  const results = await uploadOffers(harness, team, lines);
  expect(results.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(await stored()).toBe(250);
  expect((await uploadOffers(harness, team, lines)).filter(({ result }) => result !== 'unchanged')).toEqual(
    [],
  );
});
