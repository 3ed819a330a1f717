import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';
import { until } from '../support/until.js';

let one: Harness;
let two: Harness;

beforeAll(async () => {
  one = await start();
  two = await start({}, one.databaseUrl);
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const whoAmI = (harness: Harness, key: string) => harness.call('GET', '/team', undefined, { key });
const withinASecond = (condition: () => Promise<boolean>) => until(condition, 1000);

it('a revoked key stops working on the other process within a second', async () => {
  const team = await makeTeam(one, 'provider');
  expect((await whoAmI(two, team.key)).status).toBe(200);
  await one.call('DELETE', `/admin/teams/${team.id}/api-keys/${team.keyId}`, undefined, { key: adminKey });
  expect((await whoAmI(one, team.key)).status).toBe(401);
  await withinASecond(async () => (await whoAmI(two, team.key)).status === 401);
});

it('a rotated key stops working on the other process within a second, and the new one works immediately', async () => {
  const team = await makeTeam(one, 'provider');
  expect((await whoAmI(two, team.key)).status).toBe(200);
  const { body } = await one.call('POST', `/team/api-keys/${team.keyId}/rotate`, {}, team);
  expect((await whoAmI(two, body.key)).status).toBe(200);
  await withinASecond(async () => (await whoAmI(two, team.key)).status === 401);
});

it('a suspension reaches the other process within a second, and so does its end', async () => {
  const team = await makeTeam(one, 'hybrid');
  expect((await whoAmI(two, team.key)).status).toBe(200);
  const suspend = (suspended: boolean) =>
    one.call('PATCH', `/admin/teams/${team.id}`, { suspended }, { key: adminKey });
  await suspend(true);
  await withinASecond(async () => (await whoAmI(two, team.key)).status === 403);
  await suspend(false);
  await withinASecond(async () => (await whoAmI(two, team.key)).status === 200);
});

it('a new name and currency reach the other process within a second', async () => {
  const team = await makeTeam(one, 'hybrid');
  const create = () => two.call('POST', '/provider/offers', { name: 'A', status: 'active' }, team);
  expect((await create()).body.currency).toBe('USD');
  await one.call(
    'PATCH',
    `/admin/teams/${team.id}`,
    { name: 'New', defaultCurrency: 'EUR' },
    { key: adminKey },
  );
  const [entry] = (await two.call('GET', '/reseller/catalog?limit=1', undefined, team)).body;
  expect(entry.providerName).toBe('New');
  await withinASecond(async () => (await create()).body.currency === 'EUR');
});

it('a cursor of one process works on the other', async () => {
  const team = await makeTeam(one, 'provider');
  for (const name of ['A', 'B']) await one.call('POST', '/provider/offers', { name }, team);
  const { headers } = await one.call('GET', '/provider/offers?limit=1', undefined, team);
  const next = /^<([^>]+)>/.exec(headers.link ?? '')?.[1] ?? '';
  expect((await two.call('GET', next, undefined, team)).body).toMatchObject([{ name: 'A' }]);
});
