import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTeams1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE teams (
        id uuid CONSTRAINT teams_pk PRIMARY KEY,
        name text NOT NULL CONSTRAINT teams_name_ck CHECK (btrim(name) <> ''),
        role text NOT NULL CONSTRAINT teams_role_ck CHECK (role IN ('provider', 'reseller', 'hybrid')),
        verified_at timestamptz(3),
        suspended_at timestamptz(3),
        default_currency char(3) NOT NULL,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      CREATE INDEX teams_newest_idx ON teams (created_at, id);

      CREATE TABLE api_keys (
        id uuid CONSTRAINT api_keys_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT api_keys_team_fk REFERENCES teams ON DELETE CASCADE,
        name text NOT NULL,
        prefix text NOT NULL,
        last4 text NOT NULL,
        key_hash bytea NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        last_used_at timestamptz(3),
        rotated_from_id uuid
      );
      CREATE INDEX api_keys_team_idx ON api_keys (team_id);
      CREATE UNIQUE INDEX api_keys_hash_uq ON api_keys (key_hash);

      -- One row, incremented on every change to teams and keys. Processes poll it to learn when to clear
      -- their caches.
      CREATE TABLE access_epoch (
        id smallint CONSTRAINT access_epoch_pk PRIMARY KEY CONSTRAINT access_epoch_one_ck CHECK (id = 1),
        value bigint NOT NULL
      );
      INSERT INTO access_epoch VALUES (1, 0);

      -- Secrets shared by all processes that use this database, such as the key for signing cursors.
      CREATE TABLE secrets (
        name text CONSTRAINT secrets_pk PRIMARY KEY,
        value text NOT NULL
      );
      INSERT INTO secrets VALUES ('cursor', gen_random_uuid()::text || gen_random_uuid()::text);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE secrets, access_epoch, api_keys, teams');
  }
}
