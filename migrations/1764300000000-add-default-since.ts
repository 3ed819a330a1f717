import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddDefaultSince1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Since when the provider has had a default catalog for the customer type; null in other catalogs.
      ALTER TABLE product_catalogs ADD default_since timestamptz(3);
      UPDATE product_catalogs SET default_since = created_at WHERE is_default;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE product_catalogs DROP default_since');
  }
}
