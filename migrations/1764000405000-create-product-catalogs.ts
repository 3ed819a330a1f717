import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProductCatalogs1764000405000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_catalogs (
        id uuid CONSTRAINT product_catalogs_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT product_catalogs_team_fk REFERENCES teams,
        name text NOT NULL CONSTRAINT product_catalogs_name_ck CHECK (btrim(name) <> ''),
        description text,
        customer_type text NOT NULL CONSTRAINT product_catalogs_customer_type_ck
          CHECK (customer_type IN ('CONSUMER', 'BUSINESS')),
        is_default boolean NOT NULL,
        external_reference text,
        metadata jsonb NOT NULL CONSTRAINT product_catalogs_metadata_ck
          CHECK (jsonb_typeof(metadata) = 'object'),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      CREATE INDEX product_catalogs_newest_idx ON product_catalogs (team_id, created_at, id);
      CREATE UNIQUE INDEX product_catalogs_default_uq ON product_catalogs (customer_type, team_id)
        WHERE is_default;

      CREATE TABLE product_catalog_items (
        product_catalog_id uuid CONSTRAINT product_catalog_items_catalog_fk
          REFERENCES product_catalogs ON DELETE CASCADE,
        position integer NOT NULL,
        team_id uuid NOT NULL CONSTRAINT product_catalog_items_team_fk REFERENCES teams,
        product_offering_id uuid NOT NULL,
        CONSTRAINT product_catalog_items_pk PRIMARY KEY (product_catalog_id, position),
        CONSTRAINT product_catalog_items_once_uq UNIQUE (product_catalog_id, product_offering_id),
        CONSTRAINT product_catalog_items_offering_fk FOREIGN KEY (product_offering_id, team_id)
          REFERENCES product_offerings (id, team_id) ON DELETE CASCADE
      );
      CREATE INDEX product_catalog_items_offering_idx ON product_catalog_items (product_offering_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE product_catalog_items, product_catalogs');
  }
}
