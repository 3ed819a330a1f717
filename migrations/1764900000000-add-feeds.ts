import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns of an offer that resellers cannot see. A column that is missing here counts as visible. */
const hiddenBefore = [
  'internal_name',
  'external_id',
  'internal_description',
  'submission_url',
  'compliance_notes',
  'allowed_resellers',
];

const countHiddenEdits = (hidden: readonly string[]) => `
      CREATE OR REPLACE FUNCTION offers_count_hidden_edits() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          seen offers;
        BEGIN
          IF NEW.version = OLD.version THEN
            RETURN NEW;
          END IF;
          NEW.catalog_updated_at := NULL;
          -- Most changes concern no hidden column, so comparing all others is not necessary.
          IF (${hidden.map((column) => `NEW.${column}`).join(', ')})
              IS DISTINCT FROM (${hidden.map((column) => `OLD.${column}`).join(', ')}) THEN
            seen := NEW;
            ${[...hidden, 'version', 'updated_at', 'catalog_updated_at'].map((column) => `seen.${column} := OLD.${column};`).join(' ')}
            IF seen IS NOT DISTINCT FROM OLD THEN
              NEW.hidden_edits := OLD.hidden_edits + NEW.version - OLD.version;
              NEW.catalog_updated_at := coalesce(OLD.catalog_updated_at, OLD.updated_at);
            END IF;
          END IF;
          RETURN NEW;
        END $$`;

export class AddFeeds1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offers
        -- The feed by which the provider loads the offer; null if it is maintained by hand.
        ADD feed text,
        -- Whether the offer is inactive because a complete load of the feed did not list it.
        ADD retired_by_feed boolean NOT NULL DEFAULT false;
      CREATE INDEX offers_feed_idx ON offers (team_id, feed, status, id) WHERE feed IS NOT NULL;
      ${countHiddenEdits([...hiddenBefore, 'feed'])};

      -- Whoever changes the status afterwards decides about the offer, not the feed.
      CREATE FUNCTION offers_end_retirement() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.retired_by_feed := false;
          RETURN NEW;
        END $$;
      CREATE TRIGGER offers_end_retirement BEFORE UPDATE OF status ON offers
        FOR EACH ROW WHEN (OLD.retired_by_feed AND NEW.status <> OLD.status) EXECUTE FUNCTION offers_end_retirement();

      CREATE TABLE feeds (
        team_id uuid NOT NULL CONSTRAINT feeds_team_fk REFERENCES teams,
        name text NOT NULL,
        -- The result of the last load that was not a dry run; null until one has ended.
        last_load jsonb,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT feeds_pk PRIMARY KEY (team_id, name)
      );

      -- Complete loads in progress. The process that runs one renews seen_at, so that a load whose process died is
      -- recognized.
      CREATE TABLE feed_loads (
        id uuid CONSTRAINT feed_loads_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT feed_loads_team_fk REFERENCES teams,
        feed text NOT NULL,
        dry_run boolean NOT NULL,
        started_at timestamptz(3) NOT NULL,
        seen_at timestamptz(3) NOT NULL
      );
      CREATE UNIQUE INDEX feed_loads_feed_uq ON feed_loads (team_id, feed) WHERE NOT dry_run;

      -- The offers that these loads have listed so far. Without foreign keys, which would take longer than the rows.
      CREATE TABLE feed_load_offers (
        load_id uuid NOT NULL,
        offer_id uuid NOT NULL,
        CONSTRAINT feed_load_offers_pk PRIMARY KEY (load_id, offer_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE feed_load_offers, feed_loads, feeds;
      DROP TRIGGER offers_end_retirement ON offers;
      DROP FUNCTION offers_end_retirement;
      ${countHiddenEdits(hiddenBefore)};
      ALTER TABLE offers DROP feed, DROP retired_by_feed;
    `);
  }
}
