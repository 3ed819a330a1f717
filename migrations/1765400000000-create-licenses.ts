import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLicenses1765400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Licenses that a team holds, by which rules decide what it may offer and sell.
      CREATE TABLE licenses (
        id uuid CONSTRAINT licenses_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT licenses_team_fk REFERENCES teams ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT licenses_kind_ck
          CHECK (kind IN ('puct_rep', 'puct_broker', 'alarm_company', 'insurance_producer', 'fcc_registration')),
        -- The USPS code of the state that has issued it; null for the federal registration.
        state character(2),
        number text NOT NULL,
        holder text,
        -- The last day on which the license is valid; null if it does not expire.
        expires_on date,
        document_url text,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT licenses_state_ck CHECK ((state IS NULL) = (kind = 'fcc_registration'))
      );
      CREATE UNIQUE INDEX licenses_number_uq ON licenses (team_id, kind, state, number) NULLS NOT DISTINCT;
      CREATE INDEX licenses_newest_idx ON licenses (team_id, created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE licenses');
  }
}
