import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { recordStatements } from '../support/recorded-statements.js';
import { Shop } from '../support/subscriptions.js';

const rows = 50_000;

/** 50 providers with 1,000 products and 1,000 offerings each, a tenth of them incomplete. */
const fill = `
  INSERT INTO teams SELECT gen_random_uuid(), 'seller ' || i, 'provider', now(), NULL, 'EUR', 1, now(), now()
    FROM generate_series(1, 49) i;
  CREATE TEMP TABLE seller AS SELECT id, row_number() OVER () - 1 AS n FROM teams WHERE role = 'provider';
  INSERT INTO products (id, team_id, name, external_ref, metadata, version, created_at, updated_at)
    SELECT gen_random_uuid(), s.id, 'product ' || i, 'ref-' || i, '{}', 1, now() - i * interval '1 minute', now()
      FROM generate_series(1, ${rows}) i JOIN seller s ON s.n = i % 50;
  INSERT INTO plans SELECT gen_random_uuid(), team_id, name, NULL, external_ref, 'month', 1, 12, NULL, 'roll',
           true, true, true, 10, NULL, 1, created_at, now() FROM products;
  INSERT INTO offerings SELECT gen_random_uuid(), team_id, name, NULL, external_ref, random() > 0.1, 1, created_at, now()
    FROM products;
  INSERT INTO offering_products SELECT gen_random_uuid(), team_id, id, NULL, p, 'Part', NULL, NULL, NULL,
           'part-' || p || '-' || external_ref, '{"EUR": {"amount": 100, "includes_tax": false}}', NULL, NULL, now(), now()
      FROM offerings CROSS JOIN generate_series(1, 3) p WHERE complete;
  INSERT INTO offering_plans SELECT gen_random_uuid(), team_id, id, NULL, p, 'Plan', NULL, NULL, 'month', 1, 12,
           NULL, 'roll', true, true, true, 10, NULL, now(), now()
      FROM offerings CROSS JOIN generate_series(1, 2) p WHERE complete;
  ANALYZE`;

let harness: Harness;
const shops: Record<string, Shop> = {};

beforeAll(async () => {
  harness = await start();
  for (const role of ['provider', 'reseller', 'hybrid'] as const)
    shops[role] = new Shop(harness, await makeTeam(harness, role));
  // Not over the service's connections, which limit how long a statement takes.
  const client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  await client.query(fill);
  await client.end();
}, 120_000);
afterAll(() => harness.stop());

/** Returns the query plans of a request's statements, except for the count, which must scan all rows. */
async function plansOf(path: string, shop: Shop): Promise<string[]> {
  const statements = await recordStatements(harness, async () => {
    expect((await shop.get(path)).body.data.length).toBeGreaterThan(0);
  });
  const plans = [];
  for (const { sql, parameters } of statements.filter(({ sql }) => !/COUNT\(/.test(sql))) {
    const lines: { 'QUERY PLAN': string }[] = await harness.app
      .get(DataSource)
      .query(`EXPLAIN ${sql}`, parameters);
    plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
  }
  return plans;
}

it.each([
  ['provider', '/products'],
  ['provider', '/products?page[offset]=900&page[limit]=100'],
  ['provider', '/products?filter=eq(external_ref,ref-50)'],
  ['provider', '/plans'],
  ['provider', '/plans?filter=eq(external_ref,ref-50)'],
  ['provider', '/offerings'],
  ['provider', '/offerings?page[limit]=100&include=products,plans'],
  ['reseller', '/offerings'],
  ['reseller', '/offerings?page[offset]=10000&page[limit]=100&include=products,plans'],
  ['reseller', '/offerings?filter=in(external_product_refs,part-1-ref-1,part-1-ref-2,part-1-ref-3)'],
  ['hybrid', '/offerings'],
  ['hybrid', '/offerings?page[limit]=100&include=products,plans'],
  ['hybrid', '/offerings?filter=in(external_product_refs,part-1-ref-1,part-1-ref-2,part-1-ref-3)'],
] as const)('uses indexes for a %s and %s', async (role, path) => {
  const shop = shops[role];
  if (!shop) throw new Error('no such team');
  const plans = await plansOf(path, shop);
  expect(plans.length).toBeGreaterThan(0);
  // The few suspended teams are found by scanning all teams.
  for (const plan of plans) expect(plan.replace(/Seq Scan on teams/g, '')).not.toMatch(/Seq Scan/);
});
