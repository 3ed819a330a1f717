import { DataSource } from 'typeorm';
import type { CatalogFilters } from '../../src/catalog/listing/catalog-query.dto.js';
import { countFacets } from '../../src/catalog/facets/facets.js';
import { countCatalogOffers, countLimit } from '../../src/catalog/listing/matches.query.js';
import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

let harness: Harness;
let dataSource: DataSource;
let provider: TestTeam;
let reseller: TestTeam;
const { list, offer, remove } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  dataSource = harness.app.get(DataSource);
  [provider, reseller] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'reseller')];
  await insertOffers('counted', countLimit + 1);
});
afterAll(() => harness.stop());

/**
 * Inserts public internet offers, the first one with a price of 0.01, the second with 0.02 and so on. They count as assessed, so
 * that no job writes them later.
 */
const insertOffers = (name: string, count: number) =>
  dataSource.query(
    `INSERT INTO offers (id, team_id, name, key_features, category, status, visibility, allowed_resellers, currency,
         monthly_price_minor, created_at, updated_at, version, assessed_version, metadata, compliance_status)
       SELECT gen_random_uuid(), $1, $2 || n, '{}', 'internet', 'active', 'public', '{}', 'USD', n, now(), now(), 1, 1,
              '{}', 'unknown' FROM generate_series(1, $3) n`,
    [provider.id, name, count],
  );

const counted = async (query: Record<string, string> = {}) => {
  const { headers } = await list(reseller, { count: 'true', limit: '1', ...query });
  return [headers['x-total-count'], headers['x-total-count-relation']];
};

/** A transaction that is open at the moment can keep rows from being marked as visible to all. */
const vacuum = () =>
  until(async () => {
    await dataSource.query('VACUUM (ANALYZE) offers');
    const [row] = await dataSource.query(
      "SELECT relallvisible >= relpages AS done FROM pg_class WHERE oid = 'offers'::regclass",
    );
    return row.done;
  });

describe('GET /reseller/catalog?count=true', () => {
  it('counts exactly up to the limit, and says so beyond it', async () => {
    const [below, at, above] = [countLimit - 1, countLimit, countLimit + 1].map((n) => String(n / 100));
    expect(await counted({ maxPrice: below ?? '' })).toEqual([String(countLimit - 1), 'eq']);
    expect(await counted({ maxPrice: at ?? '' })).toEqual([String(countLimit), 'eq']);
    expect(await counted({ maxPrice: above ?? '' })).toEqual([String(countLimit), 'gte']);
    expect(await counted()).toEqual([String(countLimit), 'gte']);
    expect(await counted({ search: 'nothing' })).toEqual(['0', 'eq']);
  });

  it('has another ETag when there are more offers than the limit', async () => {
    const query = { maxPrice: String(countLimit / 100), limit: '1', count: 'true', sortBy: 'price' };
    const at = await list(reseller, query);
    const { id } = await offer(provider, { name: 'One more', monthlyPrice: 1 });
    const above = await list(reseller, query);
    expect(above.body).toEqual(at.body);
    expect(above.headers['x-total-count-relation']).toBe('gte');
    expect(above.headers.etag).not.toBe(at.headers.etag);
    await remove(provider, id);
  });

  it('has no total without count=true', async () => {
    const { headers } = await list(reseller, { limit: '1' });
    expect([headers['x-total-count'], headers['x-total-count-relation']]).toEqual([undefined, undefined]);
  });

  it.each<CatalogFilters>([
    {},
    { category: 'internet', minPrice: 1, maxPrice: 200 },
    { zipCode: '94102' },
    { minDownloadMbps: 100, category: 'internet' },
  ])('reads no rows of the table for %j', async (filters) => {
    await vacuum();
    const caller = { id: reseller.id, verified: true, needsLicenses: false };
    const inDollars = { currency: 'USD', ...filters };
    const facets = countFacets(caller, inDollars, undefined, [
      'category',
      'provider',
      'price',
      'connectionType',
    ]);
    for (const { text, values } of [countCatalogOffers(caller, inDollars, undefined), facets]) {
      const [row] = await dataSource.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      const scans = scansOf(row['QUERY PLAN'][0].Plan).filter((scan) => scan['Relation Name'] === 'offers');
      expect(
        scans.filter((scan) => scan['Actual Rows'] > 0 && scan['Node Type'] !== 'Index Only Scan'),
      ).toEqual([]);
      expect(scans.map((scan) => scan['Heap Fetches'] ?? 0)).toEqual(scans.map(() => 0));
    }
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Heap Fetches'?: number;
  Plans?: Plan[];
}

const scansOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(scansOf)];

it('facets say whether they count all offers', async () => {
  const complete = async () => (await list(reseller, { facets: 'category' })).body;
  expect(await complete()).toMatchObject({
    facets: { category: [{ value: 'internet', count: countLimit + 1 }] },
    facetsAreComplete: true,
  });
  await insertOffers('faceted', 10_000 - countLimit);
  expect(await complete()).toMatchObject({ facetsAreComplete: false });
});
