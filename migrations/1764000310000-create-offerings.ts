import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOfferings1764000310000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE offerings (
        id uuid CONSTRAINT offerings_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT offerings_team_fk REFERENCES teams,
        name text NOT NULL CONSTRAINT offerings_name_ck CHECK (btrim(name) <> ''),
        description text,
        external_ref text,
        -- Whether the offering has at least one product and one plan. Updated under a lock on the row.
        complete boolean NOT NULL,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      -- The reference is the first column, so that resellers, who search all teams' offerings, can also use
      -- the index.
      CREATE UNIQUE INDEX offerings_external_ref_uq ON offerings (md5(external_ref), team_id)
        WHERE external_ref IS NOT NULL;
      CREATE INDEX offerings_newest_idx ON offerings (team_id, created_at, id);
      -- For lists of resellers and of hybrid teams, which also see their own incomplete offerings.
      CREATE INDEX offerings_complete_idx ON offerings (created_at, id, team_id) WHERE complete;
      CREATE INDEX offerings_oldest_idx ON offerings (created_at, id, team_id, complete);

      CREATE TABLE offering_products (
        id uuid CONSTRAINT offering_products_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT offering_products_team_fk REFERENCES teams,
        offering_id uuid NOT NULL CONSTRAINT offering_products_offering_fk
          REFERENCES offerings ON DELETE CASCADE,
        origin_id uuid CONSTRAINT offering_products_origin_fk REFERENCES products ON DELETE RESTRICT,
        position integer NOT NULL,
        name text NOT NULL CONSTRAINT offering_products_name_ck CHECK (btrim(name) <> ''),
        description text,
        sku text,
        image_url text,
        external_ref text,
        price jsonb CONSTRAINT offering_products_price_ck CHECK (jsonb_typeof(price) = 'object'),
        price_unit text CONSTRAINT offering_products_price_unit_ck CHECK (price_unit IN ('day', 'month')),
        price_unit_amount integer CONSTRAINT offering_products_price_unit_amount_ck CHECK (price_unit_amount >= 1),
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT offering_products_price_unit_both_ck CHECK ((price_unit IS NULL) = (price_unit_amount IS NULL))
      );
      CREATE UNIQUE INDEX offering_products_origin_uq ON offering_products (origin_id, offering_id);
      CREATE UNIQUE INDEX offering_products_position_uq ON offering_products (offering_id, position);
      CREATE INDEX offering_products_external_ref_idx ON offering_products (md5(external_ref))
        WHERE external_ref IS NOT NULL;

      CREATE TABLE offering_plans (
        id uuid CONSTRAINT offering_plans_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT offering_plans_team_fk REFERENCES teams,
        offering_id uuid NOT NULL CONSTRAINT offering_plans_offering_fk REFERENCES offerings ON DELETE CASCADE,
        origin_id uuid CONSTRAINT offering_plans_origin_fk REFERENCES plans ON DELETE RESTRICT,
        position integer NOT NULL,
        name text NOT NULL CONSTRAINT offering_plans_name_ck CHECK (btrim(name) <> ''),
        description text,
        external_ref text,
        billing_interval_type text NOT NULL CONSTRAINT offering_plans_billing_interval_type_ck
          CHECK (billing_interval_type IN ('day', 'week', 'month', 'year')),
        billing_frequency integer NOT NULL CONSTRAINT offering_plans_billing_frequency_ck
          CHECK (billing_frequency >= 1),
        plan_length integer NOT NULL CONSTRAINT offering_plans_plan_length_ck CHECK (plan_length >= 1),
        trial_period integer CONSTRAINT offering_plans_trial_period_ck CHECK (trial_period >= 0),
        end_behavior text NOT NULL CONSTRAINT offering_plans_end_behavior_ck
          CHECK (end_behavior IN ('close', 'roll')),
        can_pause boolean NOT NULL,
        can_resume boolean NOT NULL,
        can_cancel boolean NOT NULL,
        base_price_percentage numeric(7, 4) CONSTRAINT offering_plans_base_price_percentage_ck
          CHECK (base_price_percentage BETWEEN 0 AND 100),
        fixed_price jsonb CONSTRAINT offering_plans_fixed_price_ck CHECK (jsonb_typeof(fixed_price) = 'object'),
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      CREATE UNIQUE INDEX offering_plans_origin_uq ON offering_plans (origin_id, offering_id);
      CREATE UNIQUE INDEX offering_plans_position_uq ON offering_plans (offering_id, position);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE offering_plans, offering_products, offerings');
  }
}
