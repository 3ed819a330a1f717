import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexOrderWarnings1765100100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Few items have an open request for cancellation, or are late, so these indexes are small.
      CREATE INDEX order_items_cancel_idx ON order_items (provider_team_id, created_at, id)
        WHERE cancel_requested_at IS NOT NULL;
      CREATE INDEX order_items_own_cancel_idx ON order_items (reseller_team_id, created_at, order_id)
        WHERE cancel_requested_at IS NOT NULL;
      CREATE INDEX order_items_jeopardy_idx ON order_items (provider_team_id, created_at, id)
        WHERE jeopardy_since IS NOT NULL;
      CREATE INDEX order_items_own_jeopardy_idx ON order_items (reseller_team_id, created_at, order_id)
        WHERE jeopardy_since IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX order_items_cancel_idx, order_items_own_cancel_idx, order_items_jeopardy_idx,
      order_items_own_jeopardy_idx`);
  }
}
