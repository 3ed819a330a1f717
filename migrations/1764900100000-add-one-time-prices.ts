import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['products', 'offering_products', 'product_offerings'];

export class AddOneTimePrices1764900100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // By currency, in minor units, like the price.
    for (const table of tables) await runner.query(`ALTER TABLE ${table} ADD one_time_price jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`ALTER TABLE ${table} DROP one_time_price`);
  }
}
