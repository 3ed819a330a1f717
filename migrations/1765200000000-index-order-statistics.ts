import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What statistics read of an item, besides the team and the time of the order. */
const counted =
  'order_id, status, category, respond_by, accepted_at, completed_at, activated_at, ended_at, scheduled_for, scheduled_until';

export class IndexOrderStatistics1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When the item was first completed or active; ended_at is later if it was completed before it was activated.
      ALTER TABLE order_items ADD completed_at timestamptz(3);
      -- Statistics read only these indexes: the rows are wide, because they contain snapshots.
      DROP INDEX order_items_newest_idx, order_items_partner_idx;
      CREATE INDEX order_items_newest_idx ON order_items (provider_team_id, created_at, id)
        INCLUDE (reseller_team_id, ${counted});
      CREATE INDEX order_items_partner_idx ON order_items (reseller_team_id, provider_team_id, created_at, order_id)
        INCLUDE (${counted.replace('order_id, ', '')});
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX order_items_newest_idx, order_items_partner_idx;
      ALTER TABLE order_items DROP completed_at;
      CREATE INDEX order_items_newest_idx ON order_items (provider_team_id, created_at, id);
      CREATE INDEX order_items_partner_idx ON order_items (reseller_team_id, provider_team_id, created_at, order_id);
    `);
  }
}
