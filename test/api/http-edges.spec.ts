import { gzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import { jsonLinesType } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { parseAnswer, RawConnection } from '../support/raw-connection.js';
import { Shop } from '../support/subscriptions.js';

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start();
  team = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

describe('Content-Encoding', () => {
  const post = (path: string, type: string, encoding: string, body: Buffer | string) =>
    harness.call('POST', path, body, {
      ...team,
      headers: { 'content-type': type, 'content-encoding': encoding },
    });

  it.each(['gzip', 'br', 'GZIP', 'identity, gzip', 'x'])('is refused with 415: %s', async (encoding) => {
    const offer = JSON.stringify({ name: 'A', sku: 'ZIPPED' });
    for (const [path, type] of [
      ['/provider/offers', 'application/json'],
      ['/provider/offers/bulk', jsonLinesType],
    ] as const) {
      const reply = await post(path, type, encoding, gzipSync(offer));
      expect([reply.status, reply.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(reply.headers['accept-encoding']).toBe('identity');
    }
    expect((await harness.call('GET', '/provider/offers?sku=ZIPPED', undefined, team)).body).toEqual([]);
  });

  it.each(['identity', 'Identity', ''])('can be "%s"', async (encoding) => {
    const sent = JSON.stringify({ name: 'A' });
    expect((await post('/provider/offers', 'application/json', encoding, sent)).status).toBe(201);
  });
});

describe('the Host header', () => {
  it('must not occur twice', async () => {
    const close = `x-api-key: ${team.key}\r\nconnection: close`;
    for (const hosts of ['host: a\r\nhost: b', 'Host: a\r\nHOST: a']) {
      const connection = new RawConnection(harness.url).send(
        `GET /team HTTP/1.1\r\n${hosts}\r\n${close}\r\n\r\n`,
      );
      const { status, body } = parseAnswer(await connection.closed());
      expect([status, body.code]).toEqual([400, 'MALFORMED_REQUEST']);
    }
    const one = new RawConnection(harness.url).send(`GET /team HTTP/1.1\r\nhost: a\r\n${close}\r\n\r\n`);
    expect(parseAnswer(await one.closed()).status).toBe(200);
  });
});

describe('an absolute request URL', () => {
  it('is not repeated in links', async () => {
    const shop = new Shop(harness, team);
    for (const name of ['Monthly', 'Yearly']) {
      await shop.id('plan', { name });
      await harness.call('POST', '/provider/offers', { name }, team);
    }
    const read = async (path: string) => {
      const headers = { 'x-api-key': team.key, connection: 'close' };
      return new RawConnection(harness.url).start(`GET http://evil.example${path}`, headers).closed();
    };
    const offers = await read('/provider/offers?limit=1');
    expect(offers).toMatch(/^HTTP\/1.1 200/);
    expect(offers).toMatch(/\r\nlink: <\/provider\/offers\?limit=1&cursor=/i);
    const plans = await read('/subscriptions/plans?page[limit]=1');
    expect(plans).toMatch(/"next":"\/subscriptions\/plans\?/);
    expect(offers + plans).not.toContain('evil.example');
  });
});

describe('links of a list under /subscriptions', () => {
  it('never lead beyond the largest offset', async () => {
    const large = new Shop(harness, await makeTeam(harness, 'provider'));
    const id = await large.id('plan');
    const db = await new DataSource({ type: 'postgres', url: harness.databaseUrl }).initialize();
    await db.query(
      `INSERT INTO plans SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*
         FROM plans p, generate_series(1, 10150) WHERE p.id = $1`,
      [id],
    );
    await db.destroy();
    const get = async (url: string) => (await large.get(url.replace('/subscriptions', ''))).body;
    for (const limit of [100, 70]) {
      const { links, meta } = await get(`/plans?page[limit]=${limit}`);
      expect(meta.results.total).toBe(10_151);
      const last = await get(links.last);
      expect(last.data).toHaveLength(limit);
      expect(last.links.next).toBeNull();
      const beforeLast = await get(last.links.prev);
      expect(beforeLast.links.next).toBe(links.last);
    }
    const odd = await get('/plans?page[limit]=100&page[offset]=9950');
    expect(odd.links.next).toBeNull();
  });
});
