import { DataSource } from 'typeorm';
import { between, pick, uuidAt } from '../../seed/random.js';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { CatalogService } from '../../src/catalog/listing/catalog.service.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { seededRandom } from '../support/seed.js';

/*
 * A search that matches neither few nor many offers reads the sort order step by step. Regardless of the step size and
 * of where it stops, it must return the same offers in the same order as a plain sort.
 */

interface Stored {
  id: string;
  team: string;
  provider: string;
  name: string;
  category: 'internet' | 'other';
  minor: number | null;
  at: string;
  matches: boolean;
}

let harness: Harness;
let catalog: CatalogService;
let reseller: TestTeam;
let offers: Stored[];

const random = seededRandom();
const oneOf = <T>(...values: T[]): T => pick(random, values);
const letters = [...'  09ablmuwzéß漢🚀'];
const randomName = () => `${oneOf(...'abmzé漢🚀09')}${oneOf(...letters)}${oneOf(...letters)}x`;
/** Returns a price from 0 to tens of thousands, evenly distributed by order of magnitude, or null. */
const randomPrice = () => oneOf(null, 0, 1, Math.round(Math.exp(random() * 15)));

beforeAll(async () => {
  harness = await start();
  catalog = harness.app.get(CatalogService);
  reseller = await makeTeam(harness, 'reseller');
  const names = ['Alba', 'beta', 'Beta', 'Zeta', 'Éclair', '電気'];
  const providers = await Promise.all(names.map((name) => makeTeam(harness, 'provider', { name })));
  offers = Array.from({ length: 300 }, (): Stored => {
    const provider = oneOf(...providers);
    return {
      id: uuidAt(random, between(random, 0, 2 ** 40)),
      team: provider.id,
      provider: provider.name,
      name: `${randomName()}${oneOf(' comet', '', '', '')}`,
      category: oneOf('internet', 'other'),
      minor: randomPrice(),
      // Most times are close together; some are long before or after the others.
      at: new Date(
        Date.UTC(2026, 0, 1) + oneOf(-900, 0, 1, 2, 400) * 86_400_000 + between(random, 0, 4),
      ).toISOString(),
      matches: oneOf(true, true, false),
    };
  });
  await harness.app.get(DataSource).query(
    `INSERT INTO offers (id, team_id, name, description, key_features, category, status, visibility, allowed_resellers,
         currency, monthly_price_minor, created_at, updated_at, version, metadata, compliance_status)
       SELECT id, team, name, CASE WHEN matches THEN 'a comet' ELSE 'a stone' END, '{}', category, 'active', 'public', '{}',
              'USD', minor, at, at, 1, '{}', 'unknown'
         FROM json_to_recordset($1) AS o (id uuid, team uuid, name text, category text, minor bigint, at timestamptz, matches bool)`,
    [JSON.stringify(offers)],
  );
});
afterAll(() => harness.stop());

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** Returns the sort key of a name: its words without accents. */
const nameKey = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[漢電気]/g, ' $& ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const hasCometInName = ({ name }: Stored) => name.endsWith('comet');
const orders: Record<string, (a: Stored, b: Stored) => number> = {
  name: (a, b) => byBytes(nameKey(a.name), nameKey(b.name)),
  createdAt: (a, b) => byBytes(a.at, b.at),
  relevance: (a, b) => Number(hasCometInName(a)) - Number(hasCometInName(b)) || byBytes(a.at, b.at),
  price: (a, b) => Number(a.minor) - Number(b.minor),
  provider: (a, b) => byBytes(nameKey(a.provider), nameKey(b.provider)) || byBytes(a.team, b.team),
};

/** Returns the expected IDs in order. Offers without a price are last in both price orders. */
function expected({
  sortBy,
  sortOrder,
  category,
  minPrice = 0,
  maxPrice = Infinity,
}: Partial<ListCatalog>): string[] {
  const by = orders[sortBy ?? ''] ?? (() => 0);
  const sign = sortOrder === 'desc' ? -1 : 1;
  const last = ({ minor }: Stored) => Number(sortBy === 'price' && minor === null);
  return offers
    .filter(
      (offer) =>
        (offer.matches || hasCometInName(offer)) && (category === undefined || offer.category === category),
    )
    .filter(({ minor }) => (minPrice === 0 && maxPrice === Infinity) || isBetween(minor, minPrice, maxPrice))
    .toSorted((a, b) => last(a) - last(b) || sign * (by(a, b) || byBytes(a.id, b.id)))
    .map(({ id }) => id);
}

const isBetween = (minor: number | null, least: number, most: number) =>
  minor !== null && minor >= least * 100 && minor <= most * 100;

async function readAllIds(query: ListCatalog): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await catalog.list(
      { id: reseller.id, verified: true, currency: 'USD', needsLicenses: false },
      { ...query, cursor },
      async () => undefined,
    );
    ids.push(...page.items.map((row) => row.text(catalogOfferJson.at('o.id')) ?? ''));
    cursor = page.next;
  } while (cursor !== undefined && ids.length <= offers.length);
  return ids;
}

const filters: Partial<ListCatalog>[] = [{}, { category: 'internet' }, { minPrice: 20 }, { maxPrice: 500 }];
const cases = Object.keys(orders).flatMap((sortBy) =>
  (['asc', 'desc'] as const).flatMap((sortOrder) =>
    filters.map((filter) => ({ ...filter, sortBy, sortOrder }) as Partial<ListCatalog>),
  ),
);

it.each(cases.map((each) => [JSON.stringify(each), each] as const))(
  'returns all matches in order: %s',
  async (_, query) => {
    const defaults = catalog.searchLimits;
    try {
      for (const steps of [1, 3, 2500]) {
        catalog.searchLimits = { few: () => -1, rare: 1, sparse: 1, steps, walked: 0, walkedFurther: 0 };
        expect(await readAllIds({ ...query, search: 'comet', limit: 7 } as ListCatalog)).toEqual(
          expected(query),
        );
      }
    } finally {
      catalog.searchLimits = defaults;
    }
  },
);

it('ranks the same offers in the same order, however it finds them', async () => {
  const [first, second] = offers.map(
    ({ name }) =>
      name
        .replaceAll(/[^a-z0-9]+/g, ' ')
        .trim()
        .split(' ')[0],
  );
  const defaults = catalog.searchLimits;
  for (const search of [
    `the comet or ${first} or ${second} or x`,
    `comets or ${first}s -stone`,
    `a comet -${first}`,
    `${first} comet -zebra or x comets`,
    `x or comet -a or stone`,
  ])
    for (const sortOrder of ['desc', 'asc'] as const) {
      const query = { search, sortOrder, limit: 7 } as ListCatalog;
      const expectedIds = await readAllIds({ ...query, limit: 100 } as ListCatalog);
      try {
        for (const walked of [0, 2500]) {
          const few = () => -1;
          catalog.searchLimits = { few, rare: 1, sparse: 1, steps: 3, walked, walkedFurther: walked };
          expect([search, sortOrder, await readAllIds(query)]).toEqual([search, sortOrder, expectedIds]);
        }
      } finally {
        catalog.searchLimits = defaults;
      }
      expect([search, new Set(expectedIds).size > 5, new Set(expectedIds).size]).toEqual([
        search,
        true,
        expectedIds.length,
      ]);
    }
});
