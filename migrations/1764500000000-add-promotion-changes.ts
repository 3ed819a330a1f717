import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddPromotionChanges1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE discounts ADD version integer NOT NULL DEFAULT 1;
      ALTER TABLE promotions
        ADD version integer NOT NULL DEFAULT 1,
        ADD active boolean NOT NULL DEFAULT true,
        DROP CONSTRAINT promotions_promo_code_uq;
      -- It keeps the name of the constraint, by which the previous release recognizes a duplicate.
      CREATE UNIQUE INDEX promotions_promo_code_uq ON promotions (promo_code, team_id) WHERE active;
      CREATE INDEX promotions_promo_code_idx ON promotions (promo_code, team_id);
    `);
  }

  /** Keeps stopped promotions stopped, by their dates, and renames those whose code another promotion has. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE promotions SET valid_from = least(valid_from, current_date - 1), valid_to = least(valid_to, current_date - 1)
       WHERE NOT active;
      UPDATE promotions p SET promo_code = upper(left(promo_code, 27) || '-' || id)
       WHERE NOT active AND EXISTS
         (SELECT FROM promotions o WHERE o.team_id = p.team_id AND o.promo_code = p.promo_code AND o.id <> p.id);
      DROP INDEX promotions_promo_code_uq, promotions_promo_code_idx;
      ALTER TABLE promotions
        ADD CONSTRAINT promotions_promo_code_uq UNIQUE (promo_code, team_id),
        DROP version,
        DROP active;
      ALTER TABLE discounts DROP version;
    `);
  }
}
