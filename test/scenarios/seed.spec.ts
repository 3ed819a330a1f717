import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import { NIL } from 'uuid';
import { sortKeys, type ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { sortSegments } from '../../src/catalog/listing/catalog-sort.js';
import { keyColumns, keyIndexes, segmentPage } from '../../src/catalog/listing/catalog-page.query.js';
import type { SearchStrategy } from '../../src/catalog/search/search-page.query.js';
import type { SearchQuery } from '../../src/catalog/search/search-terms.js';
import { SearchService } from '../../src/catalog/search/search.service.js';
import type { CursorPosition } from '../../src/paging/cursor.js';
import { Sql } from '../../src/sql/sql.js';
import { categoryNames } from '../../src/offers/categories/all-categories.js';
import type { Caller } from '../../src/teams/caller.js';
import { parseNewOffer } from '../../src/offers/input/new-offer.js';
import { offerStatuses } from '../../src/offers/offer-status.js';
import { Progress } from '../../seed/progress.js';
import { readOptions, UsageError } from '../../seed/seed-options.js';
import { seed, type Seeded } from '../../seed/seed.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { start, type Harness } from '../support/harness.js';

const options = { offers: 5000, orders: 0, seed: 1, teams: 40 };
const quiet = new Progress({ write: () => true });

let database: TestDatabase;
let client: Client;
let harness: Harness;
let seeded: Seeded;

const rows = async (sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> =>
  (await client.query<Record<string, unknown>>(sql, values)).rows;

/** Returns the definitions of indexes, constraints and triggers, which a load drops and restores. */
const schemaOf = (of: Client) =>
  of.query(`
    SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index WHERE indrelid IN ('offers'::regclass, 'service_areas'::regclass, 'service_area_places'::regclass)
     UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
     ORDER BY 1`);

beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  seeded = await seed(database.url, options, quiet);
  harness = await start({}, database.url);
});
afterAll(async () => {
  await harness.stop();
  await client.end();
  await database.drop();
});

describe('npm run seed', () => {
  it('creates offers of every category, status and visibility', async () => {
    const of = async (column: string) =>
      new Map(
        (await rows(`SELECT ${column} AS value, count(*)::int AS count FROM offers GROUP BY 1`)).map(
          ({ value, count }) => [value, Number(count)],
        ),
      );
    expect([...(await of('category')).keys()].toSorted()).toEqual(categoryNames.toSorted());
    expect([...(await of('status')).keys()].toSorted()).toEqual(offerStatuses.toSorted());
    const visibility = await of('visibility');
    expect(visibility.get('public')).toBeGreaterThan(3500);
    expect(visibility.get('preferred')).toBeGreaterThan(100);
    expect(visibility.get('selected')).toBeGreaterThan(100);
    expect(
      await rows(
        "SELECT count(*)::int AS n FROM offers WHERE visibility = 'selected' AND allowed_resellers = '{}'",
      ),
    ).toEqual([{ n: 0 }]);
  });

  it('shares areas between offers', async () => {
    const [shared] = await rows(
      'SELECT count(*)::int AS offers, count(DISTINCT service_area_id)::int AS areas FROM offers WHERE service_area_id IS NOT NULL',
    );
    expect(shared?.areas).toBe(seeded.areas);
    expect(Number(shared?.offers)).toBeGreaterThan(10 * seeded.areas);
    const [counted] = await rows(
      `SELECT count(*) FILTER (WHERE zip_count <> coalesce(cardinality(zip_codes), 0))::int AS wrong,
              sum(zip_count + coalesce(cardinality(states), 0))::int AS places FROM service_areas`,
    );
    const [{ places } = { places: 0 }] = await rows(
      'SELECT count(*)::int AS places FROM service_area_places',
    );
    expect(counted).toEqual({ wrong: 0, places });
  });

  it('fills the columns of the catalog as the triggers would', async () => {
    const allText =
      "concat_ws(' ', name, marketing_headline, array_to_string(key_features, ' '), description)";
    const [wrong] = await rows(`
      SELECT count(*) FILTER (WHERE search <> to_tsvector('offerdock', search_text(${allText})))::int AS search,
             count(*) FILTER (WHERE name_search <> to_tsvector('offerdock', search_text(name)))::int AS name_search,
             count(*) FILTER (WHERE name_key <> search_text(name))::int AS name_key,
             count(*) FILTER (WHERE price_key IS DISTINCT FROM monthly_price_minor * 100)::int AS price_key,
             count(*) FILTER (WHERE area_key <> coalesce(service_area_id, '${NIL}'))::int AS area_key FROM offers o`);
    expect(wrong).toEqual({ search: 0, name_search: 0, name_key: 0, price_key: 0, area_key: 0 });
    const words = (of: string) => `SELECT DISTINCT word FROM ${of}`;
    const used = `offers o, unnest(string_to_array(search_text(${allText}), ' ')) AS word
       WHERE status = 'active' AND visibility = 'public' AND length(word) BETWEEN 3 AND 40 AND word !~ '^[0-9]+$'`;
    expect(await rows(`${words('search_words')} EXCEPT ${words(used)}`)).toEqual([]);
    expect(await rows(`${words(used)} EXCEPT ${words('search_words')}`)).toEqual([]);
  });

  it('fills the filter columns of the catalog as the triggers would', async () => {
    const attributes = `connection_type, download_mbps, unlimited_data, channel_count, monitoring_type,
      installation_type, energy_type, renewable_percentage, contract_months, coverage_amount`;
    await rows('BEGIN');
    await rows(
      `CREATE TEMP TABLE loaded AS SELECT id, service_specific_data AS data, ${attributes} FROM offers`,
    );
    await rows('UPDATE offers SET service_specific_data = NULL');
    await rows('UPDATE offers o SET service_specific_data = data FROM loaded l WHERE l.id = o.id');
    const wrong = await rows(
      `SELECT id, ${attributes} FROM loaded EXCEPT SELECT id, ${attributes} FROM offers`,
    );
    const set = await rows(
      'SELECT FROM offers WHERE coverage_amount > 0 OR channel_count > 0 OR contract_months > 0',
    );
    await rows('ROLLBACK');
    expect(wrong).toEqual([]);
    expect(set.length).toBeGreaterThan(100);
  });

  it('restores every index, constraint and trigger', async () => {
    const empty = await createDatabase();
    const other = new Client({ connectionString: empty.url });
    await other.connect();
    const before = await schemaOf(other);
    await other.end();
    await empty.drop();
    expect((await schemaOf(client)).rows).toEqual(before.rows);
  });

  it('creates offers that the service accepts and shows', async () => {
    const key = { key: seeded.keys.provider };
    const reply = await harness.call('GET', '/provider/offers?limit=100', undefined, key);
    expect(reply.body).toHaveLength(100);
    for (const { currency, ...offer } of reply.body as ({ currency: string } & Record<string, unknown>)[]) {
      const team = { id: String(offer.teamId), currency } as Caller;
      expect(parseNewOffer(team, offer, new Date()).name).toBe(offer.name);
    }
  });

  it('lets the reseller find offers by search, a typo and a ZIP code', async () => {
    const key = { key: seeded.keys.reseller };
    const list = async (query: string) =>
      (await harness.call('GET', `/reseller/catalog?limit=100&${query}`, undefined, key)).body as {
        id: string;
      }[];
    expect(await list('search=internet')).toHaveLength(100);
    expect(await list('search=interent')).toEqual(await list('search=internet'));
    const [zip] = await rows(
      "SELECT place FROM service_area_places WHERE place ~ '^[0-9]' ORDER BY place LIMIT 1",
    );
    const near = await list(`zipCode=${zip?.place}&sortBy=name`);
    expect(near.length).toBeGreaterThan(0);
    const apart = await rows(
      `SELECT id FROM offers WHERE id = ANY($1) AND service_area_id IS NOT NULL AND service_area_id NOT IN
         (SELECT service_area_id FROM service_area_places WHERE place = $2 OR place ~ '^[A-Z]')`,
      [near.map(({ id }) => id), zip?.place],
    );
    expect(apart).toEqual([]);
  });

  it('returns the same search results with every query plan', async () => {
    const sql = harness.app.get(Sql);
    const reseller = { id: seeded.teams.resellers[0]?.id ?? '', verified: true, needsLicenses: false };
    const found = async (
      query: ListCatalog,
      search: SearchQuery,
      way?: SearchStrategy,
      after?: CursorPosition,
    ) => {
      const place = { index: 0, limit: 40, strategy: way, after, view: catalogOfferJson };
      return sql.rows(segmentPage(reseller, query, search, place) ?? { text: '', values: [] });
    };
    for (const sortBy of sortKeys)
      for (const sortOrder of ['asc', 'desc'] as const)
        for (const words of ['internet', 'fiber backbone', '"cloud dvr" -sports', 'alarm or "fixed rate"']) {
          const query = { sortBy, sortOrder, search: words, currency: 'USD' };
          const search = await harness.app.get(SearchService).parse(words);
          if (!search) throw new Error('No search');
          const page = await found(query, search);
          const walk: SearchStrategy = { kind: 'walk', within: 100_000 };
          expect(await found(query, search, walk)).toEqual(page);
          if (page.length <= 10) continue;
          const [segment] = sortSegments(query, search);
          const columns = segment ? keyColumns([{ index: 0, segment }], catalogOfferJson) : [];
          const keys = segment ? keyIndexes(segment, catalogOfferJson, columns) : [];
          const at = ['0', ...keys.map(([, index]) => page[10]?.[index] ?? '')];
          const rest = await found(query, search, undefined, at);
          expect(rest.slice(0, 29)).toEqual(page.slice(11));
          expect(await found(query, search, walk, at)).toEqual(rest);
          expect(search.maxMatches).toBeGreaterThanOrEqual(page.length / 2);
        }
  });

  it('estimates the size of a result correctly if Postgres runs queries in parallel', async () => {
    // Otherwise the statistics may change between the two estimates.
    await rows('ALTER TABLE offers SET (autovacuum_enabled = off)');
    for (const setting of ['parallel_setup_cost', 'parallel_tuple_cost', 'min_parallel_table_scan_size'])
      await rows(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${setting} = 0`);
    // A cached estimate would be based on earlier statistics.
    harness.app.get(SearchService).clearSizes();
    const sharing = await start({}, database.url);
    try {
      const sizes = [harness, sharing].map(({ app }) => app.get(SearchService).parse('fiber backbone'));
      const [alone, shared] = await Promise.all(sizes);
      expect(shared).toEqual(alone);
      expect(shared?.active).toBeGreaterThan(shared?.maxMatches ?? Infinity);
      expect(shared?.maxMatches).toBeGreaterThan(0);
    } finally {
      await sharing.stop();
    }
  });

  it('creates the same data from the same seed, and different data from another', async () => {
    const again = await createDatabase();
    const other = new Client({ connectionString: again.url });
    await other.connect();
    const content = `SELECT md5(string_agg(o::text, '' ORDER BY id)) AS sum FROM (SELECT o.*, a.zip_codes, a.states
       FROM offers o LEFT JOIN service_areas a ON a.id = o.service_area_id) o`;
    await seed(again.url, options, quiet);
    expect((await other.query(content)).rows).toEqual(await rows(content));
    await expect(seed(again.url, options, quiet)).rejects.toThrow('--seed 1 already exists');
    // If offers already exist, the triggers stay enabled and log the changes.
    await seed(again.url, { ...options, offers: 200, seed: 2 }, quiet);
    const counts = await other.query(`
      SELECT count(*)::int AS offers, (SELECT count(*)::int FROM catalog_changes WHERE kind = 'offer') AS logged,
             count(*) FILTER (WHERE status = 'active' AND id NOT IN (SELECT offer_id FROM catalog_changes))::int AS unlogged
        FROM offers WHERE created_at IS NOT NULL`);
    expect(counts.rows[0]).toMatchObject({ offers: 5200 });
    expect(counts.rows[0].logged).toBeGreaterThan(100);
    await other.end();
    await again.drop();
  });
});

describe('the command line of npm run seed', () => {
  it('has defaults', () => {
    expect(readOptions(['--offers', '1000000'])).toEqual({
      offers: 1_000_000,
      orders: 0,
      seed: 1,
      teams: 2500,
    });
  });

  it('creates offers for the orders', () => {
    expect(readOptions(['--orders', '500'])).toEqual({ offers: 10_000, orders: 500, seed: 1, teams: 25 });
  });

  it.each([
    [[], '--offers is missing'],
    [['--offers', 'many'], '--offers is "many"; it must be a whole number from 1 to 20000000'],
    [['--offers', '1e3'], '--offers is "1e3"'],
    [['--offers', '10', '--seed', '-1'], "'--seed'"],
    [['--offers', '10', '--teams', '2'], '--teams is "2"; it must be a whole number from 3 to 100000'],
    [['--offers', '10', '--colour', 'red'], "Unknown option '--colour'"],
    [['10'], 'Unexpected argument'],
  ])('%j is rejected', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });

  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/seed/seed-cli.js', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, DATABASE_URL: 'not a URL' },
    });

  it('reports errors with the usage', () => {
    const { status, stderr } = run('--offers', '0');
    expect(status).toBe(1);
    expect(stderr).toContain('--offers is "0"');
    expect(stderr).toContain('Usage: npm run seed');
  });

  it.each(['--help', '-h'])('%s prints the usage without a database', (flag) => {
    const { status, stdout, stderr } = run(flag);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: npm run seed.*--teams/s);
  });
});

describe('the progress', () => {
  it('is a bar on a terminal and plain lines elsewhere', () => {
    for (const isTTY of [true, false]) {
      let shown = '';
      const progress = new Progress({ isTTY, write: (text) => (shown += text) }, () => 0);
      progress.step('Offers', 500, 1000);
      progress.step('Offers', 1000, 1000);
      expect(shown).toContain('100 %  1,000 of 1,000');
      expect(shown.includes('[###')).toBe(isTTY);
    }
  });
});
