import { gzipSync } from 'node:zlib';
import { jsonLinesType, parseJsonLines, type BulkResultLine } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { parseAnswer, RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

const mib = 1_048_576;

let harness: Harness;
let team: TestTeam;

let stalled: RawConnection;
beforeAll(async () => {
  harness = await start({ teamBulkMibPerHour: 8, requestTimeoutMs: 5_000, publicRequestsPerMinute: 0 });
  // It ends while other tests run.
  const { key } = await makeTeam(harness, 'provider');
  const headers = { 'x-api-key': key, 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const { length } = gzipSync('{"name":"A"}');
  stalled = new RawConnection(harness.url);
  stalled.start('POST /provider/offers', { ...headers, 'content-length': length });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});

const post = (path: string, body: Buffer | string, encoding = 'gzip', type = 'application/json') =>
  harness.call('POST', path, body, {
    ...team,
    headers: { 'content-type': type, 'content-encoding': encoding },
  });
const upload = (body: Buffer | string, encoding = 'gzip') =>
  post('/provider/offers/bulk', body, encoding, jsonLinesType);
const resultsOf = (text: string) => parseJsonLines<BulkResultLine>(text);
const lines = (count: number, description = '') =>
  Array.from(
    { length: count },
    (_, n) => `${JSON.stringify({ sku: `S-${n}`, name: 'A', description })}\n`,
  ).join('');

describe('a JSON body with Content-Encoding: gzip', () => {
  it.each(['gzip', 'GZIP', 'x-gzip', 'identity, gzip'])('is unpacked: %s', async (encoding) => {
    const reply = await post('/provider/offers', gzipSync('{"name":"Zipped"}'), encoding);
    expect([reply.status, reply.body.name]).toEqual([201, 'Zipped']);
  });

  it('can consist of several members, and can be empty', async () => {
    const members = Buffer.concat([gzipSync('{"name":'), gzipSync('"Zipped"}')]);
    expect((await post('/provider/offers', members)).body.name).toBe('Zipped');
    const replies = [await post('/provider/offers', gzipSync('')), await post('/provider/offers', '')];
    expect(replies.map(({ status }) => status)).toEqual([400, 400]);
  });

  it('is limited to 1 MiB, packed and unpacked', async () => {
    const json = (length: number) => `{"name":"A"}${' '.repeat(length - 12)}`;
    expect((await post('/provider/offers', gzipSync(json(mib)))).status).toBe(201);
    const bombs = [gzipSync(json(mib + 1)), gzipSync(Buffer.alloc(30 * mib)), Buffer.alloc(mib + 1)];
    for (const bomb of bombs) {
      const reply = await post('/provider/offers', bomb);
      expect([reply.status, reply.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
  });

  it('gets 400 if it is truncated or corrupt, and the format of its path', async () => {
    const packed = gzipSync('{"name":"A"}');
    const flipped = Buffer.from(packed);
    flipped[14] = (flipped[14] ?? 0) ^ 0xff;
    const wrong = [packed.subarray(0, 15), packed.subarray(0, -1), flipped, Buffer.from('{"name":"A"}')];
    for (const body of [...wrong, Buffer.concat([packed, Buffer.from('more')])]) {
      const reply = await post('/provider/offers', body);
      expect([reply.status, reply.body.code]).toEqual([400, 'MALFORMED_ENCODING']);
    }
    const plan = await post('/subscriptions/plans', packed.subarray(0, -1));
    expect([plan.status, plan.body.errors[0].status]).toEqual([400, '400']);
    expect((await harness.call('GET', '/provider/offers', undefined, team)).body).toEqual([]);
  });
});

describe('an upload with Content-Encoding: gzip', () => {
  it('is unpacked while it arrives', async () => {
    const reply = await upload(gzipSync(lines(250, 'x'.repeat(1000))));
    expect(reply.status).toBe(200);
    expect(resultsOf(reply.text).map(({ result }) => result)).toEqual(Array(250).fill('created'));
  });

  it('counts with its unpacked bytes, and a bomb ends at the limit', async () => {
    const reply = await upload(gzipSync(lines(10) + ' '.repeat(60 * mib)));
    const results = resultsOf(reply.text);
    expect([reply.status, results.length, results.at(-1)?.problem?.code]).toEqual([200, 11, 'RATE_LIMITED']);
    expect(results.filter(({ result }) => result === 'created')).toHaveLength(10);
    expect((await upload(gzipSync(lines(1)))).status).toBe(429);
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
  });

  it('may have a line of 1 MiB at most', async () => {
    const reply = await upload(gzipSync(`${' '.repeat(2 * mib)}x\n${lines(1)}`));
    expect(resultsOf(reply.text)).toMatchObject([
      { line: 1, problem: { code: 'PAYLOAD_TOO_LARGE' } },
      { line: 2, result: 'created' },
    ]);
  });

  it('gets 400 and stores nothing if it is truncated or corrupt', async () => {
    const packed = gzipSync(lines(20));
    for (const body of [
      packed.subarray(0, -9),
      Buffer.from(lines(2)),
      Buffer.concat([packed, packed.subarray(1)]),
    ]) {
      const reply = await upload(body);
      expect([reply.status, reply.body.code]).toEqual([400, 'MALFORMED_ENCODING']);
    }
    expect((await harness.call('GET', '/provider/offers', undefined, team)).body).toEqual([]);
  });

  it('ends with the reason if the first results were sent already', async () => {
    const packed = gzipSync(lines(500, 'x'.repeat(500)));
    const reply = await upload(packed.subarray(0, -9));
    const last = resultsOf(reply.text).at(-1);
    expect([reply.status, last?.result, last?.problem?.code]).toEqual([200, 'failed', 'MALFORMED_ENCODING']);
  });

  it('gets 400 if it unpacks to nothing for too long', async () => {
    const nothing = Buffer.concat(Array<Buffer>(100_000).fill(gzipSync('')));
    const reply = await upload(nothing);
    expect([reply.status, reply.body.code]).toEqual([400, 'MALFORMED_ENCODING']);
  });

  it('leaves nothing behind if its client leaves', async () => {
    const metric = async (name: string) =>
      Number(
        new RegExp(`^${name} (\\d+)$`, 'm').exec((await harness.call('GET', '/metrics')).text)?.[1] ?? NaN,
      );
    const headers = { 'x-api-key': team.key, 'content-type': jsonLinesType, 'content-encoding': 'gzip' };
    const connection = new RawConnection(harness.url);
    connection.start('POST /provider/offers/bulk', { ...headers, 'content-length': 1_000 });
    connection.send(gzipSync(lines(20)).subarray(0, 30));
    const waiting = 'http_requests_waiting_for_clients';
    await until(async () => (await metric(waiting)) === 1);
    connection.destroy();
    await until(async () => (await metric(waiting)) === 0);
    expect(await metric('http_held_bytes')).toBe(0);
  });
});

describe('another Content-Encoding', () => {
  it.each(['br', 'deflate', 'gzip, gzip', 'br, gzip', 'x'])('is refused with 415: %s', async (encoding) => {
    for (const reply of [
      await post('/provider/offers', gzipSync('{"name":"A"}'), encoding),
      await upload(gzipSync(lines(1)), encoding),
    ]) {
      expect([reply.status, reply.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(reply.headers['accept-encoding']).toBe('gzip');
    }
    expect((await harness.call('GET', '/provider/offers', undefined, team)).body).toEqual([]);
  });

  it.each(['identity', 'Identity', ''])('can be "%s"', async (encoding) => {
    expect((await post('/provider/offers', '{"name":"A"}', encoding)).status).toBe(201);
  });
});

it('a JSON body with Content-Encoding: gzip must arrive in time', async () => {
  expect(parseAnswer(await stalled.closed()).status).toBe(408);
});
