import { Client } from 'pg';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

let harness: Harness;
let team: TestTeam;
let offerId: string;
let locker: Client;
beforeAll(async () => {
  harness = await start({ databasePoolSize: 8, maxRequestsInFlight: 8, publicRequestsPerMinute: 0 });
  team = await makeTeam(harness, 'provider');
  const offer = { name: 'A', category: 'internet' };
  offerId = (await harness.call('POST', '/provider/offers', offer, team)).body.id;
  locker = new Client({ connectionString: harness.databaseUrl });
  await locker.connect();
});
afterAll(async () => {
  await locker.end();
  await harness.stop();
});

async function gauges(): Promise<number[]> {
  const { text } = await harness.call('GET', '/metrics');
  const names = [
    'http_requests_in_flight',
    'http_requests_waiting_for_clients',
    'http_held_bytes',
    'db_pool_waiting',
  ];
  return names.map((name) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]));
}

it('requests that were pipelined behind another one are counted until their client leaves', async () => {
  await locker.query('BEGIN');
  await locker.query('SELECT 1 FROM offers WHERE id = $1 FOR UPDATE', [offerId]);
  const body = '{"overview":"B"}';
  const key = { 'x-api-key': team.key };
  const connection = new RawConnection(harness.url).start(
    `PATCH /provider/offers/${offerId}`,
    { ...key, 'content-type': 'application/json', 'content-length': body.length },
    body,
  );
  for (let sent = 0; sent < 3; sent += 1) connection.start('GET /team', key);
  await until(async () => (await gauges())[0] === 4);
  connection.destroy();
  await locker.query('COMMIT');
  await until(async () => (await gauges()).every((value) => value === 0));
});
