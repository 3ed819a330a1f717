import { DataSource } from 'typeorm';
import { areaClaim } from '../../src/areas/area-claim.js';
import { areaHash } from '../../src/areas/area.js';
import { AreasService } from '../../src/areas/areas.service.js';
import { SqlParams } from '../../src/sql/statement.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { seededRandom } from '../support/seed.js';

const limit = 100;
let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start({ teamZipCodes: limit });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});

const zips = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => String(from + index).padStart(5, '0'));
const area = (from: number, count: number) => ({ serviceArea: { zipCodes: zips(from, count) } });
const create = (body: object, by = team) =>
  harness.call('POST', '/provider/offers', { name: 'A', ...body }, by);
const patch = (id: string, body: object) => harness.call('PATCH', `/provider/offers/${id}`, body, team);
const remove = (id: string) => harness.call('DELETE', `/provider/offers/${id}`, undefined, team);
const statuses = (replies: Reply[]) => replies.map(({ status }) => status).toSorted();

/** Returns the number of ZIP codes that the team is charged for, that its areas contain, and that are indexed. */
async function stored(): Promise<number[]> {
  const [row]: Record<string, string>[] = await harness.app.get(DataSource).query(
    `SELECT (SELECT zip_codes FROM team_area_usage WHERE team_id = $1) AS charged,
            (SELECT coalesce(sum(zip_count), 0) FROM service_areas WHERE team_id = $1) AS counted,
            (SELECT count(*) FROM service_area_places p JOIN service_areas a ON a.id = p.service_area_id
              WHERE a.team_id = $1 AND place ~ '^[0-9]') AS indexed`,
    [team.id],
  );
  return Object.values(row ?? {}).map(Number);
}

describe('the ZIP codes of a team', () => {
  it('are limited when an offer is created', async () => {
    expect((await create(area(0, 60))).status).toBe(201);
    const reply = await create(area(100, 41));
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({ code: 'QUOTA_EXCEEDED', limit, used: 60, requested: 41 });
    expect((await create(area(100, 40))).status).toBe(201);
    expect(await stored()).toEqual([100, 100, 100]);
    expect((await create({ serviceArea: { states: ['CA', 'NY'] } })).status).toBe(201);
    expect((await create({ serviceArea: { zipCodes: [] } })).status).toBe(201);
    expect((await create(area(0, 100), await makeTeam(harness, 'provider'))).status).toBe(201);
  });

  it('count once if several offers have the same area, until no offer uses it', async () => {
    const [first, second] = [await create(area(0, 100)), await create(area(0, 100))];
    expect([first.status, second.status]).toEqual([201, 201]);
    await remove(first.body.id);
    expect(await stored()).toEqual([100, 100, 100]);
    expect((await create(area(500, 1))).status).toBe(409);
    await remove(second.body.id);
    expect(await stored()).toEqual([0, 0, 0]);
    expect((await create(area(500, 100))).status).toBe(201);
  });

  it('are limited when an offer is changed, which then keeps its area', async () => {
    const { body } = await create(area(0, 60));
    const reply = await patch(body.id, area(100, 60));
    expect([reply.status, reply.body.code]).toEqual([409, 'QUOTA_EXCEEDED']);
    expect((await patch(body.id, { name: 'B', ...area(100, 40) })).status).toBe(200);
    expect(await stored()).toEqual([40, 40, 40]);
    expect((await patch(body.id, { serviceArea: null })).status).toBe(200);
    expect(await stored()).toEqual([0, 0, 0]);
  });

  it('are limited line by line in a bulk upload', async () => {
    const lines = [
      { sku: 'A', name: 'A', ...area(0, 70) },
      { sku: 'B', name: 'B', ...area(100, 70) },
      { sku: 'C', name: 'C', ...area(200, 20) },
      { sku: 'D', name: 'D', ...area(0, 70) },
      { sku: 'E', name: 'E' },
    ];
    const results = await uploadOffers(harness, team, lines);
    expect(results.filter(({ result }) => result === 'failed').map(({ sku }) => sku)).toHaveLength(1);
    const failed = results.find(({ result }) => result === 'failed');
    expect(failed?.problem).toMatchObject({ code: 'QUOTA_EXCEEDED', limit });
    expect((await stored())[0]).toBeLessThanOrEqual(limit);
    const again = await uploadOffers(harness, team, [
      { sku: 'E', ...area(300, 90) },
      { sku: 'E', name: 'F' },
    ]);
    expect(again.map(({ result }) => result)).toEqual(['failed', 'updated']);
  });

  it('never exceed the limit, even if offers are created in every way at once', async () => {
    const creations = Array.from({ length: 12 }, (_, index) => create(area(index * 100, 15)));
    const uploads = Array.from({ length: 4 }, (_, index) =>
      uploadOffers(
        harness,
        team,
        [1, 2, 3].map((n) => ({
          sku: `S${index}-${n}`,
          name: 'A',
          ...area(5000 + index * 300 + n * 100, 15),
        })),
      ),
    );
    const replies = await Promise.all(creations);
    const results = (await Promise.all(uploads)).flat();
    const created =
      replies.filter(({ status }) => status === 201).length +
      results.filter(({ result }) => result === 'created').length;
    expect(created).toBe(6);
    expect(statuses(replies).every((status) => [201, 409].includes(status))).toBe(true);
    expect(await stored()).toEqual([90, 90, 90]);
  });

  it('are counted exactly while the same areas are claimed and released at once', async () => {
    const random = seededRandom();
    const areas = [area(0, 10), area(100, 20), area(200, 30), { serviceArea: null }];
    const anyArea = () => areas[Math.floor(random() * areas.length)] ?? {};
    const ids = [];
    for (let n = 0; n < 6; n += 1) ids.push((await create(anyArea())).body.id as string);
    for (let round = 0; round < 6; round += 1) {
      const work = ids.map((id) => patch(id, anyArea()));
      const lines = [0, 1, 2].map((n) => ({ sku: `S${n}`, name: 'A', ...anyArea() }));
      const [replies] = await Promise.all([Promise.all(work), uploadOffers(harness, team, lines)]);
      expect(replies.filter(({ status }) => status >= 500)).toEqual([]);
    }
    await harness.app.get(AreasService).deleteUnused();
    const [charged, counted, indexed] = await stored();
    expect([charged, indexed]).toEqual([counted, counted]);
    for (const id of ids) await remove(id);
    await uploadOffers(
      harness,
      team,
      [0, 1, 2].map((n) => ({ sku: `S${n}`, serviceArea: null })),
    );
    await harness.app.get(AreasService).deleteUnused();
    expect(await stored()).toEqual([0, 0, 0]);
  });
});

it('24 bulk lines with 45,000 ZIP codes each store no more than the limit', async () => {
  const own = await start({ teamZipCodes: 200_000 });
  const provider = await makeTeam(own, 'provider');
  const all = zips(1, 60_000);
  const lines = Array.from({ length: 24 }, (_, n) => ({
    sku: `S${n}`,
    name: 'A',
    serviceArea: { zipCodes: all.slice(n * 100, n * 100 + 45_000) },
  }));
  const results = await uploadOffers(own, provider, lines);
  expect(results.filter(({ result }) => result === 'created')).toHaveLength(4);
  expect(results.filter(({ problem }) => problem?.code === 'QUOTA_EXCEEDED')).toHaveLength(20);
  const [row] = await own.app
    .get(DataSource)
    .query('SELECT count(*)::int AS places FROM service_area_places');
  expect(row).toEqual({ places: 180_000 });
  await own.stop();
});

it('storing an area does no work per ZIP code besides one row and one index entry', async () => {
  const params = new SqlParams();
  const large = { zipCodes: zips(10_000, 5000), states: null };
  const claim = { teamId: team.id, hash: areaHash(large), area: large, zipCodeLimit: 1_000_000 };
  const text = areaClaim(params, { ...claim, unless: 'false' });
  const [row]: { 'QUERY PLAN': { Triggers: { Calls: number }[] }[] }[] = await harness.app
    .get(DataSource)
    .query(`EXPLAIN (ANALYZE, FORMAT JSON) WITH ${text} SELECT id FROM area`, params.values);
  const calls = row?.['QUERY PLAN'][0]?.Triggers.map(({ Calls }) => Calls) ?? [];
  expect(calls).toEqual(calls.map(() => 1));
  const indexes: unknown[] = await harness.app
    .get(DataSource)
    .query("SELECT 1 FROM pg_index WHERE indrelid = 'service_area_places'::regclass");
  expect(indexes).toHaveLength(1);
});
