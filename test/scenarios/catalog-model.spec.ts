import * as fc from 'fast-check';
import { DataSource } from 'typeorm';
import { CatalogService } from '../../src/catalog/listing/catalog.service.js';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { SearchService } from '../../src/catalog/search/search.service.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import type { WireRow } from '../../src/sql/wire/wire-row.js';
import { FacetsView } from '../../src/catalog/facets/facets.dto.js';
import { hashApiKey, visibleKeyParts, generateApiKey } from '../../src/teams/api-keys/api-key-format.js';
import { ApiKeyCheck } from '../../src/teams/api-keys/api-key-check.js';
import { expectedResult, isVisible, viewersIn } from '../support/catalog-reference-model.js';
import { query, searchText, type CatalogQuery } from '../support/catalog-query-arbitrary.js';
import { storeMarketplace } from '../support/store-marketplace.js';
import {
  vocabulary,
  marketplace,
  type Marketplace,
  type MarketplaceTeam,
} from '../support/marketplace-arbitrary.js';
import { start, type Harness } from '../support/harness.js';
import { testSeed } from '../support/seed.js';

/*
 * Checks that the SQL and a reference model return the same results for random marketplaces. CATALOG_RUNS sets the
 * number of marketplaces.
 */

let harness: Harness;
let catalog: CatalogService;
let dataSource: DataSource;

beforeAll(async () => {
  harness = await start();
  catalog = harness.app.get(CatalogService);
  dataSource = harness.app.get(DataSource);
});
afterAll(() => harness.stop());

const paramsOf = (
  { teams }: Marketplace,
  { filters, provider, search, sortBy, sortOrder }: CatalogQuery,
) => ({
  ...filters,
  ...(provider === undefined ? {} : { providerId: teams[provider % teams.length]?.id }),
  ...(search ? { search: searchText(search) } : {}),
  ...(sortBy ? { sortBy } : {}),
  ...(sortOrder ? { sortOrder } : {}),
});

const viewerOf = (marketplace: Marketplace, { viewer }: CatalogQuery) => {
  const viewers = viewersIn(marketplace);
  return viewers[viewer % viewers.length] as MarketplaceTeam;
};

/** Reads all pages of a list and compares their lengths, total and facets with the reference model. */
async function readAndCompare(
  marketplace: Marketplace,
  viewer: MarketplaceTeam,
  query: CatalogQuery,
): Promise<void> {
  const { ids: expected, facets } = expectedResult(marketplace, viewer, query);
  const params = { ...paramsOf(marketplace, query), limit: query.limit } as ListCatalog;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const extras = cursor === undefined ? { count: query.count, facets: query.facets } : {};
    const page = await catalog.list(
      { ...viewer, currency: 'USD', needsLicenses: false },
      { ...params, ...extras, ...(cursor === undefined ? {} : { cursor }) },
      async () => undefined,
    );
    if (cursor === undefined) {
      expect(page.total).toBe(query.count ? expected.length : undefined);
      expect(query.facets && FacetsView.from(page.facets ?? [], query.facets)).toEqual(
        query.facets && facets,
      );
    }
    expect(page.items).toHaveLength(Math.min(query.limit, expected.length - ids.length));
    ids.push(...page.items.map(idOf));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(ids).toEqual(expected);
}

const idOf = (row: WireRow) => row.text(catalogOfferJson.at('o.id')) ?? '';

it('uses a vocabulary in which every word is its own stem', async () => {
  const rows: object[] = await dataSource.query(
    `SELECT word FROM unnest($1::text[]) AS word WHERE ts_lexize('offerdock_stem', word) <> ARRAY[word]`,
    [vocabulary],
  );
  expect(rows).toEqual([]);
});

it('draws queries many of which have results', () => {
  // The seed is fixed because a comparison of empty results would prove nothing.
  const cases = fc.sample(fc.tuple(marketplace, query), { seed: 1, numRuns: 300 });
  const found = cases.filter(
    ([drawn, each]) => expectedResult(drawn, viewerOf(drawn, each), each).ids.length > 0,
  );
  expect(found.length).toBeGreaterThan(105);
});

it('lists, counts and shows the same offers as the reference model', async () => {
  const defaults = catalog.searchLimits;
  const property = fc.asyncProperty(
    marketplace,
    fc.array(query, { minLength: 4, maxLength: 4 }),
    async (marketplace, queries) => {
      await storeMarketplace(dataSource, marketplace);
      harness.app.get(SearchService).clearSizes();
      for (const [index, query] of queries.entries()) {
        // The marketplaces are small, so these limits make searches try every plan: the default; the sort order and then
        // the word index; the steps of the sort order, giving up early; and the steps without giving up.
        const near = query.limit + 3;
        const narrow = {
          few: () => -1,
          rare: 0,
          sparse: 0,
          steps: near,
          walked: near - 3,
          walkedFurther: near,
        };
        const steps = { ...narrow, rare: 1 };
        catalog.searchLimits = [defaults, narrow, steps, { ...steps, steps: 500 }][index % 4] ?? defaults;
        const viewer = viewerOf(marketplace, query);
        await readAndCompare(marketplace, viewer, query);
      }
      for (const viewer of viewersIn(marketplace).slice(0, 2)) {
        const rows = await catalog.visible(
          { ...viewer, needsLicenses: false },
          marketplace.offers.map(({ id }) => id),
          catalogOfferJson,
        );
        const visible = marketplace.offers.filter((offer) => isVisible(marketplace, viewer, offer));
        const ids = rows.map((row) => row.text(catalogOfferJson.at('o.id')));
        expect(ids.toSorted()).toEqual(visible.map(({ id }) => id).toSorted());
      }
    },
  );
  await fc.assert(property, { seed: testSeed, numRuns: Number(process.env.CATALOG_RUNS ?? 300) });
  catalog.searchLimits = defaults;
}, 180_000);

it('returns the same offers as the reference model over HTTP', async () => {
  const property = fc.asyncProperty(
    marketplace,
    fc.array(query, { minLength: 4, maxLength: 4 }),
    async (marketplace, queries) => {
      await storeMarketplace(dataSource, marketplace);
      harness.app.get(SearchService).clearSizes();
      const keys = await createKeys(marketplace);
      for (const query of queries) {
        const viewer = viewerOf(marketplace, query);
        const { ids, facets } = expectedResult(marketplace, viewer, query);
        const { limit, count, facets: wanted } = query;
        const params = {
          ...paramsOf(marketplace, query),
          limit,
          count,
          ...(wanted ? { facets: wanted } : {}),
        };
        const text = new URLSearchParams(
          Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]),
        );
        const reply = await harness.call('GET', `/reseller/catalog?${text}`, undefined, {
          key: keys.get(viewer.id),
        });
        expect(reply.status).toBe(viewer.suspended ? 403 : 200);
        if (viewer.suspended) continue;
        const items: { id: string }[] = wanted ? reply.body.items : reply.body;
        expect(items.map(({ id }) => id)).toEqual(ids.slice(0, limit));
        expect(wanted && reply.body.facets).toEqual(wanted && facets);
        expect(reply.headers['x-total-count']).toBe(count ? String(ids.length) : undefined);
      }
    },
  );
  await fc.assert(property, { seed: testSeed, numRuns: 40 });
}, 60_000);

/** Creates an API key for each team that may read the catalog. */
async function createKeys(marketplace: Marketplace): Promise<Map<string, string>> {
  const keys = new Map(viewersIn(marketplace).map(({ id }) => [id, generateApiKey()]));
  for (const [team, key] of keys) {
    const { prefix, last4 } = visibleKeyParts(key);
    await dataSource.query(
      `INSERT INTO api_keys (id, team_id, name, prefix, last4, key_hash, created_at)
       VALUES ($1, $1, 'test', $2, $3, $4, now())`,
      [team, prefix, last4, hashApiKey(key)],
    );
  }
  harness.app.get(ApiKeyCheck).forgetAll();
  return keys;
}
