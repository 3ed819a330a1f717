import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePromotions1764000410000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE discounts (
        id uuid CONSTRAINT discounts_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT discounts_team_fk REFERENCES teams,
        description text NOT NULL,
        tag text,
        kind text NOT NULL CONSTRAINT discounts_kind_ck CHECK (kind IN ('PERCENT', 'AMOUNT')),
        percent numeric(7,4) CONSTRAINT discounts_percent_ck CHECK (percent > 0 AND percent <= 100),
        amounts jsonb CONSTRAINT discounts_amounts_ck CHECK (jsonb_typeof(amounts) = 'object'),
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT discounts_id_team_uq UNIQUE (id, team_id),
        CONSTRAINT discounts_kind_value_ck CHECK
          ((percent IS NOT NULL) = (kind = 'PERCENT') AND (amounts IS NOT NULL) = (kind = 'AMOUNT'))
      );
      CREATE INDEX discounts_newest_idx ON discounts (team_id, created_at, id);

      CREATE TABLE promotions (
        id uuid CONSTRAINT promotions_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT promotions_team_fk REFERENCES teams,
        discount_id uuid NOT NULL,
        promo_code text NOT NULL CONSTRAINT promotions_promo_code_ck CHECK (promo_code ~ '^[A-Z0-9_-]{1,64}$'),
        discount_period_months integer NOT NULL CONSTRAINT promotions_period_ck
          CHECK (discount_period_months >= 1),
        valid_from date,
        valid_to date,
        max_redemptions integer CONSTRAINT promotions_max_ck CHECK (max_redemptions >= 1),
        redemption_count integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT promotions_id_team_uq UNIQUE (id, team_id),
        -- The code is the first column, so that resellers, who look up all providers' codes, can also use the
        -- index.
        CONSTRAINT promotions_promo_code_uq UNIQUE (promo_code, team_id),
        CONSTRAINT promotions_discount_fk FOREIGN KEY (discount_id, team_id) REFERENCES discounts (id, team_id),
        CONSTRAINT promotions_validity_ck CHECK (valid_from <= valid_to),
        CONSTRAINT promotions_redemptions_ck CHECK
          (redemption_count >= 0 AND (max_redemptions IS NULL OR redemption_count <= max_redemptions))
      );
      CREATE INDEX promotions_newest_idx ON promotions (team_id, created_at, id);
      CREATE INDEX promotions_discount_idx ON promotions (discount_id);

      CREATE TABLE promotion_targets (
        promotion_id uuid NOT NULL,
        position integer NOT NULL,
        team_id uuid NOT NULL CONSTRAINT promotion_targets_team_fk REFERENCES teams,
        product_offering_id uuid,
        group_slug text,
        category text,
        customer_type text CONSTRAINT promotion_targets_customer_type_ck
          CHECK (customer_type IN ('CONSUMER', 'BUSINESS')),
        CONSTRAINT promotion_targets_pk PRIMARY KEY (promotion_id, position),
        CONSTRAINT promotion_targets_promotion_fk FOREIGN KEY (promotion_id, team_id)
          REFERENCES promotions (id, team_id) ON DELETE CASCADE,
        CONSTRAINT promotion_targets_offering_fk FOREIGN KEY (product_offering_id, team_id)
          REFERENCES product_offerings (id, team_id) ON DELETE CASCADE,
        CONSTRAINT promotion_targets_group_fk FOREIGN KEY (team_id, group_slug)
          REFERENCES product_offering_groups (team_id, slug),
        CONSTRAINT promotion_targets_one_ck CHECK
          (num_nonnulls(product_offering_id, group_slug, category, customer_type) = 1)
      );
      CREATE INDEX promotion_targets_offering_idx ON promotion_targets (product_offering_id)
        WHERE product_offering_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE promotion_targets, promotions, discounts');
  }
}
