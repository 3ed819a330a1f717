import { DataSource } from 'typeorm';
import { jsonLinesType } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering } from '../support/product-offering-factories.js';
import { parseAnswer, RawConnection } from '../support/raw-connection.js';
import { Shop } from '../support/subscriptions.js';

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start();
  team = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

describe('Expect', () => {
  const expecting = (expectation: string, key = team.key, more: Record<string, string | number> = {}) =>
    new RawConnection(harness.url).start('POST /provider/offers', {
      'x-api-key': key,
      'content-type': 'application/json',
      'content-length': 12,
      expect: expectation,
      ...more,
    });

  it.each(['100-continue', '100-Continue'])('%s asks for the body of an accepted request', async (value) => {
    const connection = expecting(value);
    expect(await connection.received('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.send('{"name":"A"}');
    expect(await connection.received('"version":1')).toMatch(/\r\n\r\nHTTP\/1.1 201 Created\r\n/);
    connection.destroy();
  });

  it.each<[string, number, string | undefined, Record<string, string | number>]>([
    ['an unknown key', 401, 'wrong', {}],
    ['a body that is too large', 413, undefined, { 'content-length': 1_048_577 }],
    ['an encoding that is not accepted', 415, undefined, { 'content-encoding': 'br' }],
    ['another media type', 415, undefined, { 'content-type': 'text/plain' }],
  ])('does not ask for the body of a refused request: %s', async (_case, status, key, headers) => {
    const text = await expecting('100-continue', key, headers).closed();
    expect(text).not.toContain('100 Continue');
    expect(parseAnswer(text).status).toBe(status);
  });

  it('does not ask for the body of an upload that is refused', async () => {
    const type = { 'content-type': jsonLinesType };
    const refused = await expecting('100-continue', team.key, type).closed();
    expect([refused.includes('100 Continue'), parseAnswer(refused).status]).toEqual([false, 415]);
  });

  it.each(['200-ok', 'x'])('%s is refused with 417', async (value) => {
    const connection = expecting(value, team.key, { connection: 'close' }).send('{"name":"A"}');
    const { status, body } = parseAnswer(await connection.closed());
    expect([status, body.code]).toEqual([417, 'EXPECTATION_FAILED']);
    harness.openapi.validate('#/components/schemas/Problem', body, '417');
  });
});

describe('HEAD', () => {
  it('answers like GET, without a body', async () => {
    const { id } = (await harness.call('POST', '/provider/offers', { name: 'A' }, team)).body as {
      id: string;
    };
    const plan = await new Shop(harness, team).id('plan');
    const paths = [`/provider/offers/${id}`, `/subscriptions/plans/${plan}`];
    for (const path of paths) {
      const get = await harness.call('GET', path, undefined, team);
      for (const etag of [get.headers.etag ?? '', '"other"']) {
        const headers = { 'if-none-match': etag };
        const [read, head] = [
          await harness.call('GET', path, undefined, { ...team, headers }),
          await harness.call('HEAD', path, undefined, { ...team, headers }),
        ];
        expect([path, head.status, head.text ?? '']).toEqual([path, read.status, '']);
        expect(read.status).toBe(etag === '"other"' ? 200 : 304);
        for (const name of ['etag', 'cache-control', 'vary', 'content-type', 'content-length'])
          expect([path, name, head.headers[name]]).toEqual([path, name, read.headers[name]]);
      }
    }
  });
});

describe('an empty body', () => {
  const empty = (line: string, headers: Record<string, string | number> = {}) =>
    new RawConnection(harness.url)
      .start(line, { 'x-api-key': team.key, connection: 'close', 'content-length': 0, ...headers })
      .closed();
  const types = [undefined, 'application/json', 'application/x-www-form-urlencoded', 'text/plain', '?'];

  it('is no body, whatever its type', async () => {
    const offering = await makeOffering(harness, team);
    for (const type of types) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const path = `/product-offerings/${offering.productOfferingId}/archive`;
      expect([type, parseAnswer(await empty(`POST ${path}`, headers)).status]).toEqual([type, 200]);
      const created = parseAnswer(await empty('POST /provider/offers', headers));
      expect([type, created.status, created.body.code]).toEqual([type, 400, 'VALIDATION_FAILED']);
      const patched = parseAnswer(await empty(`PATCH ${path.replace('/archive', '')}`, headers));
      expect([type, patched.status, patched.body.code]).toEqual([type, 400, 'VALIDATION_FAILED']);
    }
  });

  it('is expected by operations without a body, which ignore any other', async () => {
    const offering = await makeOffering(harness, team);
    const path = `/product-offerings/${offering.productOfferingId}/archive`;
    for (const type of types.filter((type) => type !== undefined))
      for (const body of ['{', 'x'.repeat(2_000_000)]) {
        const reply = await harness.call('POST', path, body, { ...team, headers: { 'content-type': type } });
        expect([type, reply.status]).toEqual([type, 200]);
      }
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
