import { randomInt, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { CatalogService } from '../../src/catalog/listing/catalog.service.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * A search for what neither few nor many offers have takes the steps of the order one by one. Whatever the steps are
 * and wherever it gives up, it finds what a plain sort finds.
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

const oneOf = <T>(...all: T[]): T => all[randomInt(all.length)] as T;
const letters = [...'  09ablmuwzéß漢🚀'];
const nameOf = () => `${oneOf(...'abmzé漢🚀09')}${oneOf(...letters)}${oneOf(...letters)}x`;
/** From nothing to tens of thousands, as often dear as cheap. */
const priceOf = () => oneOf(null, 0, 1, Math.round(Math.exp(Math.random() * 15)));

beforeAll(async () => {
  harness = await start();
  catalog = harness.app.get(CatalogService);
  reseller = await makeTeam(harness, 'reseller');
  const names = ['Alba', 'beta', 'Beta', 'Zeta', 'Éclair', '電気'];
  const providers = await Promise.all(names.map((name) => makeTeam(harness, 'provider', { name })));
  offers = Array.from({ length: 300 }, (): Stored => {
    const provider = oneOf(...providers);
    return {
      id: randomUUID(),
      team: provider.id,
      provider: provider.name,
      name: `${nameOf()}${oneOf(' comet', '', '', '')}`,
      category: oneOf('internet', 'other'),
      minor: priceOf(),
      // Mostly close together, the first and the last long before and after.
      at: new Date(
        Date.UTC(2026, 0, 1) + oneOf(-900, 0, 1, 2, 400) * 86_400_000 + randomInt(5),
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
const isNamed = ({ name }: Stored) => name.endsWith('comet');
const orders: Record<string, (a: Stored, b: Stored) => number> = {
  name: (a, b) => byBytes(a.name.toLowerCase(), b.name.toLowerCase()),
  createdAt: (a, b) => byBytes(a.at, b.at),
  relevance: (a, b) => Number(isNamed(a)) - Number(isNamed(b)) || byBytes(a.at, b.at),
  price: (a, b) => Number(a.minor) - Number(b.minor),
  provider: (a, b) => byBytes(a.provider.toLowerCase(), b.provider.toLowerCase()) || byBytes(a.team, b.team),
};

/** What the search finds in its order; those without a price stand at the end of both orders by price. */
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
      (offer) => (offer.matches || isNamed(offer)) && (category === undefined || offer.category === category),
    )
    .filter(({ minor }) => (minPrice === 0 && maxPrice === Infinity) || isBetween(minor, minPrice, maxPrice))
    .toSorted((a, b) => last(a) - last(b) || sign * (by(a, b) || byBytes(a.id, b.id)))
    .map(({ id }) => id);
}

const isBetween = (minor: number | null, least: number, most: number) =>
  minor !== null && minor >= least * 100 && minor <= most * 100;

async function walk(query: ListCatalog): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await catalog.list({ id: reseller.id, verified: true }, { ...query, cursor });
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
  'finds all in order: %s',
  async (_, query) => {
    const usual = catalog.searchLimits;
    try {
      for (const steps of [1, 3, 2500]) {
        catalog.searchLimits = { few: () => -1, rare: 1, sparse: 1, steps, walked: 0, walkedFurther: 0 };
        expect(await walk({ ...query, search: 'comet', limit: 7 } as ListCatalog)).toEqual(expected(query));
      }
    } finally {
      catalog.searchLimits = usual;
    }
  },
);
