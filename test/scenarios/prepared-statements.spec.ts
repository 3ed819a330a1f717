import { Sql } from '../../src/sql/sql.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

const most = 200;
let harness: Harness;
let innocent: TestTeam;

beforeAll(async () => {
  // A single connection, because a session shows its own prepared statements only.
  harness = await start({ databasePoolSize: 1 });
  innocent = await makeTeam(harness, 'hybrid');
});
afterAll(() => harness.stop());

async function preparedTexts(): Promise<(string | null)[]> {
  const rows = await harness.app
    .get(Sql)
    .rows({ text: 'SELECT statement FROM pg_prepared_statements', values: [], replan: true });
  return rows.map(([text]) => text ?? null);
}

it('a client that varies its requests cannot use up the prepared statements for the others', async () => {
  const varied = await makeTeam(harness, 'hybrid');
  const get = async (path: string, team: TestTeam) =>
    expect((await harness.call('GET', path, undefined, team)).status).toBe(200);
  for (const filter of ['', '&status=active', '&category=internet'])
    for (let limit = 1; limit <= 100; limit += 1)
      for (let uses = 0; uses < 2; uses += 1) await get(`/provider/offers?limit=${limit}${filter}`, varied);
  expect(await preparedTexts()).toHaveLength(most);
  const path = '/reseller/catalog?sortBy=name&limit=7';
  for (let uses = 0; uses < 2; uses += 1) await get(path, innocent);
  const texts = await preparedTexts();
  expect(texts).toHaveLength(most);
  expect(texts.filter((text) => text?.includes('LIMIT 8') && text.includes('name_key'))).toHaveLength(1);
  // A statement that was removed is prepared again.
  await get('/provider/offers?limit=1', varied);
  await get('/provider/offers?limit=1', varied);
});
