import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns of an offer that resellers cannot see. A column that is missing here counts as visible. */
const hidden = [
  'internal_name',
  'external_id',
  'internal_description',
  'submission_url',
  'compliance_notes',
  'allowed_resellers',
];
const of = (row: 'OLD' | 'NEW') => `(${hidden.map((column) => `${row}.${column}`).join(', ')})`;
/** Makes `seen` equal to OLD, except for what resellers can see. */
const resets = [...hidden, 'version', 'updated_at', 'catalog_updated_at'].map(
  (column) => `seen.${column} := OLD.${column};`,
);

const logUpdate = (more: { columns: string; values: string; condition: string }) => `
            INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids${more.columns})
              SELECT 'offer', n.id, n.team_id,
                     CASE WHEN o.status = 'active' THEN o.visibility END,
                     CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END${more.values}
                FROM old_rows o JOIN new_rows n USING (id)
               WHERE (o.status = 'active' OR n.status = 'active') AND o.version <> n.version${more.condition};`;

const logOfferChanges = (update: string) => `
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';
            INSERT INTO search_pending SELECT id, false FROM new_rows WHERE status = 'active' AND visibility = 'public';
          ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END
                FROM old_rows WHERE status = 'active';
            INSERT INTO search_pending SELECT id, true FROM old_rows WHERE status = 'active' AND visibility = 'public';
          ELSE${update}
          END IF;
          RETURN NULL;
        END $$;`;

const logPartner = `
          INSERT INTO catalog_changes (kind, team_id, reseller_id, audience) VALUES ('partner',
            coalesce(NEW.provider_team_id, OLD.provider_team_id), coalesce(NEW.reseller_team_id, OLD.reseller_team_id),
            CASE WHEN OLD.effective_date <= (now() AT TIME ZONE 'utc')::date THEN 'preferred' END);
          RETURN NULL;`;
const verifiedChanged = '(NEW.verified_at IS NULL) <> (OLD.verified_at IS NULL)';
const suspendedChanged = '(NEW.suspended_at IS NULL) <> (OLD.suspended_at IS NULL)';

const sameCatalogVersion = 'o.version - o.hidden_edits = n.version - n.hidden_edits';

export class RefineCatalogChanges1764400100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offers
        -- How many changes of the version resellers cannot see; their version is the difference.
        ADD hidden_edits integer NOT NULL DEFAULT 0,
        -- When resellers saw the last change; null if that is updated_at.
        ADD catalog_updated_at timestamptz(3);

      CREATE FUNCTION offers_count_hidden_edits() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          seen offers;
        BEGIN
          IF NEW.version = OLD.version THEN
            RETURN NEW;
          END IF;
          NEW.catalog_updated_at := NULL;
          -- Most changes concern no hidden column, so comparing all others is not necessary.
          IF ${of('NEW')} IS DISTINCT FROM ${of('OLD')} THEN
            seen := NEW;
            ${resets.join(' ')}
            IF seen IS NOT DISTINCT FROM OLD THEN
              NEW.hidden_edits := OLD.hidden_edits + NEW.version - OLD.version;
              NEW.catalog_updated_at := coalesce(OLD.catalog_updated_at, OLD.updated_at);
            END IF;
          END IF;
          RETURN NEW;
        END $$;
      -- Runs before offers_set_keys, in the order of the names, so the derived columns are still the old ones.
      CREATE TRIGGER offers_count_hidden_edits BEFORE UPDATE ON offers
        FOR EACH ROW EXECUTE FUNCTION offers_count_hidden_edits();

      -- For an offer: whether only the list of resellers changed, so that those in both lists see no change. For
      -- a team: whether only its own view of the catalog changed.
      ALTER TABLE catalog_changes ADD audience_only boolean NOT NULL DEFAULT false;
      ${logOfferChanges(
        logUpdate({
          columns: ', audience_only',
          values: `,\n                     ${sameCatalogVersion}`,
          condition: `
                 AND (NOT (${sameCatalogVersion}) OR n.visibility = 'selected'
                   AND NOT (o.allowed_resellers @> n.allowed_resellers AND o.allowed_resellers <@ n.allowed_resellers))`,
        }),
      )}

      -- Resellers see neither the tier nor the notes of a partnership.
      CREATE OR REPLACE FUNCTION partners_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' AND NEW.effective_date = OLD.effective_date THEN
            RETURN NULL;
          END IF;${logPartner}
        END $$;

      -- The audience of a team is 'public' if its offers were visible before the change. Verification changes only
      -- what the team itself sees.
      CREATE OR REPLACE FUNCTION teams_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF ${suspendedChanged} OR NEW.suspended_at IS NULL AND NEW.name <> OLD.name THEN
            INSERT INTO catalog_changes (kind, team_id, audience)
              VALUES ('team', NEW.id, CASE WHEN OLD.suspended_at IS NULL THEN 'public' END);
          END IF;
          IF ${verifiedChanged} THEN
            INSERT INTO catalog_changes (kind, team_id, audience_only) VALUES ('team', NEW.id, true);
          END IF;
          RETURN NULL;
        END $$;

      -- Transaction IDs belong to a server. An epoch ends when the log is restored from a dump: then, log_oid is
      -- the ID that the table had before, or the log contains IDs that the server has not reached.
      ALTER TABLE catalog_changes_floor ADD epoch uuid NOT NULL DEFAULT gen_random_uuid(), ADD log_oid oid;
      UPDATE catalog_changes_floor SET log_oid = 'catalog_changes'::regclass::oid;
      ALTER TABLE catalog_changes_floor ALTER log_oid SET NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE catalog_changes_floor DROP epoch, DROP log_oid;
      ${logOfferChanges(logUpdate({ columns: '', values: '', condition: '' }))}
      CREATE OR REPLACE FUNCTION partners_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN${logPartner}
        END $$;
      CREATE OR REPLACE FUNCTION teams_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.name <> OLD.name OR ${verifiedChanged} OR ${suspendedChanged} THEN
            INSERT INTO catalog_changes (kind, team_id) VALUES ('team', NEW.id);
          END IF;
          RETURN NULL;
        END $$;
      ALTER TABLE catalog_changes DROP audience_only;
      DROP TRIGGER offers_count_hidden_edits ON offers;
      DROP FUNCTION offers_count_hidden_edits;
      -- Versions never go back, so those of resellers become those of the providers.
      ALTER TABLE offers DROP hidden_edits, DROP catalog_updated_at;
    `);
  }
}
