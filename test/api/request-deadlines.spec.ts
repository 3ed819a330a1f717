import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { parseAnswer, RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

const deadlineMs = 1_500;

let harness: Harness;
let team: TestTeam;
let requests: Awaited<ReturnType<typeof startRequests>>;
beforeAll(async () => {
  harness = await start({ requestTimeoutMs: deadlineMs, responseTimeoutMs: 500 });
  team = await makeTeam(harness, 'provider');
  requests = await startRequests();
});
afterAll(() => harness.stop());

const lineTypes = { 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' };
const line = (sku: number) => `${JSON.stringify({ sku: `S-${sku}`, name: 'A', category: 'internet' })}\n`;
const jsonHeaders = () => ({ 'x-api-key': team.key, 'content-type': 'application/json' });

/** Starts all slow requests at the same time, because most of them take as long as the deadline. */
async function startRequests() {
  const open = (request: string, headers: Record<string, string | number>, body = '') =>
    new RawConnection(harness.url).start(request, headers, body);
  const json = (request: string, length: number, body = '') =>
    open(request, { ...jsonHeaders(), 'content-length': length }, body);
  const upload = async (more: Record<string, string> = {}) => {
    const { key } = await makeTeam(harness, 'provider');
    return open('POST /provider/offers/bulk', { 'x-api-key': key, ...lineTypes, ...more });
  };
  const [stalled, begun, trickled, long] = [
    await upload(),
    await upload(),
    await upload(),
    await upload({ connection: 'close' }),
  ];
  const started = {
    headers: new RawConnection(harness.url).send('GET /team HTTP/1.1\r\nhost: x\r\n'),
    body: json('POST /provider/offers', 1000, '{"name":'),
    subscription: json('POST /subscriptions/products', 1000, '{'),
    trickledBody: json('PATCH /provider/offers/x', 100_000),
    refused: open('POST /provider/offers', { 'content-type': 'application/json', 'content-length': 1000 }),
    nowhere: json('POST /nowhere', 1000, '{'),
    stalled: stalled.sendChunk('{"sku":"S-1"'),
    begun: begun.sendChunk(Array.from({ length: 100 }, (_, index) => line(index)).join('')),
    trickled,
    long,
  };
  const { trickledBody, refused } = started;
  return {
    ...started,
    done: [
      trickle(trickledBody, () => trickledBody.send(' ')),
      trickle(refused, () => refused.send(' ')),
      trickle(trickled, () => trickled.sendChunk(' ')),
      sendLines(long),
    ],
  };
}

/** Sends one more byte every tenth of the deadline until the connection is closed. */
async function trickle(connection: RawConnection, send: () => void): Promise<void> {
  while (!connection.isClosed) {
    send();
    await sleep(deadlineMs / 10);
  }
}

/** Sends lines for longer than the deadline, and ends the body. */
async function sendLines(connection: RawConnection): Promise<void> {
  for (let sku = 0; sku < 20; sku += 1) {
    connection.sendChunk(line(sku) + ' '.repeat(4_096));
    await sleep(deadlineMs / 10);
  }
  connection.sendChunk('');
}

async function metric(name: string): Promise<number> {
  const { text } = await harness.call('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
}

describe('headers that never end', () => {
  it('get 408, and the connection is closed', async () => {
    const text = await requests.headers.closed();
    expect(parseAnswer(text)).toMatchObject({ status: 408, body: { code: 'REQUEST_TIMEOUT' } });
  });
});

describe('a JSON body that stalls', () => {
  it('gets 408, and the connection is closed', async () => {
    const { status, body } = parseAnswer(await requests.body.closed());
    expect([status, body.code]).toEqual([408, 'REQUEST_TIMEOUT']);
    harness.openapi.validate('#/components/schemas/Problem', body, '408');
  });

  it('gets the error format of its path', async () => {
    const { status, body } = parseAnswer(await requests.subscription.closed());
    expect([status, body.errors]).toEqual([408, [expect.objectContaining({ status: '408' })]]);
  });

  it('gets 408 although another byte arrives now and then', async () => {
    expect(parseAnswer(await requests.trickledBody.closed()).status).toBe(408);
  });

  it('does not keep the connection open after an answer that did not need it', async () => {
    expect(parseAnswer(await requests.refused.closed()).status).toBe(401);
  });

  it('is not waited for on an unknown path', async () => {
    expect(parseAnswer(await requests.nowhere.closed())).toMatchObject({
      status: 404,
      body: { detail: 'Cannot POST /nowhere' },
    });
  });
});

describe('an upload', () => {
  it('that stalls gets 408 if nothing was answered yet', async () => {
    const text = await requests.stalled.closed();
    const { status, body } = parseAnswer(text.replace(/\r\n\w+\r\n\{/, '\r\n\r\n{'));
    expect([status, body.code]).toEqual([408, 'REQUEST_TIMEOUT']);
  });

  it('that stalls after the first results is cut off', async () => {
    const text = await requests.begun.closed();
    expect(text).toContain('"line":100');
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it('that trickles ends', async () => {
    expect(await requests.trickled.closed()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('may take longer than the deadline if it proceeds', async () => {
    const text = await requests.long.closed();
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(text).toMatch(/\r\n0\r\n\r\n$/);
  });
});

describe('a body whose client leaves', () => {
  it('releases its memory', async () => {
    await Promise.all(requests.done);
    const connection = new RawConnection(harness.url);
    connection.start('POST /provider/offers', { ...jsonHeaders(), 'content-length': 1000 }, '{');
    await until(async () => (await metric('http_requests_waiting_for_clients')) === 1);
    expect(await metric('http_held_bytes')).toBeGreaterThan(0);
    connection.destroy();
    await until(async () => (await metric('http_held_bytes')) === 0);
    await until(async () => (await metric('http_requests_waiting_for_clients')) === 0);
  });
});

describe('a download that nobody reads', () => {
  it('is cut off, and releases everything', async () => {
    const reseller = await makeTeam(harness, 'hybrid');
    await harness.call('POST', '/provider/offers', { name: 'A', category: 'internet' }, reseller);
    const client = new Client({ connectionString: harness.databaseUrl });
    await client.connect();
    // Larger than the buffers of a connection.
    await client.query(
      `UPDATE offers SET description = repeat('x', 20000) WHERE team_id = '${reseller.id}';
       CREATE TEMPORARY TABLE copies AS SELECT * FROM offers WHERE team_id = '${reseller.id}';
       INSERT INTO offers SELECT (jsonb_populate_record(copies, jsonb_build_object('id', gen_random_uuid()))).*
         FROM copies, generate_series(1, 3000);`,
    );
    await client.end();
    const connection = new RawConnection(harness.url).pause();
    connection.start('GET /provider/offers/export', { 'x-api-key': reseller.key });
    await until(async () => (await metric('http_requests_waiting_for_clients')) === 1);
    await until(async () => (await metric('http_requests_waiting_for_clients')) === 0);
    await until(async () => (await metric('http_held_bytes')) === 0);
    // A background job can use a connection at this moment.
    await until(
      async () => (await metric('db_pool_idle_connections')) === (await metric('db_pool_connections')),
    );
    connection.destroy();
  });
});
