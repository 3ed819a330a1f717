import type { MigrationInterface, QueryRunner } from 'typeorm';

const keepVisibleTime = (hidden: readonly string[]) => `
  CREATE OR REPLACE FUNCTION product_offerings_keep_visible_time() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      seen product_offerings := NEW;
    BEGIN
      IF NEW.version = OLD.version THEN
        RETURN NEW;
      END IF;
      ${hidden.map((column) => `seen.${column} := OLD.${column};`).join('\n      ')}
      seen.version := OLD.version;
      seen.updated_at := OLD.updated_at;
      NEW.visible_updated_at := CASE WHEN seen IS NOT DISTINCT FROM OLD
        THEN coalesce(OLD.visible_updated_at, OLD.updated_at) END;
      RETURN NEW;
    END $$`;

export class AddExternalIds1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products ADD external_id text;
      CREATE INDEX products_external_id_idx ON products (team_id, external_id) WHERE external_id IS NOT NULL;
      -- A SKU of a product can be too long for an index.
      CREATE INDEX products_sku_idx ON products (team_id, md5(sku)) WHERE sku IS NOT NULL;

      ALTER TABLE product_offerings ADD external_id text;
      CREATE INDEX product_offerings_external_id_idx ON product_offerings (team_id, external_id)
        WHERE external_id IS NOT NULL;

      -- Other teams see neither the internal description nor the external ID.
      ${keepVisibleTime(['internal_description', 'external_id'])};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${keepVisibleTime(['internal_description'])};
      ALTER TABLE product_offerings DROP external_id;
      DROP INDEX products_sku_idx;
      ALTER TABLE products DROP external_id;
    `);
  }
}
