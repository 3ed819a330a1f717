import { createHash } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { jsonLinesType, uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

const thresholdBytes = 32_768;

let harness: Harness;
let client: Client;
let team: TestTeam;
let largeOfferId: string;

beforeAll(async () => {
  harness = await start({ responseTimeoutMs: 500, statementTimeoutMs: 500 });
  client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  team = await makeTeam(harness, 'hybrid');
  const product = { type: 'SUBSCRIPTION', category: 'SUBSCRIPTION_CELL', description: 'x'.repeat(900) };
  const products = Array.from({ length: 60 }, (_, n) =>
    JSON.stringify({ ...product, name: `Product ${n}`, externalId: `P-${n}` }),
  );
  const uploaded = await harness.call('POST', '/products/bulk', products.join('\n'), {
    ...team,
    headers: { 'content-type': jsonLinesType },
  });
  expect(uploaded.text.match(/"created"/g)).toHaveLength(60);
  const offers = Array.from({ length: 60 }, (_, n) => ({
    sku: `S-${n}`,
    name: `Fibre ${n}`,
    category: 'internet',
    status: 'active',
    description: 'Fäst uppkoppling. '.repeat(50),
  }));
  await uploadOffers(harness, team, offers);
  const created = await harness.call('POST', '/provider/offers', largeOffer('LARGE'), team);
  largeOfferId = created.body.id as string;
});
afterAll(async () => {
  await client.end();
  await harness.stop();
});

const zipCodes = Array.from({ length: 6_000 }, (_, n) => String(10_001 + n * 7));
const largeOffer = (sku: string) => ({ sku, name: 'Large', serviceArea: { zipCodes } });

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** Sends a request, with no `Accept-Encoding` unless one is given, and returns the bytes as they were sent. */
const send = (
  line: string,
  headers: Record<string, string> = {},
  { body, key = team.key }: { body?: unknown; key?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const [method, path] = line.split(' ');
    const type = { 'content-type': 'application/json' };
    request(
      `${harness.url}${path}`,
      { method, headers: { 'x-api-key': key, ...type, ...headers } },
      (reply) => {
        buffer(reply).then(
          (bytes) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, bytes }),
          reject,
        );
      },
    )
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });

const gzip = { 'accept-encoding': 'gzip, deflate' };
const encodingOf = ({ headers }: Answer) => headers['content-encoding'];
const variesByEncoding = ({ headers }: Answer) =>
  (headers.vary ?? '').split(', ').filter((name) => /^accept-encoding$/i.test(name)).length;

describe('an answer packed with gzip', () => {
  it.each([
    ['/provider/offers?limit=100', {}],
    ['/reseller/catalog?limit=100', {}],
    ['/reseller/catalog?limit=100&facets=price', {}],
    ['/products?limit=100', {}],
    [`/provider/offers/sku:LARGE`, {}],
    ['/provider/offers/export', {}],
    ['/provider/offers/export', { accept: 'text/csv' }],
    ['/provider/offers/export?format=fcc-broadband-label', {}],
    ['/reseller/label-views', { accept: 'text/csv' }],
  ])('has the same content: %s %j', async (path, accept: Record<string, string>) => {
    const plain = await send(`GET ${path}`, accept);
    const packed = await send(`GET ${path}`, { ...accept, ...gzip });
    expect([plain.status, packed.status]).toEqual([200, 200]);
    expect([encodingOf(plain), encodingOf(packed)]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    if (plain.bytes.length > thresholdBytes) expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    for (const answer of [plain, packed]) {
      expect(variesByEncoding(answer)).toBe(1);
      expect(answer.headers.vary).toContain('x-api-key');
      expect(answer.headers['content-type']).toBe(plain.headers['content-type']);
      const length = answer.headers['content-length'];
      if (length !== undefined) expect(Number(length)).toBe(answer.bytes.length);
    }
    const head = await send(`HEAD ${path}`, { ...accept, ...gzip });
    for (const name of ['content-encoding', 'content-length', 'content-type', 'etag', 'vary'] as const)
      expect([name, head.headers[name]]).toEqual([name, packed.headers[name]]);
  });

  it.each([
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'gzip'],
    ['br;q=1, GZIP;Q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, *', undefined],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['br', undefined],
    ['gzip;q=0.2, identity;q=0.8', undefined],
  ])('is sent if the client prefers it: %s', async (accepted, encoding) => {
    for (const path of ['/provider/offers?limit=100', '/provider/offers/export']) {
      const answer = await send(`GET ${path}`, { 'accept-encoding': accepted });
      expect([path, encodingOf(answer), variesByEncoding(answer)]).toEqual([path, encoding, 1]);
    }
  });

  it('is sent from 32 KiB on; smaller ones do not vary by the encoding', async () => {
    const found: (string | undefined)[] = [];
    for (let limit = 12; limit < 30; limit += 2) {
      const { bytes } = await send(`GET /products?limit=${limit}`);
      const answer = await send(`GET /products?limit=${limit}`, gzip);
      const isLarge = bytes.length >= thresholdBytes;
      expect([limit, encodingOf(answer)]).toEqual([limit, isLarge ? 'gzip' : undefined]);
      expect(variesByEncoding(answer)).toBe(isLarge ? 1 : 0);
      found.push(encodingOf(answer));
    }
    expect(new Set(found)).toEqual(new Set([undefined, 'gzip']));
  });
});

describe('the ETag of a packed answer', () => {
  it('is another one, and both can be revalidated', async () => {
    const path = 'GET /reseller/catalog?limit=100';
    const [plain, packed] = [await send(path), await send(path, gzip)];
    const tag = plain.headers.etag ?? '';
    const packedTag = `${tag.slice(0, -1)}+gzip"`;
    expect(packed.headers.etag).toBe(packedTag);
    // The second time, the answer comes from memory.
    for (let times = 0; times < 2; times += 1)
      for (const [known, headers, etag] of [
        [packedTag, gzip, packedTag],
        [`W/${packedTag}`, gzip, packedTag],
        [tag, {}, tag],
        [tag, gzip, tag],
      ] as const) {
        const answer = await send(path, { ...headers, 'if-none-match': known });
        expect([known, answer.status, answer.headers.etag]).toEqual([known, 304, etag]);
        expect(variesByEncoding(answer)).toBe(etag === packedTag ? 1 : 0);
        expect(answer.bytes).toHaveLength(0);
      }
    // Whoever does not accept gzip cannot use the packed answer.
    expect((await send(path, { 'if-none-match': packedTag })).status).toBe(200);
  });

  it('can be sent as If-Match', async () => {
    const path = `/provider/offers/${largeOfferId}`;
    const { headers } = await send(`GET ${path}`, gzip);
    const etag = headers.etag ?? '';
    expect(etag).toMatch(/^"v\d+\+gzip"$/);
    const change = (name: string) => send(`PATCH ${path}`, { ...gzip, 'if-match': etag }, { body: { name } });
    const changed = await change('Changed');
    expect([changed.status, encodingOf(changed)]).toEqual([200, 'gzip']);
    expect((await change('Again')).status).toBe(412);
  });
});

describe('an answer that is not packed', () => {
  it('is one that is stored for its Idempotency-Key', async () => {
    const post = () =>
      send('POST /provider/offers', { ...gzip, 'idempotency-key': 'large-1' }, { body: largeOffer('KEYED') });
    const [first, second] = [await post(), await post()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect([encodingOf(first), encodingOf(second)]).toEqual([undefined, undefined]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(first.bytes.length).toBeGreaterThan(thresholdBytes);
  });

  it('is one to an upload, line by line while the upload is arriving', async () => {
    const headers = { 'x-api-key': team.key, 'content-type': jsonLinesType, ...gzip };
    const upload = new RawConnection(harness.url);
    upload.start('POST /provider/offers/bulk', { ...headers, 'transfer-encoding': 'chunked' });
    const lines = Array.from({ length: 100 }, (_, n) => `{"sku":"S-${n % 60}","name":"Line ${n}"}\n`);
    upload.sendChunk(lines.join(''));
    expect(await upload.received('"line":100,')).not.toMatch(/content-encoding/i);
    upload.sendChunk(lines[0] ?? '').sendChunk('');
    await upload.received('\r\n0\r\n\r\n');
    upload.destroy();
  });
});

describe('a packed export', () => {
  let large: TestTeam;

  beforeAll(async () => {
    large = await makeTeam(harness, 'provider');
    // Text that cannot be packed well, more than the buffers of a connection hold.
    await client.query(
      `INSERT INTO offers (id, team_id, version, updated_at, created_at, name, status, metadata, key_features, currency,
           compliance_status, description)
         SELECT gen_random_uuid(), $1, 1, now(), now(), 'Large ' || n, 'active', '{}', '{}', 'USD', 'unknown', $2
           FROM generate_series(1, 80) n`,
      [large.id, createHash('shake256', { outputLength: 225_000 }).digest('base64')],
    );
  });
  beforeEach(() => client.query('BEGIN'));
  afterEach(() => client.query('ROLLBACK'));

  const lockOffers = () => client.query('LOCK TABLE offers IN ACCESS EXCLUSIVE MODE');
  const metric = async (name: string) => {
    const { text } = await harness.call('GET', '/metrics');
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
  };
  const startExport = () =>
    new RawConnection(harness.url)
      .pause()
      .start('GET /provider/offers/export', { 'x-api-key': large.key, ...gzip });

  it('that cannot begin gets a problem document, which is not packed', async () => {
    await lockOffers();
    const answer = await send('GET /provider/offers/export', gzip, { key: large.key });
    expect([answer.status, encodingOf(answer)]).toEqual([503, undefined]);
    expect(JSON.parse(answer.bytes.toString())).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  });

  it('that breaks ends without the end of the gzip format', async () => {
    const read = await new Promise<{ bytes: Buffer; isComplete: boolean }>((resolve, reject) => {
      const headers = { 'x-api-key': large.key, ...gzip };
      request(`${harness.url}/provider/offers/export`, { headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.once('data', () => {
          reply.pause();
          lockOffers().then(() => reply.resume(), reject);
        });
        reply
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', () => undefined)
          .on('close', () => resolve({ bytes: Buffer.concat(chunks), isComplete: reply.complete }));
      })
        .on('error', reject)
        .end();
    });
    expect(read.bytes.length).toBeGreaterThan(0);
    expect(read.isComplete).toBe(false);
    expect(() => gunzipSync(read.bytes)).toThrow('unexpected end of file');
  });

  it('that nobody reads is cut off, and releases everything', async () => {
    const connection = startExport();
    await until(async () => (await metric('http_held_bytes')) > 0);
    await until(async () => (await metric('http_requests_waiting_for_clients')) === 0);
    await until(async () => (await metric('http_held_bytes')) === 0);
    connection.destroy();
  });
});
