import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { DataSource } from 'typeorm';
import {
  jsonLinesType,
  parseJsonLines,
  sendBulk,
  uploadFeed,
  type FeedSummary,
} from '../support/bulk-upload.js';
import { CatalogSyncClient, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { testSeed } from '../support/seed.js';
import { RawConnection } from '../support/raw-connection.js';
import { Service } from '../support/service.js';
import { until } from '../support/until.js';

/*
 * Complete loads of a feed that are interrupted, or that run at the same time.
 */

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const query = (sql: string, values: unknown[] = []): Promise<Record<string, string>[]> =>
  harness.app.get(DataSource).query(sql, values);
const row = (sku: string, more: object = {}) => ({ sku, name: sku, status: 'active', ...more });
const rowsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => row(`${prefix}${n}`));
const linesOf = (rows: readonly object[]) => rows.map((each) => `${JSON.stringify(each)}\n`).join('');
const complete = (rows: readonly unknown[]) =>
  uploadFeed(harness, provider, rows, { query: '&complete=true' });
const none = { created: 0, updated: 0, unchanged: 0, retired: 0, failed: 0 };

/** Returns the SKUs of the provider's active offers, in order. */
const active = async () =>
  (
    await query(`SELECT sku FROM offers WHERE team_id = $1 AND status = 'active' ORDER BY sku`, [provider.id])
  ).map(({ sku }) => sku);
const openLoads = async () => (await query('SELECT * FROM feed_loads')).length;
const leftRows = async () => (await query('SELECT * FROM feed_load_offers')).length;

/** Begins a complete load, and sends a part of its body. */
const begin = (url: string, part: string, more: Record<string, string | number> = {}) =>
  new RawConnection(url).start(
    'POST /provider/offers/bulk?feed=ptc&complete=true',
    { 'x-api-key': provider.key, 'content-type': jsonLinesType, 'transfer-encoding': 'chunked', ...more },
    part && `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`,
  );

describe('a complete load retires nothing', () => {
  beforeEach(async () => {
    await complete(rowsOf('A', 3));
  });
  const stays = async () => expect(await active()).toEqual(['A0', 'A1', 'A2']);

  it.each([
    ['a line that is cut off', '{"sku":"A0"}\n{"sku":"A1', 'line 2'],
    ['a line without a key', '{"sku":"A0"}\n{"name":"A1"}', 'line 2'],
    ['a SKU that is no text', '{"sku":7,"externalId":"new"}\n{"sku":"A0"}', 'line 1'],
    ['a line that is too long', `{"sku":"A0"}\n{"sku":"${'x'.repeat(1_048_577)}"}`, 'line 2'],
    ['no lines', '\n', 'no lines'],
  ])('after %s', async (_, body, reason) => {
    const { text } = await sendBulk(harness, provider, body, { query: '?feed=ptc&complete=true' });
    const { summary } = parseJsonLines<{ summary: FeedSummary }>(text).at(-1) ?? {};
    expect([summary?.retired, summary?.notRetiredBecause]).toEqual([0, expect.stringContaining(reason)]);
    await stays();
  });

  it('if its compressed body ends early', async () => {
    // The first batch has been applied when the end turns out to be missing.
    const packed = gzipSync(linesOf([...rowsOf('A', 2), ...rowsOf('B', 300)]));
    const cut = packed.subarray(0, packed.length - 9);
    const headers = { 'content-type': jsonLinesType, 'content-encoding': 'gzip' };
    const reply = await harness.call('POST', '/provider/offers/bulk?feed=ptc&complete=true', cut, {
      key: provider.key,
      headers,
    });
    const { summary } = parseJsonLines<{ summary: FeedSummary }>(reply.text).at(-1) ?? {};
    expect(summary?.notRetiredBecause).toContain('not read to its end');
    expect(await active()).toEqual(expect.arrayContaining(['A0', 'A1', 'A2', 'B299']));
  });

  it('if the connection is lost, and lets the next load begin', async () => {
    const connection = begin(harness.url, linesOf(rowsOf('B', 150)));
    await connection.received('"line":100');
    expect(await openLoads()).toBe(1);
    connection.destroy();
    await until(async () => (await openLoads()) === 0);
    expect(await active()).toEqual(expect.arrayContaining(['A0', 'A1', 'A2', 'B99']));
    const { summary } = await complete([row('A0')]);
    expect(summary).toEqual({ ...none, unchanged: 1, retired: 102 });
    expect(await active()).toEqual(['A0']);
    expect(await leftRows()).toBe(0);
  });

  it('if its process is killed, whose load ends after a while', async () => {
    const service = await new Service({ DATABASE_URL: harness.databaseUrl }).ready();
    const connection = begin(service.url, linesOf(rowsOf('B', 150)));
    await connection.received('"line":100');
    await service.kill('SIGKILL');
    connection.destroy();
    expect(await active()).toEqual(expect.arrayContaining(['A0', 'A1', 'A2']));
    const refused = await sendBulk(harness, provider, linesOf([row('A0')]), {
      query: '?feed=ptc&complete=true',
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
    await query(`UPDATE feed_loads SET seen_at = seen_at - interval '31 seconds'`);
    expect((await complete([row('A0')])).summary.unchanged).toBe(1);
    expect(await active()).toEqual(['A0']);
    await query('DELETE FROM feed_load_offers');
  }, 60_000);

  it('if another load took over while it was not heard of', async () => {
    const connection = begin(harness.url, linesOf([row('A0')]));
    await until(async () => (await openLoads()) > 0);
    await query('UPDATE feed_loads SET id = gen_random_uuid()');
    connection.sendChunk('');
    expect(await connection.received('"summary"')).toContain('another one could begin');
    connection.destroy();
    await stays();
    await query('DELETE FROM feed_loads');
  });
});

it('refuses a second complete load of the feed, but no other upload, whose lines it keeps', async () => {
  await complete(rowsOf('A', 3));
  const first = begin(harness.url, linesOf(rowsOf('B', 150)));
  await first.received('"line":100');
  const second = await sendBulk(harness, provider, linesOf(rowsOf('C', 3)), {
    query: '?feed=ptc&complete=true',
  });
  expect(second.status).toBe(409);
  expect(second.body.detail).toContain('in progress since 20');
  const dry = await uploadFeed(harness, provider, [row('A0')], { query: '&complete=true&dryRun=true' });
  expect(dry.summary).toMatchObject({ unchanged: 1, retired: 102 });
  await uploadFeed(harness, provider, [row('A1'), row('N')]);
  expect(
    (await uploadFeed(harness, provider, [row('O')], { feed: 'other', query: '&complete=true' })).summary,
  ).toEqual({
    ...none,
    created: 1,
  });
  first.sendChunk('');
  const text = await first.received('"summary"');
  expect(text).toContain('"summary":{"created":150,"updated":0,"unchanged":0,"retired":2,"failed":0}');
  first.destroy();
  expect((await active()).filter((sku) => !sku?.startsWith('B'))).toEqual(['A1', 'N', 'O']);
  await until(async () => (await openLoads()) + (await leftRows()) === 0);
});

it('leaves exactly the offers of one load active if several are sent at once', async () => {
  const prefixes = ['A', 'B', 'C', 'D'];
  const replies = await Promise.all(
    prefixes.map((prefix) =>
      sendBulk(harness, provider, linesOf([row('BOTH'), ...rowsOf(prefix, 250)]), {
        query: '?feed=ptc&complete=true',
      }),
    ),
  );
  const done = prefixes.filter((_, index) => replies[index]?.status === 200);
  expect(replies.map(({ status }) => status).filter((status) => status !== 409)).toEqual(done.map(() => 200));
  const last = (await active()).find((sku) => sku !== 'BOTH')?.[0] ?? '';
  expect(done).toContain(last);
  expect(await active()).toEqual(['BOTH', ...rowsOf(last, 250).map(({ sku }) => sku)].toSorted());
});

it('retires many offers in steps, and tells resellers of each', async () => {
  const reseller = await makeTeam(harness, 'reseller');
  await complete(rowsOf('R', 1010));
  const client = new CatalogSyncClient(harness, reseller.key, 100);
  await waitForReadableChanges(harness);
  await client.catchUp();
  expect((await complete([row('R7')])).summary).toEqual({ ...none, unchanged: 1, retired: 1009 });
  await waitForReadableChanges(harness);
  await client.catchUp();
  const left = [...client.offers.values()].map(({ name }) => name);
  expect(left.filter((name) => name.startsWith('R'))).toEqual(['R7']);
  expect(client.removed).toHaveLength(1009);
  expect(await leftRows()).toBe(0);
}, 60_000);

it('counts in a dry run what the load then does', async () => {
  const known = [...'abcdefgh'];
  const status = fc.constantFrom('draft', 'active', 'inactive', 'archived');
  // A dry run does not see the effects of earlier lines, so each offer occurs once. A line with a SKU and an external ID
  // that do not belong together would join two offers.
  const line = fc.record(
    {
      sku: fc.constantFrom(...known, 'new', 'newer'),
      externalId: fc.constantFrom(...known),
      name: fc.constantFrom('One', 'Two', ''),
      status,
    },
    { requiredKeys: ['name'], noNullPrototype: true },
  );
  const file = fc.array(line, { maxLength: 8 }).map((lines) => {
    const used = new Set<string>();
    return lines.filter(({ sku, externalId }) => {
      const letters = [sku, externalId].filter((letter) => letter !== undefined);
      const isFree = letters.every((letter) => !used.has(letter));
      for (const letter of letters) used.add(letter);
      return isFree;
    });
  });
  let run = 0;
  const property = async (files: object[][]) => {
    const feed = `f${(run += 1)}`;
    const prefixed = (rows: object[]) =>
      rows.map((each) =>
        Object.fromEntries(Object.entries(each).map(([name, value]) => [name, keyed(name, value)])),
      );
    const keyed = (name: string, value: unknown) => (name === 'sku' ? `${feed}-${String(value)}` : value);
    const send = (rows: object[], dryRun: boolean) =>
      uploadFeed(harness, provider, prefixed(rows), { feed, query: `&complete=true&dryRun=${dryRun}` });
    const versions = async () =>
      new Map(
        (await query('SELECT id, version FROM offers WHERE feed = $1', [feed])).map((each) => [
          each.id,
          each.version,
        ]),
      );
    await send(
      known.map((letter) => ({ sku: letter, externalId: letter, name: 'One', status: 'active' })),
      false,
    );
    for (const [index, drawn] of files.entries()) {
      // New in each file: a SKU that an earlier file gave to an offer would be a second key of that offer.
      const rows = drawn.map((each) =>
        'sku' in each && String(each.sku).startsWith('new')
          ? { ...each, sku: `${String(each.sku)}${index}` }
          : each,
      );
      const before = await versions();
      const dry = await send(rows, true);
      expect(await versions()).toEqual(before);
      const real = await send(rows, false);
      expect(dry.summary).toEqual(real.summary);
      expect(dry.lines.map(({ result }) => result)).toEqual(real.lines.map(({ result }) => result));
      const after = await versions();
      const changed = [...before].filter(([id, version]) => after.get(id) !== version);
      expect(changed).toHaveLength(real.summary.updated + real.summary.retired);
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), property), {
    seed: testSeed,
    numRuns: 12,
  });
}, 60_000);
