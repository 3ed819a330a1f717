import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DeleteEndpointsLater1765320000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A deleted endpoint is no longer visible. Its deliveries, which can be many, and its row are deleted later.
      ALTER TABLE webhook_endpoints ADD deleted_at timestamptz(3),
        ADD CONSTRAINT webhook_endpoints_deleted_ck CHECK (deleted_at IS NULL OR (NOT enabled AND sealed IS NULL));
      CREATE INDEX webhook_endpoints_deleted_idx ON webhook_endpoints (deleted_at) WHERE deleted_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM webhook_endpoints WHERE deleted_at IS NOT NULL;
      DROP INDEX webhook_endpoints_deleted_idx;
      ALTER TABLE webhook_endpoints DROP CONSTRAINT webhook_endpoints_deleted_ck, DROP deleted_at;
    `);
  }
}
