import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makePromotion } from '../support/product-offering-factories.js';
import { recordStatements } from '../support/recorded-statements.js';

const rows = 50_000;

/** Inserts 50 providers with 1,000 product offerings each, with uneven categories, countries and statuses. */
const insertRows = `
  INSERT INTO teams SELECT gen_random_uuid(), 'seller ' || i, 'provider', now(), NULL, 'EUR', 1, now(), now()
    FROM generate_series(1, 49) i;
  CREATE TEMP TABLE seller AS SELECT id, row_number() OVER () - 1 AS n FROM teams WHERE role = 'provider';
  INSERT INTO products (id, team_id, name, type, category, features, metadata, version, created_at, updated_at)
    SELECT gen_random_uuid(), s.id, 'product ' || i,
           CASE WHEN i / 50 % 100 = 7 THEN 'ADDON' ELSE 'SUBSCRIPTION' END,
           CASE WHEN i / 50 % 100 = 7 THEN 'EXTRA_DATA' ELSE 'SUBSCRIPTION_CELL' END,
           CASE WHEN i / 50 % 100 = 3 THEN '{"countries": ["SE"], "regions": ["EUROPE"]}' ELSE '{}' END::jsonb,
           '{}', 1, now(), now()
      FROM generate_series(1, 10000) i JOIN seller s ON s.n = i % 50;
  INSERT INTO product_offerings (id, team_id, product_id, product_type, name, status, customer_type, price,
      default_currency, price_type, bound_months, addon_categories, metadata, version, created_at, updated_at)
    SELECT gen_random_uuid(), p.team_id, p.id, p.type, p.name || j,
           CASE WHEN j = 5 THEN 'ARCHIVED' ELSE 'AVAILABLE' END,
           CASE WHEN j % 2 = 0 THEN 'BUSINESS' ELSE 'CONSUMER' END,
           '{"EUR": {"amount": 1990, "includes_tax": true}}', 'EUR', 'ONE_TIME', 0,
           CASE WHEN p.type = 'ADDON' THEN '{SUBSCRIPTION_CELL}' ELSE '{}' END::text[], '{}', 1,
           now() - random() * interval '300 days', now()
      FROM products p CROSS JOIN generate_series(1, 5) j;
  ANALYZE`;

describe(`lists over ${rows} product offerings`, () => {
  let harness: Harness;
  let provider: TestTeam;
  let reseller: TestTeam;
  let dataSource: DataSource;

  beforeAll(async () => {
    harness = await start();
    provider = await makeTeam(harness, 'provider');
    reseller = await makeTeam(harness, 'reseller');
    dataSource = harness.app.get(DataSource);
    await dataSource.query(insertRows);
    // Postgres would choose different plans for smaller tables.
    const [count] = await dataSource.query('SELECT count(*)::int AS all FROM product_offerings');
    expect(count.all).toBe(rows);
    await makePromotion(harness, provider, { promoCode: 'SUMMER' });
  }, 120_000);
  afterAll(() => harness.stop());

  /** Returns the query plan of every SQL statement of a request, except those of the API key cache. */
  async function plansOf(path: string, team: TestTeam): Promise<string[]> {
    let itemCount = 0;
    const statements = await recordStatements(harness, async () => {
      const { body } = await harness.call('GET', path, undefined, team);
      itemCount = body.items.length;
    });
    expect(itemCount).toBeGreaterThan(0);
    const plans = [];
    for (const { sql, parameters } of statements) {
      const lines: { 'QUERY PLAN': string }[] = await dataSource.query(`EXPLAIN ${sql}`, parameters);
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
    }
    return plans;
  }

  it.each([
    ['provider', ''],
    ['provider', 'status=ARCHIVED'],
    ['provider', 'type=ADDON'],
    ['provider', 'categories=EXTRA_DATA'],
    ['provider', 'customerType=BUSINESS&limit=100&promoCode=SUMMER'],
    ['reseller', ''],
    ['reseller', 'limit=100&promoCode=SUMMER'],
    ['reseller', 'type=ADDON'],
    ['reseller', 'type=SUBSCRIPTION,ADDON'],
    ['reseller', 'categories=EXTRA_DATA'],
    ['reseller', 'categories=SUBSCRIPTION_CELL'],
    ['reseller', 'countries=SE&regions=EUROPE'],
    ['reseller', 'customerType=BUSINESS'],
  ])('lists for a %s without a sequential scan: %s', async (role, query) => {
    const plans = await plansOf(`/product-offerings?${query}`, role === 'provider' ? provider : reseller);
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on product(s|_offerings)\b/);
  });
});
