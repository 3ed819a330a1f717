import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProductOfferings1764000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Product offerings reference a product by ID, team and type; see product_offerings_product_fk.
      ALTER TABLE products ADD CONSTRAINT products_id_team_type_uq UNIQUE (id, team_id, type);
      CREATE INDEX products_category_idx ON products (category) WHERE category IS NOT NULL;
      CREATE INDEX products_countries_idx ON products USING gin ((features -> 'countries'));
      CREATE INDEX products_regions_idx ON products USING gin ((features -> 'regions'));

      CREATE TABLE product_offering_groups (
        id uuid CONSTRAINT product_offering_groups_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT product_offering_groups_team_fk REFERENCES teams,
        slug text NOT NULL CONSTRAINT product_offering_groups_slug_ck
          CHECK (slug ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
        name text NOT NULL CONSTRAINT product_offering_groups_name_ck CHECK (btrim(name) <> ''),
        category text NOT NULL,
        description text,
        internal_description text,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT product_offering_groups_slug_uq UNIQUE (team_id, slug)
      );
      CREATE INDEX product_offering_groups_newest_idx ON product_offering_groups (team_id, created_at, id);

      CREATE TABLE product_offerings (
        id uuid CONSTRAINT product_offerings_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT product_offerings_team_fk REFERENCES teams,
        product_id uuid NOT NULL,
        product_type text NOT NULL,
        group_id uuid CONSTRAINT product_offerings_group_fk REFERENCES product_offering_groups,
        name text NOT NULL CONSTRAINT product_offerings_name_ck CHECK (btrim(name) <> ''),
        status text NOT NULL CONSTRAINT product_offerings_status_ck CHECK (status IN ('AVAILABLE', 'ARCHIVED')),
        description text,
        rich_content text,
        customer_type text NOT NULL CONSTRAINT product_offerings_customer_type_ck
          CHECK (customer_type IN ('CONSUMER', 'BUSINESS')),
        price jsonb NOT NULL CONSTRAINT product_offerings_price_ck CHECK (jsonb_typeof(price) = 'object'),
        default_currency char(3) NOT NULL,
        price_type text NOT NULL CONSTRAINT product_offerings_price_type_ck
          CHECK (price_type IN ('ONE_TIME', 'RECURRING')),
        bound_months integer NOT NULL CONSTRAINT product_offerings_bound_months_ck CHECK (bound_months >= 0),
        billing_period text CONSTRAINT product_offerings_billing_period_ck
          CHECK (billing_period IN ('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')),
        billing_interval integer CONSTRAINT product_offerings_billing_interval_ck CHECK (billing_interval >= 1),
        addon_categories text[] NOT NULL,
        internal_description text,
        image_url text,
        metadata jsonb NOT NULL CONSTRAINT product_offerings_metadata_ck
          CHECK (jsonb_typeof(metadata) = 'object'),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT product_offerings_id_team_uq UNIQUE (id, team_id),
        -- The product must belong to the same team. While it is offered, it cannot be deleted and its type
        -- cannot change.
        CONSTRAINT product_offerings_product_fk FOREIGN KEY (product_id, team_id, product_type)
          REFERENCES products (id, team_id, type),
        CONSTRAINT product_offerings_default_currency_ck CHECK (jsonb_exists(price, default_currency::text)),
        CONSTRAINT product_offerings_billing_cycle_ck CHECK (
          (billing_period IS NOT NULL) = (price_type = 'RECURRING')
          AND (billing_interval IS NOT NULL) = (price_type = 'RECURRING')),
        CONSTRAINT product_offerings_addon_ck CHECK
          ((cardinality(addon_categories) > 0) = (product_type = 'ADDON'))
      );
      CREATE INDEX product_offerings_newest_idx ON product_offerings (team_id, status, created_at, id);
      CREATE INDEX product_offerings_available_idx ON product_offerings (created_at, id)
        WHERE status = 'AVAILABLE';
      CREATE INDEX product_offerings_type_idx ON product_offerings (product_type, created_at, id)
        WHERE status = 'AVAILABLE';
      CREATE INDEX product_offerings_product_idx ON product_offerings (product_id);
      CREATE INDEX product_offerings_group_idx ON product_offerings (group_id) WHERE group_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE product_offerings, product_offering_groups;
      DROP INDEX products_regions_idx, products_countries_idx, products_category_idx;
      ALTER TABLE products DROP CONSTRAINT products_id_team_type_uq;
    `);
  }
}
