import type { Client } from 'pg';

/** One kind of catalog request: the query of `GET /reseller/catalog`, or the ID of one offer. */
export interface CatalogCase {
  name: string;
  query?: Record<string, string>;
  offerId?: string;
  /** A reseller with many partners (the default), or one without any. */
  reseller?: 'busy' | 'alone';
  /** The number of pages to read before the measured one. */
  skip?: number;
  isSearch?: boolean;
}

/** The teams, places, words and prices in a database that the cases refer to. */
export interface CatalogFacts {
  /** The reseller with the most preferred partners, and one without any. */
  busy: string;
  alone: string;
  /** The provider with the most offers, one of medium size, and one whose offers are mostly not public. */
  largest: string;
  middle: string;
  closed: string;
  commonZip: string;
  rareZip: string;
  offer: string;
  rareWord: string;
  /** Occurs in about 0.4 % of the offers. */
  uncommonWord: string;
  /** The 1st and the 99th percentile. */
  lowPrice: string;
  highPrice: string;
}

const valueOf = async (client: Client, sql: string, values: unknown[] = []): Promise<string> => {
  const { rows } = await client.query<{ value: string }>(sql, values);
  if (!rows[0]) throw new Error(`No row: ${sql}`);
  return rows[0].value;
};

const bySize = (condition: string, offset: string) => `SELECT t.id AS value FROM teams t
   JOIN (SELECT team_id, count(*) AS offers, avg((visibility <> 'public')::int) AS hidden FROM offers
          WHERE status = 'active' GROUP BY team_id) o ON o.team_id = t.id
  WHERE t.suspended_at IS NULL ${condition} ORDER BY offers DESC ${offset} LIMIT 1`;

export async function factsOf(client: Client): Promise<CatalogFacts> {
  const reseller = (order: string) => `SELECT t.id AS value FROM teams t
      LEFT JOIN preferred_partners p ON p.reseller_team_id = t.id WHERE t.role = 'reseller'
       AND t.verified_at IS NOT NULL GROUP BY t.id ORDER BY count(p.provider_team_id) ${order}, t.id LIMIT 1`;
  const zip = (order: string) => `SELECT place AS value FROM service_area_places WHERE place ~ '^[0-9]'
      GROUP BY place ORDER BY count(*) ${order}, place LIMIT 1`;
  const word = (order: string) =>
    `SELECT word AS value FROM ts_stat('SELECT search FROM offers WHERE status = ''active'' ORDER BY id LIMIT 20000')
      WHERE word ~ '^[a-z]{6,}$' ORDER BY ${order}, word LIMIT 1`;
  const price = (
    share: number,
  ) => `SELECT (percentile_disc(${share}) WITHIN GROUP (ORDER BY price_key) / 10000.0)::text
      AS value FROM offers WHERE status = 'active' AND visibility = 'public'`;
  const sampled =
    "(SELECT least(count(*), 20000) FROM (SELECT FROM offers WHERE status = 'active' LIMIT 20000) s)";
  const providers = 'SELECT count(DISTINCT team_id)::int / 3 AS value FROM offers';
  return {
    busy: await valueOf(client, reseller('DESC')),
    alone: await valueOf(client, reseller('')),
    largest: await valueOf(client, bySize('', '')),
    middle: await valueOf(client, bySize('AND hidden < 0.2', `OFFSET ${await valueOf(client, providers)}`)),
    closed: await valueOf(client, bySize('AND hidden > 0.6', '')),
    commonZip: await valueOf(client, zip('DESC')),
    rareZip: await valueOf(client, zip('')),
    offer: await valueOf(
      client,
      "SELECT id AS value FROM offers WHERE status = 'active' AND visibility = 'public' AND service_area_id IS NOT NULL ORDER BY id LIMIT 1",
    ),
    rareWord: await valueOf(client, word('ndoc')),
    uncommonWord: await valueOf(client, word(`abs(ndoc - 0.004 * ${sampled})`)),
    lowPrice: await valueOf(client, price(0.01)),
    highPrice: await valueOf(client, price(0.99)),
  };
}

const sorts = ['price', 'name', 'createdAt', 'provider'];
const orders = ['asc', 'desc'];
const sortQueries = sorts.flatMap((sortBy) => orders.map((sortOrder) => ({ sortBy, sortOrder })));

const textOf = (query: Record<string, string>) =>
  Object.entries(query)
    .map(([name, value]) => (/^[0-9a-f-]{36}$/.test(value) ? name : `${name}=${value}`))
    .join(' ');

/** Small enough that even the smallest catalog fills a page for nearly every filter. */
const limit = '20';

/** Returns cases for every documented filter and sort, alone and in common combinations. */
export function casesOf(facts: CatalogFacts): CatalogCase[] {
  const list = (query: Record<string, string>, options: Partial<CatalogCase> = {}): CatalogCase => ({
    name: `${options.reseller ?? ''} ${textOf(query) || 'all'}${options.skip ? ` page ${options.skip + 1}` : ''}`.trim(),
    query: { limit, ...query },
    ...options,
  });
  const everySort = (filter: Record<string, string>, label?: string) =>
    sortQueries.map((sort) => {
      const sorted = list({ ...filter, ...sort });
      return label ? { ...sorted, name: `${label} ${textOf(sort)}` } : sorted;
    });
  const searchFor = (search: string) =>
    [{}, { sortBy: 'relevance', sortOrder: 'asc' }, ...sortQueries].map((sort) => ({
      ...list({ search, ...sort }),
      isSearch: true,
    }));
  return [
    { name: 'one offer', offerId: facts.offer },
    list({}),
    list({ limit: '100' }),
    ...everySort({}),
    ...everySort({}).map((catalogCase) => ({
      ...catalogCase,
      name: `alone ${catalogCase.name}`,
      reseller: 'alone' as const,
    })),
    ...['price', 'createdAt', 'provider'].map((sortBy) => list({ sortBy }, { skip: 20 })),
    ...everySort({ category: 'internet' }),
    ...everySort({ category: 'other' }),
    ...everySort({ providerId: facts.largest }, 'largest provider'),
    ...everySort({ providerId: facts.middle }, 'middle provider'),
    ...everySort({ providerId: facts.closed }, 'closed provider').map((catalogCase) => ({
      ...catalogCase,
      reseller: 'alone' as const,
    })),
    ...everySort({ zipCode: facts.commonZip }, 'common ZIP'),
    ...everySort({ zipCode: facts.rareZip }, 'rare ZIP'),
    ...everySort({ minPrice: '40', maxPrice: '60' }),
    ...everySort({ maxPrice: facts.lowPrice }, 'lowest prices'),
    ...everySort({ minPrice: facts.highPrice }, 'highest prices'),
    ...everySort({ minPrice: '300' }),
    ...everySort({ connectionType: 'satellite' }),
    ...everySort({ minDownloadMbps: '100' }),
    ...everySort({ minDownloadMbps: '5000' }),
    ...everySort({ minDownloadMbps: '8000' }),
    ...attributeCases.map((query) => list(query)),
    ...attributeCases.map((query) => list({ ...query, sortBy: 'price' })),
    ...everySort(
      { category: 'internet', zipCode: facts.commonZip, maxPrice: '50' },
      'internet, ZIP, max price',
    ),
    ...searchFor('internet'),
    ...searchFor('fiber backbone'),
    ...renamed(searchFor(facts.uncommonWord), facts.uncommonWord, '<uncommon word>'),
    ...renamed(searchFor(facts.rareWord), facts.rareWord, '<rare word>'),
    ...searchFor('interent'),
    ...searchFor('"cloud dvr" -sports'),
    list({ search: 'internet', category: 'internet', maxPrice: '40', sortBy: 'price' }, { isSearch: true }),
    list({ search: 'gibberishword' }, { isSearch: true }),
  ];
}

const renamed = (cases: CatalogCase[], word: string, as: string) =>
  cases.map((catalogCase) => ({ ...catalogCase, name: catalogCase.name.replace(word, as) }));

const attributeCases: Record<string, string>[] = [
  { connectionType: 'fiber' },
  { unlimitedData: 'false' },
  { unlimitedData: 'true' },
  { minChannels: '400' },
  { minChannels: '20' },
  { monitoringType: 'hybrid' },
  { installationType: 'diy' },
  { energyType: 'solar' },
  { minRenewablePercentage: '100' },
  { maxContractMonths: '0' },
  { minCoverage: '1000000' },
];
