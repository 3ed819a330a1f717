import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePlans1764000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE plans (
        id uuid CONSTRAINT plans_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT plans_team_fk REFERENCES teams,
        name text NOT NULL CONSTRAINT plans_name_ck CHECK (btrim(name) <> ''),
        description text,
        external_ref text,
        billing_interval_type text NOT NULL CONSTRAINT plans_billing_interval_type_ck
          CHECK (billing_interval_type IN ('day', 'week', 'month', 'year')),
        billing_frequency integer NOT NULL CONSTRAINT plans_billing_frequency_ck CHECK (billing_frequency >= 1),
        plan_length integer NOT NULL CONSTRAINT plans_plan_length_ck CHECK (plan_length >= 1),
        trial_period integer CONSTRAINT plans_trial_period_ck CHECK (trial_period >= 0),
        end_behavior text NOT NULL CONSTRAINT plans_end_behavior_ck CHECK (end_behavior IN ('close', 'roll')),
        can_pause boolean NOT NULL,
        can_resume boolean NOT NULL,
        can_cancel boolean NOT NULL,
        base_price_percentage numeric(7, 4) CONSTRAINT plans_base_price_percentage_ck
          CHECK (base_price_percentage BETWEEN 0 AND 100),
        fixed_price jsonb CONSTRAINT plans_fixed_price_ck CHECK (jsonb_typeof(fixed_price) = 'object'),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      CREATE UNIQUE INDEX plans_external_ref_uq ON plans (team_id, md5(external_ref))
        WHERE external_ref IS NOT NULL;
      CREATE INDEX plans_newest_idx ON plans (team_id, created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE plans');
  }
}
