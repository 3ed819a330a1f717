import type { Client } from 'pg';

/** One kind of request, by the query parameters of `GET /reseller/catalog`, or the path of one offer. */
export interface Case {
  name: string;
  query?: Record<string, string>;
  offerId?: string;
  /** Which reseller asks: one with many partners, or one without any. */
  reseller?: 'busy' | 'alone';
  /** How many pages to walk before the one that counts. */
  skip?: number;
  search?: boolean;
}

/** What there is in a database to ask about. */
export interface Facts {
  busy: string;
  alone: string;
  largest: string;
  middle: string;
  closed: string;
  commonZip: string;
  rareZip: string;
  offer: string;
  rareWord: string;
  /** In four of a thousand offers. */
  uncommonWord: string;
  /** Prices that one offer of a hundred lies below, or above. */
  lowPrice: string;
  highPrice: string;
}

const oneOf = async (client: Client, sql: string, values: unknown[] = []): Promise<string> => {
  const { rows } = await client.query<{ value: string }>(sql, values);
  if (!rows[0]) throw new Error(`No answer to ${sql}`);
  return rows[0].value;
};

const bySize = (which: string, from: string) => `SELECT t.id AS value FROM teams t
   JOIN (SELECT team_id, count(*) AS offers, avg((visibility <> 'public')::int) AS hidden FROM offers
          WHERE status = 'active' GROUP BY team_id) o ON o.team_id = t.id
  WHERE t.suspended_at IS NULL ${which} ORDER BY offers DESC ${from} LIMIT 1`;

export async function factsOf(client: Client): Promise<Facts> {
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
    busy: await oneOf(client, reseller('DESC')),
    alone: await oneOf(client, reseller('')),
    largest: await oneOf(client, bySize('', '')),
    middle: await oneOf(client, bySize('AND hidden < 0.2', `OFFSET ${await oneOf(client, providers)}`)),
    closed: await oneOf(client, bySize('AND hidden > 0.6', '')),
    commonZip: await oneOf(client, zip('DESC')),
    rareZip: await oneOf(client, zip('')),
    offer: await oneOf(
      client,
      "SELECT id AS value FROM offers WHERE status = 'active' AND visibility = 'public' AND service_area_id IS NOT NULL ORDER BY id LIMIT 1",
    ),
    rareWord: await oneOf(client, word('ndoc')),
    uncommonWord: await oneOf(client, word(`abs(ndoc - 0.004 * ${sampled})`)),
    lowPrice: await oneOf(client, price(0.01)),
    highPrice: await oneOf(client, price(0.99)),
  };
}

const sorts = ['price', 'name', 'createdAt', 'provider'];
const orders = ['asc', 'desc'];
const sorted = sorts.flatMap((sortBy) => orders.map((sortOrder) => ({ sortBy, sortOrder })));

const textOf = (query: Record<string, string>) =>
  Object.entries(query)
    .map(([name, value]) => (/^[0-9a-f-]{36}$/.test(value) ? name : `${name}=${value}`))
    .join(' ');

/** Small enough that nearly every filter fills it in the smallest catalog. */
const limit = '20';

/** Every documented filter and sort, alone and in the combinations that buyers use. */
export function casesOf(facts: Facts): Case[] {
  const list = (query: Record<string, string>, more: Partial<Case> = {}): Case => ({
    name: `${more.reseller ?? ''} ${textOf(query) || 'all'}${more.skip ? ` page ${more.skip + 1}` : ''}`.trim(),
    query: { limit, ...query },
    ...more,
  });
  const each = (filter: Record<string, string>, label?: string) =>
    sorted.map((sort) => {
      const made = list({ ...filter, ...sort });
      return label ? { ...made, name: `${label} ${textOf(sort)}` } : made;
    });
  const found = (search: string) =>
    [{}, { sortBy: 'relevance', sortOrder: 'asc' }, ...sorted].map((sort) => ({
      ...list({ search, ...sort }),
      search: true,
    }));
  return [
    { name: 'one offer', offerId: facts.offer },
    list({}),
    list({ limit: '100' }),
    ...each({}),
    ...each({}).map((one) => ({ ...one, name: `alone ${one.name}`, reseller: 'alone' as const })),
    ...['price', 'createdAt', 'provider'].map((sortBy) => list({ sortBy }, { skip: 20 })),
    ...each({ category: 'internet' }),
    ...each({ category: 'other' }),
    ...each({ providerId: facts.largest }, 'largest provider'),
    ...each({ providerId: facts.middle }, 'middle provider'),
    ...each({ providerId: facts.closed }, 'closed provider').map((one) => ({
      ...one,
      reseller: 'alone' as const,
    })),
    ...each({ zipCode: facts.commonZip }, 'common ZIP'),
    ...each({ zipCode: facts.rareZip }, 'rare ZIP'),
    ...each({ minPrice: '40', maxPrice: '60' }),
    ...each({ maxPrice: facts.lowPrice }, 'lowest prices'),
    ...each({ minPrice: facts.highPrice }, 'highest prices'),
    ...each({ minPrice: '300' }),
    ...each({ connectionType: 'satellite' }),
    ...each({ minDownloadMbps: '100' }),
    ...each({ minDownloadMbps: '5000' }),
    ...each({ minDownloadMbps: '8000' }),
    ...attributeCases.map((query) => list(query)),
    ...attributeCases.map((query) => list({ ...query, sortBy: 'price' })),
    ...each({ category: 'internet', zipCode: facts.commonZip, maxPrice: '50' }, 'internet, ZIP, max price'),
    ...found('internet'),
    ...found('fiber backbone'),
    ...named(found(facts.uncommonWord), facts.uncommonWord, '<uncommon word>'),
    ...named(found(facts.rareWord), facts.rareWord, '<rare word>'),
    ...found('interent'),
    ...found('"cloud dvr" -sports'),
    list({ search: 'internet', category: 'internet', maxPrice: '40', sortBy: 'price' }, { search: true }),
    list({ search: 'gibberishword' }, { search: true }),
  ];
}

const named = (cases: Case[], word: string, as: string) =>
  cases.map((one) => ({ ...one, name: one.name.replace(word, as) }));

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
