import { DataSource } from 'typeorm';
import { NormalizeIdentifiers1764300100000 } from '../../migrations/1764300100000-normalize-identifiers.js';
import { parseJsonLines, sendBulk, type BulkResultLine } from '../support/bulk-upload.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const send = (body: unknown, type = 'application/json') =>
  harness.call('POST', '/provider/offers', body, { ...provider, headers: { 'content-type': type } });
const metadata = (json: string) => send(`{"name":"A","metadata":${json}}`);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('the media type of a body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
  ])('can be %s', async (type) => {
    expect((await send('{"name":"A"}', type)).status).toBe(201);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'x',
  ])('must not be %s: 415', async (type) => {
    const reply = await send('{"name":"A"}', type);
    expect(reply.status).toBe(415);
    expect(reply.body).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', error: 'Unsupported Media Type' });
  });
});

describe('a body whose readers could disagree', () => {
  it.each([
    ['name', '{"name":"A","name":"B"}'],
    ['name', '{"name":"A", "\\u006eame" :"A"}'],
    ['fees.activationFee', '{"name":"A","fees":{"activationFee":1,"activationFee":2}}'],
    ['metadata.a[1].b', '{"name":"A","metadata":{"a":[{"b":1},{"b":"\\\\","b":[{"b":1}]}]}}'],
    ['metadata.__proto__', '{"name":"A","metadata":{"__proto__":1,"__proto__":2}}'],
  ])('because of the duplicate member %s is rejected with 400', async (field, body) => {
    for (const text of [body, `\uFEFF${body}`]) {
      const reply = await send(text);
      expect([reply.status, fieldsOf(reply)]).toEqual([400, [field]]);
    }
    const lines = await sendBulk(harness, provider, `${body}\n{"sku":"D-1","name":"A"}\n`);
    const [failed, written] = parseJsonLines<BulkResultLine>(lines.text);
    expect(failed).toMatchObject({ result: 'failed', problem: { errors: [{ field }] } });
    expect(written?.result).not.toBe('failed');
  });

  it.each([
    '{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}',
    '{"a":"\\"b\\":","b":"{\\"a\\":1,\\"a\\":2}"," b":":","":1}',
    '{"\\"":1,"\\\\":":\\\\","\\\\\\"":"\\\\"}',
  ])('is told from one in which names occur in several places: %s', async (json) => {
    const reply = await metadata(json);
    expect([reply.status, reply.body.metadata]).toEqual([201, JSON.parse(json)]);
  });
});

describe('a byte order mark', () => {
  it('is skipped', async () => {
    expect((await send('\uFEFF{"name":"A"}')).body.name).toBe('A');
  });

  it('is skipped in the bulk, also where files were joined', async () => {
    const body = '\uFEFF{"sku":"BOM-1","name":"A"}\n\uFEFF\n\uFEFF{"sku":"BOM-2","name":"B"}\n\uFEFF';
    const lines = parseJsonLines<BulkResultLine>((await sendBulk(harness, provider, body)).text);
    expect(lines).toMatchObject([
      { line: 1, result: 'created', sku: 'BOM-1' },
      { line: 3, result: 'created', sku: 'BOM-2' },
    ]);
  });
});

describe('the size of a body', () => {
  it('above 1 MiB is rejected with 413', async () => {
    const reply = await send(JSON.stringify({ name: 'A', description: 'x'.repeat(1_048_576) }));
    expect(reply.status).toBe(413);
    expect(reply.body.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('up to 1 MiB is accepted; a field that is too long is rejected with 400', async () => {
    expect(fieldsOf(await send({ name: 'A', description: 'x'.repeat(1_000_000) }))).toEqual(['description']);
  });

  it('does not affect the size of the error response', async () => {
    const key = 'k'.repeat(500_000);
    const replies = [
      await send(`{"name":"A","${key}":1}`),
      await send(`{"name":"A","metadata":{"${key}":[${'"\\u0000",'.repeat(60)}1]}}`),
      await send(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`member${index}`, 1]))),
      await send({
        name: 'A',
        category: 'internet',
        complianceData: { broadbandLabel: { url: key.slice(0, 9000) } },
      }),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(400);
      expect(reply.text.length).toBeLessThan(50_000);
    }
  });
});

describe('the syntax of a body', () => {
  it.each([
    '{"name":"A"',
    '{name:"A"}',
    'name=A',
    "{'name':'A'}",
    '{"name":"A"}{}',
    '{"name":NaN}',
    '\uFEFF\uFEFF{"name":"A"}',
  ])('is checked: 400 for %s', async (body) => {
    const reply = await send(body);
    expect(reply.status).toBe(400);
    expect(reply.body.code).toBe('MALFORMED_JSON');
  });

  it('must be UTF-8, otherwise 400', async () => {
    const reply = await send(Buffer.from('{"name":"\xE9"}', 'latin1'));
    expect(reply.body).toMatchObject({
      status: 400,
      code: 'MALFORMED_JSON',
      detail: 'The body is not valid UTF-8',
    });
  });

  it('is reported with the position of the error', async () => {
    expect((await send('{"name":"A",}')).body.detail).toBe('The body is not valid JSON at position 12');
  });
});

describe('the content of a body', () => {
  it('can have 20 levels of nesting but not 21', async () => {
    expect((await metadata(nested(18))).status).toBe(201);
    expect((await metadata(nested(19))).status).toBe(201);
    expect((await metadata(nested(20))).status).toBe(400);
    expect((await metadata(nested(100_000))).status).toBe(400);
    expect((await send('['.repeat(500_000))).status).toBe(400);
  });

  it.each([
    ['a NUL', String.raw`{"a":"\u0000"}`, 'metadata.a'],
    ['a NUL in a name', String.raw`{"a\u0000b":1}`, 'metadata.a\0b'],
    ['a lone surrogate', String.raw`{"a":["x","\ud83d"]}`, 'metadata.a[1]'],
    ['a number beyond 2^53', '{"a":9007199254740993}', 'metadata.a'],
    ['a number below -2^53', '{"a":{"b":-9007199254740992}}', 'metadata.a.b'],
    ['a number that overflows to infinity', '{"a":1e999}', 'metadata.a'],
  ])('must not contain %s: 400', async (_, json, field) => {
    const reply = await metadata(json);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
  });

  it('must not contain a NUL in a field: 400', async () => {
    expect(fieldsOf(await send(String.raw`{"name":"A","sku":"\u0000"}`))).toEqual(['sku']);
  });

  it.each([
    String.raw`{"emoji":"🚀 é \ud83d\ude80","empty":"","":{" ":[]},"quote":"\"\\/\n"}`,
    '{"edges":[9007199254740991,-9007199254740991,1e-7,0.1,5e-324,123.456],"none":null}',
    '{"constructor":{"prototype":1},"toString":"x","hasOwnProperty":false,"length":3}',
  ])('is stored unchanged in free-form objects: %s', async (json) => {
    const reply = await metadata(json);
    expect(reply.status).toBe(201);
    expect(reply.body.metadata).toEqual(JSON.parse(json));
    expect((await harness.call('GET', reply.headers.location ?? '', undefined, provider)).body).toEqual(
      reply.body,
    );
  });

  it('can contain __proto__ as data in free-form objects', async () => {
    const reply = await metadata('{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}');
    expect(reply.status).toBe(201);
    expect(reply.text).toContain(
      '"metadata":{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}',
    );
    expect({}).not.toHaveProperty('polluted');
    const data = '{"name":"A","category":"other","serviceSpecificData":{"__proto__":{"polluted":true}}}';
    expect((await send(data)).text).toContain('"serviceSpecificData":{"__proto__":{"polluted":true}}');
    const form = '{"name":"A","submissionConfig":{"__proto__":{"polluted":true},"formFields":[]}}';
    expect((await send(form)).text).toContain('"__proto__":{"polluted":true}');
    expect({}).not.toHaveProperty('polluted');
  });

  it('must not contain __proto__ as a member elsewhere', async () => {
    expect(fieldsOf(await send('{"name":"A","__proto__":{"status":"active"}}'))).toEqual(['__proto__']);
    expect(fieldsOf(await send('{"__proto__":{"name":"A"}}'))).toEqual(['__proto__', 'name']);
  });
});

describe('an identifier', () => {
  const composed = 'CAF\u00c9-1';
  const create = (body: object) => harness.call('POST', '/provider/offers', { name: 'A', ...body }, provider);

  it('is one, however its characters are composed and whatever spaces surround it', async () => {
    const first = await create({ sku: ` ${composed}\u3000`, externalId: ' crm ', name: ' Cafe\u0301 ' });
    expect(first.body).toMatchObject({ sku: composed, externalId: 'crm', name: 'Caf\u00e9' });
    for (const sku of [composed, `${composed} `, 'CAFE\u0301-1', `\uFEFF${composed}\n`]) {
      expect((await create({ sku })).status).toBe(409);
      const row = `${JSON.stringify({ sku, name: 'Caf\u00e9' })}\n`;
      const lines = parseJsonLines<BulkResultLine>((await sendBulk(harness, provider, row)).text);
      expect(lines).toMatchObject([{ result: 'unchanged', id: first.body.id }]);
      const query = `?sku=${encodeURIComponent(sku)}`;
      const found = await harness.call('GET', `/provider/offers${query}`, undefined, provider);
      expect(found.body).toMatchObject([{ id: first.body.id }]);
    }
  });

  it.each(['\u200b', '\u2060', '\u00ad', '\u202e', '\ufe0f', '\u{e0041}'])(
    'must not contain the invisible character %j',
    async (character) => {
      for (const field of ['sku', 'externalId']) {
        const reply = await create({ [field]: `WS${character}1` });
        expect([reply.status, fieldsOf(reply)]).toEqual([400, [field]]);
      }
      const product = {
        name: 'A',
        type: 'SUBSCRIPTION',
        category: 'SUBSCRIPTION_CELL',
        sku: `WS${character}1`,
      };
      expect(fieldsOf(await harness.call('POST', '/products', product, provider))).toContain('sku');
    },
  );

  it('that is a name can contain joiners, but not consist of them', async () => {
    const name = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} family';
    expect((await create({ name })).body.name).toBe(name);
    for (const blank of ['\u200b', ' \u2060 ', '\u3164\u115f', '\u2800', '\u00ad'])
      for (const field of ['name', 'internalName'])
        expect(fieldsOf(await create({ [field]: blank }))).toEqual([field]);
  });

  it('that was stored before is brought into the same form, unless it is taken', async () => {
    const ids: string[] = [];
    for (const sku of ['OLD-1', 'OLD-2', 'OLD-3']) ids.push((await create({ sku })).body.id);
    const database = harness.app.get(DataSource);
    const stored = ['OLD-1 ', 'OLD-9', 'OLD-9\u3000'];
    for (const [index, sku] of stored.entries())
      await database.query('UPDATE offers SET sku = $2, external_id = $3 WHERE id = $1', [
        ids[index],
        sku,
        ' e',
      ]);
    const runner = database.createQueryRunner();
    await new NormalizeIdentifiers1764300100000().up(runner);
    await runner.release();
    const rows = await database.query('SELECT sku, external_id FROM offers WHERE id = ANY ($1) ORDER BY id', [
      ids,
    ]);
    expect(rows).toEqual(['OLD-1', 'OLD-9', 'OLD-9\u3000'].map((sku) => ({ sku, external_id: 'e' })));
  });
});
