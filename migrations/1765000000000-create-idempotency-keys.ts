import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_keys (
        id text CONSTRAINT data_keys_pk PRIMARY KEY,
        fingerprint bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE idempotency_keys (
        id uuid CONSTRAINT idempotency_keys_pk PRIMARY KEY,
        team_id uuid CONSTRAINT idempotency_keys_team_fk REFERENCES teams ON DELETE CASCADE,
        request_hash bytea NOT NULL,
        status smallint NOT NULL,
        key_id text,
        response bytea,
        subject uuid,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_sealed_ck CHECK ((key_id IS NULL) = (response IS NULL))
      );
      ALTER TABLE idempotency_keys ALTER response SET STORAGE EXTERNAL;
      CREATE INDEX idempotency_keys_expiry_idx ON idempotency_keys (expires_at);
      CREATE INDEX idempotency_keys_subject_idx ON idempotency_keys (subject) WHERE subject IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys, data_keys');
  }
}
