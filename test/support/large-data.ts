import type { Client } from 'pg';

/** The byte budget of an answer. */
export const maxAnswerBytes = 4 * 1024 * 1024;

/** 10,000 characters, the maximum of most texts. */
const longText = "repeat('lång text ', 1000)";

/**
 * Stores objects of the largest size that the API accepts, many more than fit into an answer: 100 offers, 60 of which
 * have 45,000 ZIP codes each, 100 products with long descriptions in 30 offerings, and 150 product offerings in a default catalog.
 */
export async function storeLargeData(client: Client, teamId: string): Promise<void> {
  const run = async (sql: string) => void (await client.query(sql.replaceAll(':team', `'${teamId}'::uuid`)));
  const owned = "gen_random_uuid(), :team, 1, now(), now() - n * interval '1 minute'";
  const ownedColumns = 'id, team_id, version, updated_at, created_at';
  // In one transaction, because housekeeping deletes areas without offers.
  await run('BEGIN');
  await run(`INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count)
    SELECT gen_random_uuid(), :team, decode(md5('large'), 'hex'),
           (SELECT array_agg(zip::text) FROM generate_series(10001, 55000) zip), '{TX}', 45000`);
  await run(`INSERT INTO offers (${ownedColumns}, name, status, metadata, key_features, currency, compliance_status,
      description, marketing_description, overview, submission_config, service_area_id)
    SELECT ${owned}, 'Large ' || n, 'active', '{}', '{}', 'USD', 'unknown', ${longText}, ${longText}, ${longText},
           jsonb_build_object('notes', ${longText}), CASE WHEN n <= 60 THEN (SELECT id FROM service_areas WHERE hash = decode(md5('large'), 'hex')) END
      FROM generate_series(1, 100) n`);
  await run(`INSERT INTO products (${ownedColumns}, name, description, type, category, metadata, features)
    SELECT ${owned}, 'Product ' || n, ${longText}, 'SUBSCRIPTION', 'SUBSCRIPTION_CELL',
           jsonb_build_object('notes', ${longText}), '{}' FROM generate_series(1, 150) n`);
  await run(`INSERT INTO offerings (${ownedColumns}, name, complete)
    SELECT ${owned}, 'Offering ' || n, true FROM generate_series(1, 30) n`);
  await run(`INSERT INTO offering_products (id, team_id, offering_id, position, name, description, created_at, updated_at)
    SELECT gen_random_uuid(), :team, offering.id, n, 'Product ' || n, ${longText}, now(), now()
      FROM offerings offering, generate_series(1, 100) n WHERE offering.team_id = :team`);
  await run(`INSERT INTO offering_plans (id, team_id, offering_id, position, name, billing_interval_type, billing_frequency,
      plan_length, end_behavior, can_pause, can_resume, can_cancel, created_at, updated_at)
    SELECT gen_random_uuid(), :team, id, 0, 'Monthly', 'month', 1, 12, 'roll', true, true, true, now(), now()
      FROM offerings WHERE team_id = :team`);
  await run(`INSERT INTO product_offering_groups (${ownedColumns}, slug, name, category, description, internal_description)
    SELECT ${owned}, 'group-' || n, 'Group ' || n, 'SUBSCRIPTION_CELL', ${longText}, ${longText} FROM generate_series(1, 250) n`);
  await run(`INSERT INTO product_offerings (${ownedColumns}, name, status, customer_type, price, default_currency,
      price_type, bound_months, addon_categories, metadata, description, rich_content, product_id, product_type, group_id)
    SELECT gen_random_uuid(), :team, 1, now(), created_at, name, 'AVAILABLE', 'CONSUMER',
           '{"EUR": {"amount": 1990, "includes_tax": true}}', 'EUR', 'ONE_TIME', 0, '{}', '{}', ${longText},
           repeat('<p>lång text</p>', 3500), id, type,
           (SELECT id FROM product_offering_groups WHERE team_id = :team AND slug = 'group-1')
      FROM products WHERE team_id = :team AND type IS NOT NULL`);
  await run(`UPDATE product_catalogs SET is_default = false WHERE team_id = :team`);
  await run(`INSERT INTO product_catalogs (${ownedColumns}, name, customer_type, is_default, metadata)
    SELECT ${owned}, 'Catalog', 'CONSUMER', true, '{}' FROM generate_series(1, 1) n`);
  await run(`INSERT INTO product_catalog_items (product_catalog_id, position, team_id, product_offering_id)
    SELECT (SELECT id FROM product_catalogs WHERE team_id = :team AND is_default), row_number() OVER (ORDER BY id) - 1,
           :team, id FROM product_offerings WHERE team_id = :team`);
  await run('COMMIT');
  await run('ANALYZE');
}
