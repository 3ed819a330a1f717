import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProducts1764000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products (
        id uuid CONSTRAINT products_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT products_team_fk REFERENCES teams,
        name text NOT NULL CONSTRAINT products_name_ck CHECK (btrim(name) <> ''),
        internal_name text,
        description text,
        sku text,
        image_url text,
        external_ref text,
        price jsonb CONSTRAINT products_price_ck CHECK (jsonb_typeof(price) = 'object'),
        price_unit text CONSTRAINT products_price_unit_ck CHECK (price_unit IN ('day', 'month')),
        price_unit_amount integer CONSTRAINT products_price_unit_amount_ck CHECK (price_unit_amount >= 1),
        type text CONSTRAINT products_type_ck CHECK (type IN
          ('SUBSCRIPTION', 'ADDON', 'LICENSE', 'EXTERNAL_PRODUCT')),
        category text,
        network_provider_id text,
        features jsonb CONSTRAINT products_features_ck CHECK (jsonb_typeof(features) = 'object'),
        requirements jsonb CONSTRAINT products_requirements_ck CHECK (jsonb_typeof(requirements) = 'object'),
        metadata jsonb NOT NULL CONSTRAINT products_metadata_ck CHECK (jsonb_typeof(metadata) = 'object'),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT products_price_unit_both_ck CHECK ((price_unit IS NULL) = (price_unit_amount IS NULL)),
        CONSTRAINT products_category_type_ck CHECK (category IS NULL OR type IS NOT NULL)
      );
      CREATE UNIQUE INDEX products_external_ref_uq ON products (team_id, md5(external_ref))
        WHERE external_ref IS NOT NULL;
      CREATE INDEX products_newest_idx ON products (team_id, created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE products');
  }
}
