import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { omit } from '../../src/common/omit.js';
import { sendBulk, uploadOffers } from '../support/bulk-upload.js';
import { categoryAndData } from '../support/category-data-arbitrary.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { csvType, exportOffersOf, resultsOf, uploadFile } from '../support/offer-file.js';
import { requestBody } from '../support/request-body-arbitrary.js';
import { testSeed } from '../support/seed.js';

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const upload = (file: string, query = '') => uploadFile(harness, provider, file, query);
const send = (file: string, query = '', contentType = csvType) =>
  sendBulk(harness, provider, file, { query, contentType });
const read = async (sku: string): Promise<Json> =>
  (await harness.call('GET', `/provider/offers/sku:${sku}`, undefined, provider)).body;

describe('a CSV file with columns named by field path', () => {
  it('creates and updates offers; an empty cell is absent, NULL is null', async () => {
    const header =
      'sku,name,category,monthlyPrice,serviceSpecificData.minBandwidth,serviceSpecificData.maxBandwidth,serviceSpecificData.connectionType,serviceSpecificData.dataCap,serviceSpecificData.routerModel,monthlyFees[0].name,monthlyFees[0].amount,monthlyFees[0].kind,monthlyFees[1].name,monthlyFees[1].amount,monthlyFees[1].kind,contract.months,contract.required,keyFeatures,metadata,description,serviceArea.zipCodes,taxes';
    const row = `A,"Fibre ""500""",internet,59.90,1,500,fiber,NULL,'007,,,,Router,5,equipment,12,TRUE,Fast; quiet,"{""a"":""1""}","two
lines",06390; 94102,varies`;
    expect(resultsOf(await upload(`\uFEFF${header}\r\n${row}\r\n`))).toBe('created');
    const stored = {
      name: 'Fibre "500"',
      monthlyPrice: 59.9,
      serviceSpecificData: {
        minBandwidth: 1,
        maxBandwidth: 500,
        connectionType: 'fiber',
        dataCap: null,
        routerModel: '007',
      },
      monthlyFees: [{ name: 'Router', amount: 5, kind: 'equipment' }],
      contract: { months: 12, required: true },
      keyFeatures: ['Fast', 'quiet'],
      metadata: { a: '1' },
      description: 'two\nlines',
      serviceArea: { zipCodes: ['06390', '94102'] },
      taxes: 'varies',
    };
    expect(await read('A')).toMatchObject(stored);
    expect(resultsOf(await upload("sku;monthlyPrice;description;overview\nA;NULL;;'\n"))).toBe('updated');
    expect(await read('A')).toMatchObject({ ...stored, monthlyPrice: null, overview: '' });
  });

  it('can be packed with gzip', async () => {
    const { body } = await harness.call('POST', '/provider/offers', { name: 'A', sku: 'Z' }, provider);
    const reply = await harness.call('POST', '/provider/offers/bulk', gzipSync('sku,name\nZ,B\n'), {
      ...provider,
      headers: { 'content-type': csvType, 'content-encoding': 'gzip' },
    });
    expect(reply.text).toMatch(`"result":"updated","id":"${body.id}"`);
  });

  it('reports a row with its line, column, value and reason, and imports the others', async () => {
    const lines = await upload(
      [
        'sku,name,monthlyPrice,fees.installationFee,metadata,serviceSpecificData,category',
        'A,"First\noffer",10,,,,',
        'B,Second,ten,-1,,,',
        'C,Third,10',
        'D,Fourth,10,,[1],,',
        'E,Fifth,10,,"{""a"":1,""a"":2}",,',
        'F,Sixth,10,,,"{""minBandwidth"":1}",internet',
        'G,Seventh,10,5,,,',
      ].join('\n'),
    );
    expect(resultsOf(lines)).toBe('created failed failed failed failed failed created');
    expect(lines.map(({ line }) => line)).toEqual([2, 4, 5, 6, 7, 8, 9]);
    const [, second, third, fourth, fifth, sixth] = lines.map(({ problem }) => problem?.errors);
    expect(second).toMatchObject(
      [
        { field: 'monthlyPrice', message: /number/, line: 4, column: 'monthlyPrice', value: 'ten' },
        { field: 'fees.installationFee', line: 4, column: 'fees.installationFee', value: '-1' },
      ].map((each) => ({ ...each, message: expect.any(String) })),
    );
    expect(third).toMatchObject([{ message: 'The row has 3 cells, but the header row has 7', line: 5 }]);
    expect(fourth).toMatchObject([
      { message: 'metadata must be an object', column: 'metadata', value: '[1]' },
    ]);
    expect(fifth).toMatchObject([{ field: 'metadata.a', column: 'metadata', line: 7 }]);
    const missing = { line: 8, column: 'serviceSpecificData', value: '{"minBandwidth":1}' };
    expect(sixth).toContainEqual(
      expect.objectContaining({ field: 'serviceSpecificData.maxBandwidth', ...missing }),
    );
  });

  it('reports the cell of an entry of a list, also if an entry before it is left out', async () => {
    const header = [0, 1, 2].flatMap((at) =>
      ['name', 'amount', 'kind'].map((key) => `monthlyFees[${at}].${key}`),
    );
    const [line] = await upload(`sku,name,${header.join(',')}\nA,First,,,,Router,5,other,TV,ten,other\n`);
    expect(line?.problem?.errors).toMatchObject([
      { field: 'monthlyFees[1].amount', column: 'monthlyFees[2].amount', value: 'ten', line: 2 },
    ]);
  });

  it('is refused as a whole if a column names no field, with the closest name', async () => {
    const reply = await send(
      'sku,nmae,price,fees.instalationFee,monthlyFees.amount,serviceSpecificData[0],__proto__,constructor,pricing.x\nA,B,1,2,3,4,5,6,7\n',
    );
    expect(reply.status).toBe(400);
    const messages = (reply.body.errors as { message: string; line: number }[]).map(({ message }) => message);
    expect(messages).toEqual([
      'nmae is not a known column; did you mean name?',
      'price is not a known column; did you mean monthlyPrice?',
      'fees.instalationFee is not a known column; did you mean installationFee?',
      'monthlyFees.amount is a list; the name must contain the number of the entry, such as [0]',
      'serviceSpecificData[0] is not a known column',
      '__proto__ is not a known column',
      'constructor is not a known column',
    ]);
    for (const file of [
      '\n',
      'name,name\nA,B\n',
      `${'a,'.repeat(500_000)}\n`,
      '\uFEFF',
      'name\0\n',
      '"name\n',
    ])
      expect((await send(file)).status).toBe(400);
  });

  it('never changes a prototype', async () => {
    const header =
      'sku,name,category,serviceSpecificData.__proto__,serviceSpecificData.constructor.prototype';
    expect(resultsOf(await upload(`${header}\nP,A,other,1,"{""a"":2}"\n`))).toBe('created');
    const { serviceSpecificData } = await read('P');
    expect(JSON.stringify(serviceSpecificData)).toBe('{"__proto__":1,"constructor":{"prototype":{"a":2}}}');
  });
});

describe('the media type', () => {
  it('of an upload that is not accepted is refused with those that are', async () => {
    const detail = async (path: string, contentType: string) => {
      const { status, body } = await harness.call('POST', path, 'a', {
        ...provider,
        headers: { 'content-type': contentType },
      });
      return `${status} ${body.detail ?? body.errors?.[0].detail ?? body.error_description}`;
    };
    const both = '415 The body must be sent as application/x-ndjson or text/csv';
    expect(await detail('/provider/offers/bulk', 'text/plain')).toBe(both);
    expect((await harness.call('POST', '/provider/offers/bulk', {}, provider)).body.detail).toBe(
      both.slice(4),
    );
    expect(await detail('/products/bulk', csvType)).toBe('415 The body must be sent as application/x-ndjson');
    for (const type of ['', 'csv', 'text/', 'application/json'])
      expect(await detail('/provider/offers/bulk', type)).toBe(both);
    const json = '415 The body must be sent as application/json';
    for (const type of [csvType, 'application/x-ndjson', 'text/plain', 'application/x-www-form-urlencoded'])
      expect(await detail('/provider/offers', type)).toBe(json);
    expect(await detail('/subscriptions/plans', csvType)).toMatch(
      /application\/vnd.api\+json or application\/json$/,
    );
    expect(await detail('/oauth/access_token', csvType)).toMatch(
      /x-www-form-urlencoded or application\/json$/,
    );
  });

  it.each([
    ['format=power-to-choose', 'application/x-ndjson', /^format requires a body in CSV format/],
    [
      'format=excel',
      csvType,
      /^format must be one of fcc-broadband-label, bblabel-1, power-to-choose, sonarbcd$/,
    ],
    ['status=draft', csvType, /^status requires a format/],
    ['language=English', csvType, /^language requires format=power-to-choose$/],
    ['format=sonarbcd&language=English', csvType, /^language requires/],
    ['format=power-to-choose&language=French', csvType, /^language must be one of English, Spanish$/],
  ])('must fit the parameters: %s', async (query, type, message) => {
    const reply = await send('{}', `?${query}`, type);
    expect([reply.status, reply.body.detail]).toEqual([400, expect.stringMatching(message)]);
  });

  it.each([
    [undefined, 'application/x-ndjson'],
    ['*/*', 'application/x-ndjson'],
    ['application/json', 'application/x-ndjson'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV;q=0.5, application/x-ndjson;q=0.4', 'text/csv'],
    ['text/csv;q=0.5, */*', 'application/x-ndjson'],
    ['text/*', 'text/csv'],
    ['image/png', '406 The response is available only as application/x-ndjson or text/csv'],
    ['text/csv;q=0', '406 The response is available only as application/x-ndjson or text/csv'],
  ])('of an export follows from Accept: %s', async (accept, expected) => {
    const headers = accept === undefined ? undefined : { accept };
    const reply = await harness.call('GET', '/provider/offers/export', undefined, { ...provider, headers });
    const type = reply.headers['content-type'] ?? '';
    expect(reply.status === 200 ? type.split(';')[0] : `${reply.status} ${reply.body.detail}`).toBe(expected);
  });
});

describe('an export', () => {
  const special = [
    '=1+1',
    '+1',
    '-1',
    '@x',
    "'",
    "'=x",
    'NULL',
    '',
    '\t',
    '\r\n',
    '007',
    '7',
    'true',
    '"',
    '{',
    '[1]',
    'é',
  ];
  const text = fc
    .oneof(fc.constantFrom(...special), fc.string({ unit: 'grapheme', maxLength: 6 }))
    .filter((each) => each.isWellFormed() && !each.includes('\0'));
  const value = fc.oneof(
    text,
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 2 }),
  );
  const free = fc.dictionary(text, value, { maxKeys: 4 });
  const offer = fc
    .record({
      texts: fc.record({ description: text, internalName: text, overview: text, complianceNotes: text }),
      metadata: fc.oneof(free, fc.constant(null)),
      data: categoryAndData,
      more: free,
      fees: fc.array(
        fc.record({
          name: fc.constantFrom('Router', '=Fee', "'"),
          amount: fc.constantFrom(0, 9.95),
          kind: fc.constant('other'),
        }),
        { maxLength: 5 },
      ),
      area: fc.constantFrom(null, { states: [] }, { zipCodes: ['06390'], states: ['TX'] }),
    })
    .map(({ texts, metadata, data, more, fees, area }) => ({
      ...texts,
      metadata,
      category: data.category,
      serviceSpecificData: data.data && { ...more, ...data.data },
      complianceData: data.category === null ? null : { ...more, ...data.compliance },
      monthlyFees: fees,
      serviceArea: area,
    }));

  const plausible = (body: unknown): unknown => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    return {
      ...omit(body as Json, ['availableZipCodes', 'allowedResellers']),
      serviceArea: null,
      currency: 'USD',
    };
  };

  it('as CSV changes nothing when it is sent back, and makes the same offers in another team', async () => {
    const { schemas } = harness.openapi.document.components as { schemas: Record<string, Json> };
    const bodies = fc.sample(requestBody(schemas.CreateOffer ?? {}, schemas, plausible), {
      seed: testSeed,
      numRuns: 120,
    });
    const objects = bodies.flatMap((body) => {
      const parsed: unknown = /^\{.*\}$/s.test(body) ? JSON.parse(body) : undefined;
      return parsed ? [parsed as Json] : [];
    });
    const offers = [fullOffer, ...objects, ...fc.sample(offer, { seed: testSeed, numRuns: 60 })];
    const rows = offers.map((each, index) => ({ name: 'A', ...each, sku: `S-${index}` }));
    const created = await uploadOffers(harness, provider, rows);
    const before = await exportOffersOf(harness, provider);
    expect(before.offers.length).toBe(created.filter(({ result }) => result === 'created').length);
    expect(before.offers.length).toBeGreaterThan(40);
    const again = await upload(before.file);
    expect(again.filter(({ result }) => result !== 'unchanged')).toEqual([]);
    expect(again.length).toBe(before.offers.length);

    const other = await makeTeam(harness, 'provider');
    const copied = await uploadFile(harness, other, before.file);
    expect(copied.filter(({ result }) => result !== 'created')).toEqual([]);
    const after = await exportOffersOf(harness, other);
    const own = ['id', 'teamId', 'createdAt', 'updatedAt'] as const;
    const shared = (each: Json) => ({
      ...omit(each, own),
      complianceAssessment: omit(each.complianceAssessment as Json, ['assessedAt']),
    });
    expect(after.offers.map(shared)).toEqual(before.offers.map(shared));
  });

  it('can be edited in a spreadsheet: the cells that it does not change stay as they are', async () => {
    const fees = Array.from({ length: 5 }, (_, index) => ({
      name: `Fee ${index}`,
      amount: index,
      kind: 'other',
    }));
    await uploadOffers(harness, provider, [{ ...fullOffer, sku: 'E', monthlyFees: fees, name: '=cmd' }]);
    const { file } = await exportOffersOf(harness, provider);
    expect(file).toContain(",'=cmd,");
    const edited = file.replace(',59.99,', ',49.99,').replace('Margin reviewed in January.', '');
    expect(resultsOf(await upload(edited))).toBe('updated');
    expect(await read('E')).toMatchObject({
      ...fullOffer,
      sku: 'E',
      monthlyFees: fees,
      name: '=cmd',
      monthlyPrice: 49.99,
    });
  });
});
