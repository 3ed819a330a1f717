import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOffers1764000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE offers (
        id uuid CONSTRAINT offers_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT offers_team_fk REFERENCES teams,
        name text NOT NULL CONSTRAINT offers_name_ck CHECK (btrim(name) <> ''),
        internal_name text,
        -- Each list is a single constant, because Postgres parses the checks for every statement, and lists
        -- of constants slowly. The application defines the categories, so that a new category needs no
        -- migration.
        category text CONSTRAINT offers_category_ck CHECK (category ~ '^[a-z][a-z0-9_]*$'),
        status text NOT NULL CONSTRAINT offers_status_ck CHECK (status = ANY
          ('{draft,active,inactive,archived}'::text[])),
        sku text,
        external_id text,
        metadata jsonb NOT NULL CONSTRAINT offers_metadata_ck CHECK (jsonb_typeof(metadata) = 'object'),
        description text,
        internal_description text,
        marketing_headline text,
        marketing_description text,
        key_features text[] NOT NULL,
        image_url text,
        overview text,
        submission_url text,
        submission_config jsonb CONSTRAINT offers_submission_config_ck
          CHECK (jsonb_typeof(submission_config) = 'object'),
        service_specific_data jsonb CONSTRAINT offers_service_data_ck
          CHECK (jsonb_typeof(service_specific_data) = 'object'),
        pricing_type text CONSTRAINT offers_pricing_type_ck CHECK (pricing_type = ANY
          ('{fixed,variable,tiered,custom}'::text[])),
        monthly_price_minor bigint CONSTRAINT offers_price_ck CHECK (monthly_price_minor >= 0),
        fees jsonb CONSTRAINT offers_fees_ck CHECK (jsonb_typeof(fees) = 'object'),
        currency char(3) NOT NULL,
        compliance_data jsonb CONSTRAINT offers_compliance_data_ck CHECK (jsonb_typeof(compliance_data) = 'object'),
        compliance_status text NOT NULL CONSTRAINT offers_compliance_status_ck CHECK (compliance_status = ANY
          ('{unknown,compliant,incomplete,non_compliant,exempt}'::text[])),
        compliance_notes text,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT offers_category_given_ck CHECK
          (category IS NOT NULL OR (service_specific_data IS NULL AND compliance_data IS NULL))
      );
      CREATE UNIQUE INDEX offers_sku_uq ON offers (team_id, sku) WHERE sku IS NOT NULL;
      CREATE INDEX offers_newest_idx ON offers (team_id, created_at, id);
      CREATE INDEX offers_external_id_idx ON offers (team_id, external_id) WHERE external_id IS NOT NULL;
      CREATE INDEX offers_catalog_idx ON offers (created_at, id) WHERE status = 'active';
      CREATE INDEX offers_catalog_category_idx ON offers (category, created_at, id) WHERE status = 'active';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE offers');
  }
}
