import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { Client } from 'pg';
import {
  jsonLinesType,
  parseJsonLines,
  sendBulk,
  uploadOffers,
  type BulkResultLine,
} from '../support/bulk-upload.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

let harness: Harness;
let provider: TestTeam;
let other: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const parse = (text: string) => parseJsonLines<BulkResultLine>(text);
const send = (
  body: string,
  { team = provider, ...options }: { team?: TestTeam; query?: string; contentType?: string } = {},
) => sendBulk(harness, team, body, options);
const bulk = (rows: readonly unknown[], { query = '', team = provider } = {}) =>
  uploadOffers(harness, team, rows, query);

const read = async (id: string, team = provider) =>
  (await harness.call('GET', `/provider/offers/${id}`, undefined, team)).body;
const sku = () => `S-${randomUUID()}`;

describe('POST /provider/offers/bulk', () => {
  it('creates offers, updates them or leaves them unchanged, with one result line each', async () => {
    const [a, b] = [sku(), sku()];
    const rows = [
      { sku: a, name: 'Fibre 500', monthlyPrice: 59.99, category: 'internet', status: 'active' },
      { externalId: b, name: 'Fibre 900', keyFeatures: ['Fast "and" quiet', 'Größe'] },
    ];
    const created = await bulk(rows);
    expect(created).toMatchObject([
      { line: 1, result: 'created', sku: a, version: 1 },
      { line: 2, result: 'created', externalId: b, version: 1 },
    ]);
    const [first, second] = created.map(({ id = '' }) => id);
    expect(await read(first ?? '')).toMatchObject(rows[0] ?? {});
    expect(await read(second ?? '')).toMatchObject(rows[1] ?? {});

    const again = await bulk([
      rows[0],
      { externalId: b, monthlyPrice: 10 },
      { id: first, name: 'Fibre 501' },
    ]);
    expect(again).toMatchObject([
      { line: 1, result: 'unchanged', id: first, version: 1 },
      { line: 2, result: 'updated', id: second, version: 2 },
      { line: 3, result: 'updated', id: first, version: 2 },
    ]);
    expect(await read(first ?? '')).toMatchObject({ name: 'Fibre 501', monthlyPrice: 59.99, version: 2 });
    expect(await read(second ?? '')).toMatchObject({ name: 'Fibre 900', monthlyPrice: 10 });
  });

  it('changes only what the line of each offer in a batch contains', async () => {
    const changes: object[] = [
      { monthlyPrice: 12.5 },
      { monthlyPrice: null, keyFeatures: ['Fast', 'with "quotes", \\ and, commas'] },
      { name: ' Renamed ', metadata: { a: [1, null, { b: 'c' }] } },
      { serviceArea: { zipCodes: ['94102'] } },
      { serviceArea: null },
      { category: 'energy', serviceSpecificData: { energyType: 'solar' }, complianceData: null },
      { status: 'inactive', fees: null, externalId: null },
      { visibility: 'selected', allowedResellers: [reseller.id] },
    ];
    const priced = (allInMonthly: number | null, year: number | null, two: number | null) => ({
      firstMonthly: allInMonthly,
      regularMonthly: allInMonthly,
      allInMonthly,
      costOver12Months: year,
      costOver24Months: two,
    });
    const pricings: Record<number, object> = {
      0: priced(12.5, 209.99, 359.99), // 12 x 12.5 + 59.99
      1: priced(null, null, null),
      6: { setupFee: null, costOver12Months: 719.88, costOver24Months: 1439.76 }, // 12 x 59.99
    };
    const rows = changes.map(() => ({ ...fullOffer, sku: sku(), serviceArea: { states: ['CA'] } }));
    const before = await Promise.all((await bulk(rows)).map(({ id }) => read(id ?? '')));
    const lines = await bulk(changes.map((change, place) => ({ sku: rows[place]?.sku, ...change })));
    expect(new Set(lines.map(({ result }) => result))).toEqual(new Set(['updated']));
    for (const [place, change] of changes.entries()) {
      const after = await read(before[place].id);
      // What the rules say about the changed values is tested elsewhere.
      const { updatedAt, complianceAssessment } = after;
      expect(after).toEqual({
        ...before[place],
        complianceAssessment,
        ...change,
        ...(place === 2 ? { name: 'Renamed' } : {}),
        pricing: {
          ...before[place].pricing,
          ...pricings[place],
        },
        version: 2,
        updatedAt,
      });
    }
  });

  it('reports the errors of a line and continues', async () => {
    const good = sku();
    const lines = await bulk([
      '{"sku":"x"',
      { sku: sku(), monthlyPrice: -1, nmae: 'A' },
      { name: 'Without a key' },
      '[1]',
      { sku: good, name: 'Good' },
      { id: randomUUID(), name: 'Unknown', monthlyPrice: -1 },
      { sku: sku(), name: 'A', allowedResellers: [randomUUID()] },
      { sku: sku(), name: 'A', metadata: JSON.parse('{"a":"\\u0000"}') },
      { sku: sku(), name: '', allowedResellers: [reseller.id, randomUUID()] },
    ]);
    expect(lines.map(({ line, result }) => [line, result])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'failed'],
      [4, 'failed'],
      [5, 'created'],
      [6, 'failed'],
      [7, 'failed'],
      [8, 'failed'],
      [9, 'failed'],
    ]);
    expect(lines.map(({ problem }) => problem?.code)).toEqual([
      'MALFORMED_JSON',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      undefined,
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
    ]);
    const fields = (line: number) => lines[line - 1]?.problem?.errors?.map(({ field }) => field);
    expect(fields(2)?.toSorted()).toEqual(['monthlyPrice', 'name', 'nmae']);
    expect(fields(3)).toEqual(['sku']);
    expect(fields(6)?.toSorted()).toEqual(['id', 'monthlyPrice']);
    expect(fields(7)).toEqual(['allowedResellers[0]']);
    expect(fields(9)?.toSorted()).toEqual(['allowedResellers[1]', 'name']);
  });

  it('counts blank lines but returns no result for them', async () => {
    const reply = await send(`\n\r\n  \n{"sku":"${sku()}","name":"A"}\r\n\n`);
    expect(parse(reply.text)).toMatchObject([{ line: 4, result: 'created' }]);
    expect((await send('')).text).toBe('');
  });

  it('applies a line to the result of an earlier line for the same offer', async () => {
    const key = sku();
    const lines = await bulk([
      { sku: key, name: 'One' },
      { sku: key, name: 'Two' },
      ...Array.from({ length: 250 }, () => ({ sku: sku(), name: 'Between' })),
      { sku: key, name: 'Three' },
    ]);
    expect(lines[0]).toMatchObject({ result: 'created', version: 1 });
    expect(lines[1]).toMatchObject({ result: 'updated', version: 2, id: lines[0]?.id });
    expect(lines.at(-1)).toMatchObject({ line: 253, result: 'updated', version: 3, id: lines[0]?.id });
    expect(lines.filter(({ result }) => result === 'created')).toHaveLength(251);
  });

  it('accepts several keys for the same offer in one batch', async () => {
    const key = sku();
    const [made] = await bulk([{ sku: key, name: 'One', externalId: `E-${key}` }]);
    const lines = await bulk([
      { sku: key, monthlyPrice: 1 },
      { id: made?.id, monthlyPrice: 2 },
      { externalId: `E-${key}`, monthlyPrice: 3 },
    ]);
    expect(lines.map(({ result, version }) => [result, version])).toEqual([
      ['updated', 2],
      ['updated', 3],
      ['updated', 4],
    ]);
    expect(await read(made?.id ?? '')).toMatchObject({ monthlyPrice: 3 });
  });

  it.each([0, 150, 350])(
    'finds an offer by externalId that an earlier line created with a SKU, with %i lines in between',
    async (between) => {
      const externalId = sku();
      const others = Array.from({ length: between }, () => ({ sku: sku(), name: 'Another' }));
      const made = { sku: sku(), externalId, name: 'One' };
      const lines = await bulk([made, ...others, { externalId, monthlyPrice: 7 }]);
      expect(lines[0]).toMatchObject({ result: 'created', version: 1 });
      expect(lines.at(-1)).toMatchObject({ result: 'updated', version: 2, id: lines[0]?.id });
    },
  );

  it('applies lines for the same offer in order, regardless of their keys and of other batches', async () => {
    const [key, busy] = [sku(), sku()];
    const [one] = await bulk([{ sku: key, name: 'First' }]);
    const others = (count: number) => Array.from({ length: count }, () => ({ sku: sku(), name: 'Another' }));
    const lines = await bulk([
      { sku: busy, name: 'Busy' },
      ...others(99),
      { id: one?.id, name: 'Second last' },
      { sku: busy, name: 'Busy again' },
      ...others(98),
      { sku: key, name: 'Last' },
    ]);
    expect([lines[100], lines[200]].map((line) => line?.version)).toEqual([2, 3]);
    expect(await read(one?.id ?? '')).toMatchObject({ name: 'Last' });
  });

  it('updates the offer if a concurrent transaction has just taken the SKU', async () => {
    const [pattern, key] = [sku(), sku()];
    await bulk([{ sku: pattern, name: 'Taken' }]);
    const [client, watcher] = [1, 2].map(() => new Client({ connectionString: harness.databaseUrl }));
    if (!client || !watcher) throw new Error('No clients');
    await Promise.all([client.connect(), watcher.connect()]);
    try {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO offers SELECT (jsonb_populate_record(o, jsonb_build_object('id', $1::uuid, 'sku', $2::text))).*
           FROM offers o WHERE sku = $3`,
        [randomUUID(), key, pattern],
      );
      const told = bulk([{ sku: key, name: 'Mine' }]);
      await until(async () => {
        const waiting = await watcher.query(
          "SELECT FROM pg_stat_activity WHERE wait_event = 'transactionid'",
        );
        return waiting.rowCount === 1;
      });
      await client.query('COMMIT');
      expect(await told).toMatchObject([{ result: 'updated', version: 2 }]);
    } finally {
      await Promise.all([client.end(), watcher.end()]);
    }
  });

  it('reports the result of each line if one line of a batch cannot be written', async () => {
    const [first, second] = [sku(), sku()];
    const [, made] = await bulk([
      { sku: first, name: 'First' },
      { sku: second, name: 'Second' },
    ]);
    const lines = await bulk([
      { sku: sku(), name: 'New' },
      { id: made?.id, sku: first },
    ]);
    expect(lines.map(({ result }) => result)).toEqual(['created', 'failed']);
    expect(lines[1]?.problem).toMatchObject({ code: 'CONFLICT' });
  });

  it('rejects an ambiguous externalId, an invalid status transition and a SKU in use', async () => {
    const externalId = sku();
    const made = await bulk([
      { sku: sku(), externalId, name: 'One' },
      { sku: sku(), externalId, name: 'Two', status: 'archived' },
    ]);
    const lines = await bulk([
      { externalId, name: 'Which?' },
      { id: made[1]?.id, status: 'active' },
      { id: made[0]?.id, sku: made[1]?.sku },
    ]);
    expect(lines.map(({ problem }) => problem?.code)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
  });

  it('accepts many offers with the same externalId if each has a different SKU', async () => {
    const rows = Array.from({ length: 120 }, () => ({ sku: sku(), externalId: 'CRM', name: 'One of many' }));
    expect(new Set((await bulk(rows)).map(({ result }) => result))).toEqual(new Set(['created']));
    expect(new Set((await bulk(rows)).map(({ result }) => result))).toEqual(new Set(['unchanged']));
    expect(await bulk([{ externalId: 'CRM', name: 'Which?' }])).toMatchObject([
      { problem: { code: 'CONFLICT' } },
    ]);
  });

  it('writes nothing in a dry run', async () => {
    const [kept] = await bulk([{ sku: sku(), name: 'Kept' }]);
    const lines = await bulk([{ sku: sku(), name: 'New' }, { id: kept?.id, name: 'Other' }, { sku: sku() }], {
      query: '?dryRun=true',
    });
    expect(lines).toMatchObject([
      { line: 1, result: 'created' },
      { line: 2, result: 'updated' },
      { line: 3, result: 'failed' },
    ]);
    expect(lines[0]).not.toHaveProperty('id');
    expect(await read(kept?.id ?? '')).toMatchObject({ name: 'Kept', version: 1 });
    const { body } = await harness.call('GET', `/provider/offers?sku=${lines[0]?.sku}`, undefined, provider);
    expect(body).toEqual([]);
  });

  it("does not affect another team's offers", async () => {
    const key = sku();
    const [mine] = await bulk([{ sku: key, name: 'Mine' }]);
    const theirs = await bulk(
      [
        { sku: key, name: 'Theirs' },
        { id: mine?.id, name: 'Stolen' },
      ],
      { team: other },
    );
    expect(theirs).toMatchObject([
      { result: 'created' },
      { result: 'failed', problem: { code: 'VALIDATION_FAILED', errors: [{ field: 'id' }] } },
    ]);
    expect(theirs[0]?.id).not.toBe(mine?.id);
    expect(await read(mine?.id ?? '')).toMatchObject({ name: 'Mine' });
  });

  it('shares areas between offers and changes them all', async () => {
    const zipCodes = ['94102', '94103'];
    const made = await bulk(
      Array.from({ length: 30 }, () => ({ sku: sku(), name: 'Local', serviceArea: { zipCodes } })),
      { team: other },
    );
    expect(await read(made[29]?.id ?? '', other)).toMatchObject({ serviceArea: { zipCodes } });
    const moved = await bulk(
      made.map(({ id }) => ({ id, serviceArea: { states: ['CA'] } })),
      { team: other },
    );
    expect(new Set(moved.map(({ result }) => result))).toEqual(new Set(['updated']));
    expect(await read(made[3]?.id ?? '', other)).toMatchObject({ serviceArea: { states: ['CA'] } });
  });

  it('rejects a line longer than 1 MiB and reads the next one', async () => {
    const lines = await bulk([
      { sku: sku(), description: 'x'.repeat(1_100_000) },
      { sku: sku(), name: 'Next' },
    ]);
    expect(lines).toMatchObject([
      { line: 1, result: 'failed', problem: { code: 'PAYLOAD_TOO_LARGE' } },
      { line: 2, result: 'created' },
    ]);
  });

  it('creates each offer once if several imports run at the same time', async () => {
    const rows = Array.from({ length: 60 }, () => ({ sku: sku(), name: 'Raced', monthlyPrice: 5 }));
    const results = (await Promise.all([bulk(rows), bulk(rows), bulk(rows.toReversed())])).flat();
    expect(results.filter(({ result }) => result === 'created')).toHaveLength(60);
    expect(results.filter(({ result }) => result === 'unchanged')).toHaveLength(120);
  });

  it('returns results while the request is still being sent', async () => {
    const sent = httpRequest(`${harness.url}/provider/offers/bulk`, {
      method: 'POST',
      headers: { 'x-api-key': provider.key, 'content-type': jsonLinesType },
    });
    const row = () => `${JSON.stringify({ sku: sku(), name: 'Slow' })}\n`;
    sent.write(Array.from({ length: 250 }, row).join(''));
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    const [chunk] = (await once(response, 'data')) as [Buffer];
    expect(parse(chunk.toString())[0]).toMatchObject({ line: 1, result: 'created' });
    let rest = '';
    response.on('data', (data: Buffer) => (rest += data.toString()));
    sent.end(row());
    await once(response, 'end');
    expect(parse(rest).at(-1)).toMatchObject({ line: 251, result: 'created' });
  });

  it('accepts only JSON Lines, which other routes reject', async () => {
    expect((await send('{"sku":"a","name":"A"}', { contentType: 'application/json' })).status).toBe(415);
    const lines = { ...provider, headers: { 'content-type': jsonLinesType } };
    expect((await harness.call('POST', '/provider/offers', '{"name":"A"}', lines)).status).toBe(415);
  });

  it('is available only to providers', async () => {
    const reseller = await makeTeam(harness, 'reseller');
    expect((await send('', { team: reseller })).status).toBe(403);
    expect((await send('', { team: { ...provider, key: 'none' } })).status).toBe(401);
    expect((await send('', { query: '?dryrun=true' })).status).toBe(400);
  });
});

describe('GET /provider/offers/export', () => {
  it('returns lines that change nothing if they are imported again', async () => {
    const team = await makeTeam(harness, 'provider');
    const reseller = await makeTeam(harness, 'reseller');
    const made = await bulk(
      [
        ...Array.from({ length: 450 }, (_, index) => ({
          sku: sku(),
          name: `Offer ${index}`,
          monthlyPrice: index / 100,
          metadata: { a: [1, { b: null }], 'é"': '\\' },
          serviceArea: index % 3 ? { zipCodes: ['94103', '94102'], states: null } : null,
        })),
        {
          externalId: sku(),
          name: 'Full',
          category: 'internet',
          serviceSpecificData: { connectionType: 'fiber', minBandwidth: 1, maxBandwidth: 500, extra: 1.5 },
          fees: { installationFee: 0.1 },
          visibility: 'selected',
          allowedResellers: [reseller.id],
        },
      ],
      { team },
    );
    expect(new Set(made.map(({ result }) => result))).toEqual(new Set(['created']));
    await harness.call('POST', '/provider/offers', { name: 'Without a key' }, team);
    const exported = await harness.call('GET', '/provider/offers/export', undefined, team);
    expect(exported.status).toBe(200);
    const offers = exported.text.split('\n').filter(Boolean);
    expect(offers).toHaveLength(452);
    expect(new Set((await bulk(offers, { team })).map(({ result }) => result))).toEqual(
      new Set(['unchanged']),
    );
    expect((await harness.call('GET', '/provider/offers/export', undefined, team)).text).toBe(exported.text);
    const some = await harness.call('GET', '/provider/offers/export?category=internet', undefined, team);
    expect(parse(some.text)).toMatchObject([{ name: 'Full' }]);
  });
});
