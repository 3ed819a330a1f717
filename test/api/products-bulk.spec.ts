import { gzipSync } from 'node:zlib';
import { jsonLinesType, parseJsonLines, type BulkResultLine } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, recurring } from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start({ teamBulkMibPerHour: 1 });
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const send = (path: string, body: string | Buffer, headers: Record<string, string> = {}, team = provider) =>
  harness.call('POST', path, body, { ...team, headers: { 'content-type': jsonLinesType, ...headers } });
const get = (path: string) => harness.call('GET', path, undefined, provider);

async function upload(path: string, rows: readonly unknown[]): Promise<BulkResultLine[]> {
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  const reply = await send(path, lines.join('\n'));
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toMatch(jsonLinesType);
  return parseJsonLines(reply.text);
}
const results = (lines: BulkResultLine[]) => lines.map(({ line, result }) => `${line} ${result}`);
const fields = ({ problem }: BulkResultLine) => problem?.errors?.map(({ field }) => field);

describe('POST /products/bulk', () => {
  it('creates, updates and leaves unchanged, in order, and again changes nothing', async () => {
    const rows = [
      { sku: 'A/1', name: 'Talk', price: { EUR: { amount: 5 } } },
      '',
      { sku: 'A/1', description: 'x' },
      { externalId: 'crm-1', name: 'Other' },
      { externalId: 'crm-1', name: 'Other' },
    ];
    const first = await upload('/products/bulk', rows);
    expect(results(first)).toEqual(['1 created', '3 updated', '4 created', '5 unchanged']);
    expect(first[1]).toEqual({ line: 3, result: 'updated', id: first[0]?.id, sku: 'A/1', version: 2 });
    const { body } = await get('/products/sku:A%2F1');
    expect(body).toMatchObject({ productId: first[0]?.id, name: 'Talk', description: 'x' });
    expect(results(await upload('/products/bulk', [body]))).toEqual(['1 unchanged']);
    const renamed = await upload('/products/bulk', [{ productId: body.productId, sku: 'A/2' }]);
    expect(renamed).toEqual([{ line: 1, result: 'updated', id: body.productId, sku: 'A/2', version: 3 }]);
  });

  it('reports each failed line with the error of a single request, and applies the others', async () => {
    for (const name of ['one', 'two'])
      await harness.call('POST', '/products', { name, sku: 'TWICE' }, provider);
    const taken = await makeProduct(harness, provider, { externalRef: 'taken' });
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const lines = await upload('/products/bulk', [
      '{"sku":',
      '[]',
      { name: 'A', nmae: 'B' },
      { sku: 'B-1', type: 'X', price: { EUR: { amount: 1.999 } } },
      { sku: 'TWICE', description: 'x' },
      { sku: 'B-2', name: 'A', externalRef: 'taken' },
      { productId: unknown, name: '' },
      { sku: 'B-3', name: 'A' },
    ]);
    expect(results(lines)).toEqual([...[1, 2, 3, 4, 5, 6, 7].map((line) => `${line} failed`), '8 created']);
    const codes = lines.map(({ problem }) => problem?.code);
    expect(codes).toEqual([
      'MALFORMED_JSON',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'CONFLICT',
      'CONFLICT',
      'VALIDATION_FAILED',
      undefined,
    ]);
    expect(lines.slice(2, 4).map(fields)).toEqual([
      ['sku', 'nmae'],
      ['name', 'type', 'price.EUR.amount'],
    ]);
    expect(fields(lines[6] as BulkResultLine)).toEqual(['productId', 'name']);
    expect(lines[4]?.problem).toMatchObject({ candidates: [{ name: 'one' }, { name: 'two' }] });
    expect(lines[5]?.problem).toMatchObject({ existingId: taken.productId });
  });

  it('writes nothing in a dry run', async () => {
    const { productId } = await makeProduct(harness, provider, { sku: 'D-1' });
    const lines = await upload('/products/bulk?dryRun=true', [
      { sku: 'D-1', description: 'x' },
      { sku: 'D-2', name: 'A' },
      { sku: 'D-3' },
    ]);
    expect(lines[0]).toEqual({ line: 1, result: 'updated', id: productId, sku: 'D-1', version: 2 });
    expect(lines[1]).toEqual({ line: 2, result: 'created', sku: 'D-2', version: 1 });
    expect(lines[2]).toMatchObject({ line: 3, result: 'failed', problem: { errors: [{ field: 'name' }] } });
    expect((await get('/products/sku:D-1')).body).not.toHaveProperty('description');
    expect((await get('/products/sku:D-2')).status).toBe(404);
  });

  it('creates each product once if the same lines arrive twice at the same time', async () => {
    const rows = Array.from({ length: 20 }, (_, n) => ({ sku: `R-${n}`, name: 'A' }));
    const both = await Promise.all([upload('/products/bulk', rows), upload('/products/bulk', rows)]);
    const created = both.flat().filter(({ result }) => result === 'created');
    expect(created).toHaveLength(20);
    expect(both.flat().filter(({ result }) => result === 'unchanged')).toHaveLength(20);
    expect((await get('/products?limit=100')).body.items).toHaveLength(20);
  });

  it('unpacks gzip, accepts an empty body, and refuses other formats and roles', async () => {
    const packed = gzipSync('{"sku":"G-1","name":"A"}\n');
    expect((await send('/products/bulk', packed, { 'content-encoding': 'gzip' })).text).toMatch(/"created"/);
    expect(await send('/products/bulk', '')).toMatchObject({ status: 200 });
    expect((await send('/products/bulk', '{}', { 'content-type': 'application/json' })).status).toBe(415);
    const reseller = await makeTeam(harness, 'reseller');
    expect((await send('/products/bulk', '{}', {}, reseller)).status).toBe(403);
  });

  it("does not touch another team's products", async () => {
    const other = await makeTeam(harness, 'provider');
    const { productId } = await makeProduct(harness, other, { sku: 'F-1', externalId: 'f-1' });
    const lines = await upload('/products/bulk', [
      { productId, name: 'B' },
      { sku: 'F-1', name: 'mine' },
    ]);
    expect(results(lines)).toEqual(['1 failed', '2 created']);
  });

  it('counts bytes together with other bulk uploads', async () => {
    const line = (sku: string) => `${JSON.stringify({ sku, name: 'A', description: 'x'.repeat(9_000) })}\n`;
    const rows = Array.from({ length: 70 }, (_, n) => line(`L-${n}`)).join('');
    expect((await send('/provider/offers/bulk', rows)).status).toBe(200);
    const lines = parseJsonLines<BulkResultLine>((await send('/products/bulk', rows)).text);
    expect(lines.at(-1)?.problem?.code).toBe('RATE_LIMITED');
    expect((await send('/product-offerings/bulk', rows)).status).toBe(429);
  });
});

describe('POST /product-offerings/bulk', () => {
  it('creates, updates and reports failures line by line', async () => {
    const { productId } = await makeProduct(harness, provider);
    const made = await makeOffering(harness, provider, { externalId: 'old', productId });
    const body = { name: 'Talk', productId, customerType: 'CONSUMER', price: recurring };
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const lines = await upload('/product-offerings/bulk', [
      { ...body, externalId: 'new' },
      { externalId: 'new', price: { grossPrice: 5 } },
      { productOfferingId: made.productOfferingId, externalId: 'old', name: made.name },
      { externalId: 'bad', ...body, productId: unknown, name: '' },
      { externalId: 'new', status: 'ARCHIVED' },
      body,
      { productOfferingId: unknown, price: { grossPrice: -1 } },
    ]);
    const done = ['1 created', '2 updated', '3 unchanged', '4 failed', '5 failed', '6 failed', '7 failed'];
    expect(results(lines)).toEqual(done);
    expect(lines[1]).toMatchObject({ id: lines[0]?.id, externalId: 'new', version: 2 });
    expect(lines.slice(3).map(fields)).toEqual([
      ['name', 'productId'],
      undefined,
      ['externalId'],
      ['productOfferingId', 'price.grossPrice'],
    ]);
    expect((await get('/product-offerings/ext:new')).body).toMatchObject({
      name: 'Talk',
      price: { grossPrice: 5 },
    });
    const exported = (await get('/product-offerings')).body.items;
    expect(results(await upload('/product-offerings/bulk', exported))).toEqual([
      '1 unchanged',
      '2 unchanged',
    ]);
  });

  it('writes nothing in a dry run', async () => {
    const { productId } = await makeProduct(harness, provider);
    const row = { externalId: 'dry', name: 'A', productId, customerType: 'CONSUMER', price: recurring };
    const lines = await upload('/product-offerings/bulk?dryRun=true', [row]);
    expect(lines).toEqual([{ line: 1, result: 'created', externalId: 'dry', version: 1 }]);
    expect((await get('/product-offerings/ext:dry')).status).toBe(404);
  });
});
