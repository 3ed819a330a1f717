import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PublishLabelFiles1765430000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a provider sets for its files for regulators, and the state in which its label file was last served.
      CREATE TABLE compliance_settings (
        team_id uuid CONSTRAINT compliance_settings_pk PRIMARY KEY
          CONSTRAINT compliance_settings_team_fk REFERENCES teams ON DELETE CASCADE,
        -- Whether anybody can download the label file.
        label_files_public boolean NOT NULL,
        -- Counts changes of what the provider sets; 0 if it has set nothing.
        version integer NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        -- Hash of the offers in the file; since when it is this one; the registration number in the name of the file.
        label_files_hash text,
        label_files_since timestamptz(3),
        label_files_frn text,
        CONSTRAINT compliance_settings_since_ck CHECK ((label_files_hash IS NULL) = (label_files_since IS NULL))
      );
      CREATE INDEX compliance_settings_public_idx ON compliance_settings (team_id) WHERE label_files_public;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE compliance_settings');
  }
}
