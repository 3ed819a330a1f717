import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePreferredPartners1764000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE preferred_partners (
        provider_team_id uuid NOT NULL CONSTRAINT preferred_partners_provider_fk REFERENCES teams ON DELETE CASCADE,
        reseller_team_id uuid NOT NULL CONSTRAINT preferred_partners_reseller_fk REFERENCES teams ON DELETE CASCADE,
        tier text,
        effective_date date NOT NULL,
        notes text,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT preferred_partners_pk PRIMARY KEY (provider_team_id, reseller_team_id),
        CONSTRAINT preferred_partners_other_ck CHECK (provider_team_id <> reseller_team_id)
      );
      CREATE INDEX preferred_partners_reseller_idx ON preferred_partners (reseller_team_id, effective_date, provider_team_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE preferred_partners');
  }
}
