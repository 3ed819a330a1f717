import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Metrics } from '../../src/health/metrics.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { HeldChanges } from '../support/held-changes.js';
import { RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

let harness: Harness;
let team: TestTeam;
let offerId: string;
let client: Client;
let held: HeldChanges;
beforeAll(async () => {
  harness = await start({
    databasePoolSize: 8,
    maxRequestsInFlight: 8,
    publicRequestsPerMinute: 0,
    statementTimeoutMs: 600_000,
  });
  team = await makeTeam(harness, 'provider');
  const offer = { name: 'A', category: 'internet' };
  offerId = (await harness.call('POST', '/provider/offers', offer, team)).body.id;
  client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  held = await HeldChanges.start(client);
});
afterAll(async () => {
  await client.end();
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
  await held.release();
  await until(async () => (await gauges()).every((value) => value === 0));
});

it('nothing is counted any more after a storm of requests that end in every way', async () => {
  const other = await makeTeam(harness, 'hybrid');
  const line = (sku: string) => `${JSON.stringify({ sku, name: 'A', category: 'internet' })}\n`;
  const json = (by: TestTeam, bytes: number) => ({
    'x-api-key': by.key,
    'content-type': 'application/json',
    'content-length': bytes,
  });
  const lines = (by: TestTeam) => ({
    'x-api-key': by.key,
    'content-type': 'application/x-ndjson',
    'transfer-encoding': 'chunked',
  });
  const open = () => new RawConnection(harness.url);
  const ways: ((by: TestTeam, sku: string) => RawConnection)[] = [
    (by) => open().start('POST /provider/offers', json(by, 1_000_000), ' '.repeat(500_000)),
    (by) => open().start('POST /provider/offers', json(by, 2_000_000), ' '.repeat(10)),
    (by) => open().start('POST /provider/offers', json({ ...by, key: 'unknown' }, 1000), '{'),
    (by, sku) => open().start('POST /provider/offers/bulk', lines(by)).sendChunk(line(sku)),
    (by, sku) => open().start('POST /provider/offers/bulk', lines(by)).sendChunk(line(sku)).send('zz\r\n'),
    (by) => open().pause().start('GET /provider/offers/export', { 'x-api-key': by.key }),
    (by) =>
      open()
        .start('GET /provider/offers', { 'x-api-key': by.key })
        .start('GET /team', { 'x-api-key': by.key }),
    (by) => open().start(`PATCH /provider/offers/${offerId}`, json(by, 17), '{"name":"Other"} '),
    () => open().start('GET /nowhere', {}),
  ];
  for (let wave = 0; wave < 4; wave += 1) {
    const connections = [team, other].flatMap((by, index) =>
      ways.map((way, number) => way(by, `S-${wave}-${index}-${number}`)),
    );
    // Every other wave leaves at once; in the others, requests are running, waiting and answered.
    if (wave % 2 === 1) await sleep(100);
    for (const connection of connections) connection.destroy();
  }
  await until(async () => (await gauges()).every((value) => value === 0));
  // A background job can use a connection at this moment.
  await until(async () => {
    const { text } = await harness.call('GET', '/metrics');
    const [open, idle] = ['db_pool_connections', 'db_pool_idle_connections'].map((name) =>
      Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]),
    );
    return idle === open;
  });
  for (const by of [team, other])
    expect((await harness.call('GET', '/team', undefined, by)).status).toBe(200);
});

it('the answers of /metrics are not counted, however large they are', async () => {
  harness.app.get(Metrics).gauge('test_filler', 'x'.repeat(100_000), () => 1);
  const read = async () => {
    const answer = await fetch(`${harness.url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    return (await answer.text()).length;
  };
  await until(async () => (await read()) > 100_000);
  await until(async () => (await gauges()).every((value) => value === 0));
});
