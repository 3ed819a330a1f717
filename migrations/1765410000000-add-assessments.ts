import type { MigrationInterface, QueryRunner } from 'typeorm';

const hiddenBefore = [
  'internal_name',
  'external_id',
  'internal_description',
  'submission_url',
  'compliance_notes',
  'allowed_resellers',
  'feed',
];
/** Resellers see the status, and a change of the licenses that they need can concern them. */
const hidden = [...hiddenBefore, 'assessed_at', 'assessed_until', 'assessed_rules', 'findings'];

/** Queues an offer that was changed without an assessment: here, because a trigger of its own takes ten times as long. */
const queueChanged = `
          IF NEW.assessed_version IS DISTINCT FROM NEW.version THEN
            INSERT INTO assessment_pending VALUES (NEW.id);
          END IF;`;

/**
 * @param ignored more columns without a meaning for resellers, which change only together with others
 * @param first what happens before, if the version has changed
 */
const countHiddenEdits = (columns: readonly string[], ignored: readonly string[] = [], first = '') => `
      CREATE OR REPLACE FUNCTION offers_count_hidden_edits() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          seen offers;
        BEGIN
          IF NEW.version = OLD.version THEN
            RETURN NEW;
          END IF;${first}
          NEW.catalog_updated_at := NULL;
          -- Most changes concern no hidden column, so comparing all others is not necessary.
          IF (${columns.map((column) => `NEW.${column}`).join(', ')})
              IS DISTINCT FROM (${columns.map((column) => `OLD.${column}`).join(', ')}) THEN
            seen := NEW;
            ${[...columns, ...ignored, 'version', 'updated_at', 'catalog_updated_at'].map((column) => `seen.${column} := OLD.${column};`).join(' ')}
            IF seen IS NOT DISTINCT FROM OLD THEN
              NEW.hidden_edits := OLD.hidden_edits + NEW.version - OLD.version;
              NEW.catalog_updated_at := coalesce(OLD.catalog_updated_at, OLD.updated_at);
            END IF;
          END IF;
          RETURN NEW;
        END $$;`;

const ownerTypes = '{*,offer.*,offer.compliance_changed}';

/** The newest offers; counts by status read nothing else. */
const catalogIndex = (more: string) =>
  `CREATE INDEX offers_catalog_idx ON offers (created_at, id, category, currency, price_key, area_key, visibility, team_id,
        connection_type, download_mbps, unlimited_data, channel_count, monitoring_type, installation_type, energy_type,
        renewable_percentage, contract_months, coverage_amount${more}) WHERE status = 'active';`;

export class AddAssessments1765410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What the rules of compliance say about an offer. The provider's own statement is in compliance_status.
      ALTER TABLE offers
        ADD assessed_status text NOT NULL DEFAULT 'unknown' CONSTRAINT offers_assessed_status_ck
          CHECK (assessed_status IN ('unknown', 'compliant', 'incomplete', 'non_compliant')),
        -- Since when the result is as it is; null if the offer was never assessed.
        ADD assessed_at timestamptz(3),
        -- The first day on which the result can differ although the offer stays the same.
        ADD assessed_until date,
        -- The rule sets that applied: 'us-fcc-broadband-label@2024-10-10'.
        ADD assessed_rules text[] NOT NULL DEFAULT '{}',
        -- Code, result and values of each check that did not pass: [["I02", "fail", "12"]].
        ADD findings jsonb NOT NULL DEFAULT '[]',
        -- The licenses of which a reseller needs one to sell the offer; empty if it needs none.
        ADD reseller_licenses text[] NOT NULL DEFAULT '{}',
        -- The version that was assessed by whoever wrote it. Any other version is assessed afterwards.
        ADD assessed_version integer;
      ${countHiddenEdits(hidden, ['assessed_version'], queueChanged)}
      DROP INDEX offers_catalog_idx;
      ${catalogIndex(', assessed_status')}
      CREATE INDEX offers_assessed_idx ON offers (assessed_status, created_at, id) WHERE status = 'active';
      CREATE INDEX offers_assessed_until_idx ON offers (assessed_until, id) WHERE assessed_until IS NOT NULL;

      -- Offers that were written without an assessment: by a statement that changes some columns without reading the
      -- others, or by the previous release.
      CREATE TABLE assessment_pending (
        offer_id uuid NOT NULL
      );
      CREATE FUNCTION offers_queue_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO assessment_pending VALUES (NEW.id);
          RETURN NULL;
        END $$;
      -- For each row, because writers that assess what they write then pay only for the condition. Changed offers are queued
      -- by offers_count_hidden_edits().
      CREATE TRIGGER offers_queue_new AFTER INSERT ON offers FOR EACH ROW
        WHEN (NEW.assessed_version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION offers_queue_assessment();

      -- Providers whose offers are assessed again, because their licenses or their name have changed.
      CREATE TABLE assessment_runs (
        team_id uuid CONSTRAINT assessment_runs_pk PRIMARY KEY
          CONSTRAINT assessment_runs_team_fk REFERENCES teams ON DELETE CASCADE,
        requested_at timestamptz NOT NULL,
        -- When the next step may be taken.
        due_at timestamptz NOT NULL,
        -- The last offer that was assessed; null before the first one.
        after_created_at timestamptz(3),
        after_id uuid,
        -- Whether all offers were assessed. What was written in the meantime may not know the change yet.
        is_done boolean NOT NULL DEFAULT false
      );
      CREATE FUNCTION teams_queue_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          changed CONSTANT uuid := CASE WHEN TG_TABLE_NAME = 'teams' THEN to_jsonb(NEW)->>'id'
            ELSE coalesce(to_jsonb(NEW), to_jsonb(OLD))->>'team_id' END;
        BEGIN
          -- A team that is being deleted is not found any more.
          INSERT INTO assessment_runs (team_id, requested_at, due_at)
            SELECT id, clock_timestamp(), clock_timestamp() FROM teams WHERE id = changed
            ON CONFLICT (team_id) DO UPDATE SET requested_at = excluded.requested_at, due_at = excluded.due_at,
              after_created_at = NULL, after_id = NULL, is_done = false;
          RETURN NULL;
        END $$;
      CREATE TRIGGER licenses_queue_new AFTER INSERT OR DELETE ON licenses
        FOR EACH ROW EXECUTE FUNCTION teams_queue_assessment();
      CREATE TRIGGER licenses_queue_changed AFTER UPDATE ON licenses FOR EACH ROW
        WHEN ((OLD.kind, OLD.state, OLD.number, OLD.holder, OLD.expires_on)
          IS DISTINCT FROM (NEW.kind, NEW.state, NEW.number, NEW.holder, NEW.expires_on))
        EXECUTE FUNCTION teams_queue_assessment();
      CREATE TRIGGER teams_queue_assessment AFTER UPDATE OF name ON teams FOR EACH ROW
        WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION teams_queue_assessment();

      -- The rule sets in effect, and the run over all offers after a change of them.
      CREATE TABLE assessment_rules (
        id smallint CONSTRAINT assessment_rules_pk PRIMARY KEY CONSTRAINT assessment_rules_one_ck CHECK (id = 1),
        -- Null until a process has started.
        digest text,
        -- The last offer that was assessed; null if no run is in progress.
        after_id uuid,
        -- When the run begins: processes with other rules must have noticed the change.
        due_at timestamptz NOT NULL
      );
      INSERT INTO assessment_rules VALUES (1, NULL, NULL, now());

      CREATE INDEX webhook_endpoints_compliance_idx ON webhook_endpoints (team_id)
        WHERE enabled AND events && '${ownerTypes}'::text[];
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX webhook_endpoints_compliance_idx;
      DROP TRIGGER teams_queue_assessment ON teams;
      DROP TRIGGER licenses_queue_new ON licenses;
      DROP TRIGGER licenses_queue_changed ON licenses;
      DROP TRIGGER offers_queue_new ON offers;
      DROP TABLE assessment_rules, assessment_runs, assessment_pending;
      DROP FUNCTION teams_queue_assessment, offers_queue_assessment;
      ${countHiddenEdits(hiddenBefore)}
      DROP INDEX offers_assessed_idx, offers_assessed_until_idx, offers_catalog_idx;
      ${catalogIndex('')}
      ALTER TABLE offers DROP assessed_status, DROP assessed_at, DROP assessed_until, DROP assessed_rules, DROP findings,
        DROP reseller_licenses, DROP assessed_version;
    `);
  }
}
