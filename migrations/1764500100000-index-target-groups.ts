import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexTargetGroups1764500100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- For deleting a group, which promotions may target.
      CREATE INDEX promotion_targets_group_idx ON promotion_targets (team_id, group_slug)
        WHERE group_slug IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX promotion_targets_group_idx');
  }
}
