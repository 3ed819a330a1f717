import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { DataSource } from 'typeorm';
import { CatalogService } from '../../src/catalog/listing/catalog.service.js';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { SearchService } from '../../src/catalog/search/search.service.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import type { WireRow } from '../../src/sql/wire/wire-row.js';
import { FacetsView } from '../../src/catalog/listing/facets.dto.js';
import { hashApiKey, visibleKeyParts, generateApiKey } from '../../src/teams/api-keys/api-key-format.js';
import { ApiKeyCache } from '../../src/teams/api-keys/api-key-cache.js';
import { answer, isVisible, viewersOf } from '../support/catalog-model.js';
import { query, textOf, type Query } from '../support/catalog-queries.js';
import { store } from '../support/catalog-store.js';
import { vocabulary, world, type World, type WorldTeam } from '../support/catalog-world.js';
import { start, type Harness } from '../support/harness.js';

const runs = Number(process.env.CATALOG_RUNS ?? 600);

/*
 * A reference model and the SQL agree on random worlds. A failure prints the seed and the path; set CATALOG_SEED to
 * go through the same worlds again, CATALOG_RUNS to go through more of them.
 */

let harness: Harness;
let catalog: CatalogService;
let dataSource: DataSource;
const seed = Number(process.env.CATALOG_SEED ?? randomInt(2 ** 31));

beforeAll(async () => {
  harness = await start();
  catalog = harness.app.get(CatalogService);
  dataSource = harness.app.get(DataSource);
});
afterAll(() => harness.stop());

const paramsOf = ({ teams }: World, { filters, provider, search, sortBy, sortOrder }: Query) => ({
  ...filters,
  ...(provider === undefined ? {} : { providerId: teams[provider % teams.length]?.id }),
  ...(search ? { search: textOf(search) } : {}),
  ...(sortBy ? { sortBy } : {}),
  ...(sortOrder ? { sortOrder } : {}),
});

const viewerOf = (world: World, { viewer }: Query) => {
  const viewers = viewersOf(world);
  return viewers[viewer % viewers.length] as WorldTeam;
};

/** All pages of a list, each looked at for its length, total and facets. */
async function walk(world: World, viewer: WorldTeam, query: Query): Promise<string[]> {
  const { ids: expected, facets } = answer(world, viewer, query);
  const asked = { ...paramsOf(world, query), limit: query.limit } as ListCatalog;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const extras = cursor === undefined ? { count: query.count, facets: query.facets } : {};
    const page = await catalog.list(viewer, {
      ...asked,
      ...extras,
      ...(cursor === undefined ? {} : { cursor }),
    });
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
  return ids;
}

const idOf = (row: WireRow) => row.text(catalogOfferJson.at('o.id')) ?? '';

it('has a vocabulary in which every word is its own stem', async () => {
  const rows: object[] = await dataSource.query(
    `SELECT word FROM unnest($1::text[]) AS word WHERE ts_lexize('english_stem', word) <> ARRAY[word]`,
    [vocabulary],
  );
  expect(rows).toEqual([]);
});

it('lists, counts, walks and shows what the reference model says', async () => {
  const met = { pairs: 0, full: 0 };
  const usual = catalog.searchLimits;
  const property = fc.asyncProperty(
    world,
    fc.array(query, { minLength: 4, maxLength: 4 }),
    async (world, queries) => {
      await store(dataSource, world);
      harness.app.get(SearchService).clearCaches();
      for (const [place, query] of queries.entries()) {
        // Worlds are small: searches go through the sort before they turn to the index of words, or through the steps of
        // the sort, and not far, or over all letters.
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
        catalog.searchLimits = [usual, narrow, steps, { ...steps, steps: 500 }][place % 4] ?? usual;
        const viewer = viewerOf(world, query);
        const found = (await walk(world, viewer, query)).length;
        met.pairs += 1;
        if (found > 0) met.full += 1;
      }
      for (const viewer of viewersOf(world).slice(0, 2)) {
        const rows = await catalog.visible(
          viewer,
          world.offers.map(({ id }) => id),
          catalogOfferJson,
        );
        const visible = world.offers.filter((offer) => isVisible(world, viewer, offer));
        const ids = rows.map((row) => row.text(catalogOfferJson.at('o.id')));
        expect(ids.toSorted()).toEqual(visible.map(({ id }) => id).toSorted());
      }
    },
  );
  await fc.assert(property, { seed, numRuns: runs });
  catalog.searchLimits = usual;
  // A model that agrees on nothing but empty pages proves nothing.
  expect(met.full / met.pairs).toBeGreaterThan(0.35);
}, 180_000);

it('does so over HTTP', async () => {
  const property = fc.asyncProperty(
    world,
    fc.array(query, { minLength: 4, maxLength: 4 }),
    async (world, queries) => {
      await store(dataSource, world);
      harness.app.get(SearchService).clearCaches();
      const keys = await giveKeys(world);
      for (const query of queries) {
        const viewer = viewerOf(world, query);
        const { ids, facets } = answer(world, viewer, query);
        const { limit, count, facets: asked } = query;
        const params = { ...paramsOf(world, query), limit, count, ...(asked ? { facets: asked } : {}) };
        const text = new URLSearchParams(
          Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]),
        );
        const reply = await harness.call('GET', `/reseller/catalog?${text}`, undefined, {
          key: keys.get(viewer.id),
        });
        expect(reply.status).toBe(viewer.suspended ? 403 : 200);
        if (viewer.suspended) continue;
        const items: { id: string }[] = asked ? reply.body.items : reply.body;
        expect(items.map(({ id }) => id)).toEqual(ids.slice(0, limit));
        expect(asked && reply.body.facets).toEqual(asked && facets);
        expect(reply.headers['x-total-count']).toBe(count ? String(ids.length) : undefined);
      }
    },
  );
  await fc.assert(property, { seed, numRuns: 60 });
}, 60_000);

/** A key for each team that may look at the catalog. */
async function giveKeys(world: World): Promise<Map<string, string>> {
  const keys = new Map(viewersOf(world).map(({ id }) => [id, generateApiKey()]));
  for (const [team, key] of keys) {
    const { prefix, last4 } = visibleKeyParts(key);
    await dataSource.query(
      `INSERT INTO api_keys (id, team_id, name, prefix, last4, key_hash, created_at)
       VALUES ($1, $1, 'test', $2, $3, $4, now())`,
      [team, prefix, last4, hashApiKey(key)],
    );
  }
  harness.app.get(ApiKeyCache).clear();
  return keys;
}
