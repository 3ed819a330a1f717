import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddKeyRetirement1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Rotation used to overwrite the expiry of the old key with the end of its grace period. The first key
    // that replaced it still has the expiry that it had before.
    await runner.query(`
      ALTER TABLE api_keys ADD retires_at timestamptz(3);
      UPDATE api_keys old SET retires_at = old.expires_at, expires_at = replacement.expires_at
        FROM (SELECT DISTINCT ON (rotated_from_id) rotated_from_id, expires_at FROM api_keys
               WHERE rotated_from_id IS NOT NULL ORDER BY rotated_from_id, id) replacement
       WHERE replacement.rotated_from_id = old.id AND old.revoked_at IS NULL AND old.expires_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE api_keys SET expires_at = least(expires_at, retires_at);
      ALTER TABLE api_keys DROP retires_at;
    `);
  }
}
