import { uploadFeed, uploadOffers, sendBulk } from '../support/bulk-upload.js';
import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import {
  exportOffersOf,
  fileOfRows,
  rowsOfFile,
  sampleFiles,
  uploadFile,
  type FileCells,
} from '../support/offer-file.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, read } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const row = (sku: string, more: object = {}) => ({ sku, name: sku, status: 'active', ...more });
const load = (rows: readonly unknown[], options: { feed?: string; query?: string } = {}) =>
  uploadFeed(harness, provider, rows, options);
const complete = (rows: readonly unknown[], feed = 'ptc') => load(rows, { feed, query: '&complete=true' });
const none = { created: 0, updated: 0, unchanged: 0, retired: 0, failed: 0 };

/** Returns the offer with a SKU or external ID, such as `ext:1`. */
const own = async (address: string) =>
  (await harness.call('GET', `/provider/offers/${address}`, undefined, provider)).body;
/** Returns status and version of the offers, by SKU. */
const states = async (...skus: string[]) =>
  Promise.all(skus.map(async (sku) => own(`sku:${sku}`).then(({ status, version }) => [status, version])));

describe('a feed', () => {
  it('counts its lines, and marks its offers for the provider only', async () => {
    const first = await load([row('A'), row('B'), { sku: 'C' }]);
    expect(first.summary).toEqual({ ...none, created: 2, failed: 1 });
    const second = await load([row('A'), row('B', { name: 'New' })]);
    expect(second.summary).toEqual({ ...none, updated: 1, unchanged: 1 });
    const { id, feed } = await own('sku:A');
    expect(feed).toBe('ptc');
    expect((await read(reseller, id)).body).not.toHaveProperty('feed');
    await offer(provider, { sku: 'HAND' });
    expect((await own('sku:HAND')).feed).toBeNull();
    const list = async (query: string) =>
      (await harness.call('GET', `/provider/offers?${query}`, undefined, provider)).body as { sku: string }[];
    expect((await list('feed=ptc')).map(({ sku }) => sku)).toEqual(['B', 'A']);
    expect(await list('feed=other')).toEqual([]);
    // Like other members that the service sets, it is ignored in a body.
    expect((await change(provider, id, { feed: 'other' })).feed).toBe('ptc');
  });

  it('retires the active offers that a complete load does not list, as a change of the status would', async () => {
    await load([
      row('KEPT'),
      row('GONE'),
      row('DRAFT', { status: 'draft' }),
      row('OFF', { status: 'inactive' }),
    ]);
    await load([row('ELSEWHERE')], { feed: 'other' });
    await offer(provider, { sku: 'HAND' });
    const { id } = await own('sku:GONE');
    const { summary } = await complete([row('KEPT')]);
    expect(summary).toEqual({ ...none, unchanged: 1, retired: 1 });
    expect(await states('KEPT', 'GONE', 'DRAFT', 'OFF', 'ELSEWHERE', 'HAND')).toEqual([
      ['active', 1],
      ['inactive', 2],
      ['draft', 1],
      ['inactive', 1],
      ['active', 1],
      ['active', 1],
    ]);
    expect((await read(reseller, id)).status).toBe(404);
    expect((await complete([row('KEPT')])).summary).toEqual({ ...none, unchanged: 1 });
  });

  it('retires nothing in a dry run, but counts', async () => {
    await load([row('A'), row('B')]);
    const { lines, summary } = await load([row('A'), row('N')], { query: '&complete=true&dryRun=true' });
    expect(lines.map(({ result }) => result)).toEqual(['unchanged', 'created']);
    expect(summary).toEqual({ ...none, created: 1, unchanged: 1, retired: 1 });
    expect(await states('A', 'B')).toEqual([
      ['active', 1],
      ['active', 1],
    ]);
    await load([row('A')], { feed: 'never', query: '&complete=true&dryRun=true' });
    const { body } = await harness.call('GET', '/provider/feeds', undefined, provider);
    expect(body).toMatchObject([{ name: 'ptc', lastLoad: { created: 2, complete: false } }]);
  });

  it('brings a retired offer back, but none that the provider made inactive', async () => {
    const bare = (sku: string) => ({ sku, name: sku });
    await load(['A', 'B', 'C', 'D'].map((sku) => row(sku)));
    await complete([row('KEEP')]);
    for (const status of ['active', 'inactive']) await change(provider, (await own('sku:B')).id, { status });
    const { summary } = await complete([
      bare('A'),
      bare('B'),
      { ...bare('C'), status: 'inactive' },
      row('KEEP'),
    ]);
    expect(summary).toEqual({ ...none, updated: 1, unchanged: 3 });
    expect(await states('A', 'B', 'C', 'D')).toEqual([
      ['active', 3],
      ['inactive', 4],
      ['inactive', 2],
      ['inactive', 2],
    ]);
    // Without the feed, an upload is a change by hand.
    await uploadOffers(harness, provider, [bare('D')]);
    expect(await states('D')).toEqual([['inactive', 2]]);
  });

  it('finds an offer by id, else by sku, else by an externalId of the same feed', async () => {
    await load([row('A', { externalId: '1' }), { externalId: '2', name: 'Two', status: 'active' }]);
    await load([{ externalId: '1', name: 'Other feed' }], { feed: 'other' });
    await offer(provider, { externalId: '2', name: 'By hand' });
    const { id } = await own('sku:A');
    const { lines, summary } = await complete([
      { id, name: 'By ID' },
      { sku: 'A', externalId: '1', name: 'By SKU' },
      { externalId: '2', name: 'By external ID' },
      { sku: 'RENAMED', externalId: '1', name: 'By external ID' },
    ]);
    expect(summary).toEqual({ ...none, updated: 4 });
    expect(new Set([lines[0], lines[1], lines[3]].map((line) => line?.id))).toEqual(new Set([id]));
    expect(await own('sku:RENAMED')).toMatchObject({ id, externalId: '1', name: 'By external ID' });
  });
});

describe('a line is refused', () => {
  it.each([true, false])('if it would join two offers (in a feed: %s)', async (inFeed) => {
    const made = [
      row('A', { externalId: '1' }),
      row('B', { externalId: '2' }),
      { externalId: '3', name: 'C' },
    ];
    const send = async (rows: object[]) =>
      inFeed ? (await complete(rows)).lines : uploadOffers(harness, provider, rows);
    const [a, b, c] = (await send(made)).map(({ id = '' }) => id);
    const lines = await send([
      { sku: 'A', externalId: '2' },
      { id: a, sku: 'B' },
      { id: a, externalId: '2' },
      { sku: 'B', externalId: '3', name: 'New' },
      { id: c, sku: 'A', externalId: '3' },
    ]);
    const pairs = [
      [a, b],
      [a, b],
      [a, b],
      [b, c],
      [c, a],
    ];
    for (const [index, { result, problem }] of lines.entries()) {
      expect([index, result, problem?.code]).toEqual([index, 'failed', 'CONFLICT']);
      for (const id of pairs[index] ?? []) expect(problem?.detail).toContain(id);
    }
    // What the lines name is listed, although they failed.
    expect([await own('sku:A'), await own('sku:B'), await own('ext:3')]).toMatchObject([
      { version: 1, status: 'active' },
      { version: 1, status: 'active' },
      { version: 1 },
    ]);
  });

  it('if it names an offer of another feed, or one by hand, unless that is adopted', async () => {
    await load([row('OTHER')], { feed: 'other' });
    const { id } = await offer(provider, { sku: 'HAND', externalId: '7', name: 'Hand' });
    const rows = [row('OTHER', { name: 'X' }), row('HAND', { name: 'X' }), { id, name: 'X' }];
    const { lines, summary } = await complete(rows);
    expect(summary).toEqual({ ...none, failed: 3, notRetiredBecause: expect.stringMatching(/^All lines/) });
    expect(lines.map(({ problem }) => problem?.detail)).toEqual([
      expect.stringContaining('belongs to the feed other'),
      expect.stringContaining('adopt=true'),
      expect.stringContaining('adopt=true'),
    ]);
    expect(await own('sku:HAND')).toMatchObject({ feed: null, name: 'Hand', version: 1 });
    const before = (await read(reseller, id)).headers.etag;
    const adopting = await load([row('OTHER'), { externalId: '7', name: 'Hand' }], { query: '&adopt=true' });
    expect(adopting.lines).toMatchObject([{ result: 'failed' }, { result: 'updated', id, version: 2 }]);
    expect(await own('sku:HAND')).toMatchObject({ feed: 'ptc', name: 'Hand' });
    // Resellers see no feed, and therefore no change.
    expect((await read(reseller, id)).headers.etag).toBe(before);
    expect((await load([row('HAND', { name: 'X' })])).summary).toEqual({ ...none, updated: 1 });
    expect((await complete([row('NEW')])).summary).toEqual({ ...none, created: 1, retired: 1 });
  });
});

describe('POST /provider/offers/bulk', () => {
  it.each([
    ['complete=true', ['complete']],
    ['complete=true&adopt=true', ['complete', 'adopt']],
    ['feed=', ['feed']],
    [`feed=${'x'.repeat(101)}`, ['feed']],
    ['feed=a&complete=maybe', ['complete']],
  ])('rejects %s', async (query, fields) => {
    const reply = await sendBulk(harness, provider, '{"sku":"A","name":"A"}', { query: `?${query}` });
    expect([reply.status, fieldsOf(reply)]).toEqual([400, fields]);
  });

  it('does not end with a summary without a feed', async () => {
    expect(await uploadOffers(harness, provider, [row('A')])).toMatchObject([{ result: 'created' }]);
    expect((await own('sku:A')).feed).toBeNull();
  });
});

describe('GET /provider/feeds', () => {
  it('shows the offers and the last load of each feed of the team', async () => {
    await load([row('A'), row('B'), row('C', { status: 'draft' })]);
    await complete([row('A'), { name: 'Without a key' }]);
    await load([row('D')], { feed: 'second feed' });
    const list = (query = '', team = provider) =>
      harness.call('GET', `/provider/feeds${query}`, undefined, team);
    const { body } = await list();
    expect(body).toMatchObject([
      { name: 'second feed', offers: { draft: 0, active: 1, inactive: 0, archived: 0 } },
      {
        name: 'ptc',
        offers: { draft: 1, active: 2, inactive: 0, archived: 0 },
        lastLoad: {
          ...none,
          unchanged: 1,
          failed: 1,
          complete: true,
          endedAt: expect.any(String),
          notRetiredBecause: expect.stringContaining('line 2'),
        },
      },
    ]);
    const page = await list('?limit=1&count=true');
    expect([page.body.length, page.headers['x-total-count']]).toEqual([1, '2']);
    const next = /<([^>]+)>/.exec(page.headers.link ?? '')?.[1] ?? '';
    expect((await harness.call('GET', next, undefined, provider)).body).toMatchObject([{ name: 'ptc' }]);
    expect((await list('', await makeTeam(harness, 'provider'))).body).toEqual([]);
    expect((await list('', reseller)).status).toBe(403);
  });
});

describe("a complete load of the regulator's file", () => {
  const query = '?format=power-to-choose&feed=ptc&complete=true';
  const rows = rowsOfFile(sampleFiles['power-to-choose']);
  const loadFile = async (loaded: FileCells[]) =>
    (await uploadFile(harness, provider, fileOfRows(loaded), query)) as unknown as object[];

  it('reports a second load as unchanged, and retires the plans that the file no longer lists', async () => {
    expect((await loadFile(rows)).at(-1)).toEqual({ summary: { ...none, created: 40 } });
    expect((await loadFile(rows)).at(-1)).toEqual({ summary: { ...none, unchanged: 40 } });
    const fewer = await loadFile(rows.slice(3));
    expect(fewer.at(-1)).toEqual({ summary: { ...none, unchanged: 37, retired: 3 } });
    expect((await loadFile(rows)).at(-1)).toEqual({ summary: { ...none, updated: 3, unchanged: 37 } });
  });

  it('keeps a plan whose row has an invalid cell, but retires nothing if the plan of a row is unknown', async () => {
    await loadFile(rows.slice(0, 4));
    const [first = {}, second = {}] = rows;
    const broken = await loadFile([{ ...first, term_months: 'twelve' }, second]);
    expect(broken[0]).toMatchObject({ result: 'failed', externalId: first.plan_id });
    expect(broken.at(-1)).toEqual({ summary: { ...none, unchanged: 1, failed: 1, retired: 2 } });
    expect((await own(`ext:${first.plan_id}`)).status).toBe('active');
    const mistaken = await loadFile(rows.slice(4, 6).map((row) => ({ ...row, rate_type: 'unknown' })));
    expect(mistaken.at(-1)).toMatchObject({
      summary: { failed: 2, retired: 0, notRetiredBecause: expect.stringMatching(/^All lines failed/) },
    });
    const unknown = await loadFile([{ ...first, plan_id: '' }]);
    expect(unknown.at(-1)).toMatchObject({
      summary: { failed: 1, retired: 0, notRetiredBecause: expect.any(String) },
    });
  });

  it('ends with a file that has the wrong columns', async () => {
    const sent = (file: string) => sendBulk(harness, provider, file, { query, contentType: 'text/csv' });
    expect((await sent('name,price\nA,1\n')).status).toBe(400);
    expect((await sent(fileOfRows(rows))).status).toBe(200);
  });

  it('exports its offers as CSV, and reads them back without a change', async () => {
    await loadFile(rows);
    const { file } = await exportOffersOf(harness, provider);
    const again = await uploadFile(harness, provider, file, '?feed=ptc&complete=true');
    expect(again.at(-1)).toEqual({ summary: { ...none, unchanged: 40 } });
  });
});
