import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a row of `licenses` allows a reseller to sell, in the terms of `offers.reseller_licenses`; null for other kinds. */
const grants = (row: 'OLD' | 'NEW') => `CASE ${row}.kind WHEN 'puct_broker' THEN '{puct_broker}'::text[]
          WHEN 'insurance_producer' THEN ARRAY['insurance_producer', 'insurance_producer:' || ${row}.state] END`;

export class LogResellerLicenses1765440000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The offers that need a license of the reseller, for counting and for changes of licenses.
      CREATE INDEX offers_licensed_idx ON offers (id) INCLUDE (reseller_licenses)
        WHERE status = 'active' AND reseller_licenses <> '{}';

      -- For an offer: the licenses of which a reseller needed one before the change. If kind is 'license': what a license
      -- of the reseller allowed before or after the change; the audience is then 'public' if it was there before.
      ALTER TABLE catalog_changes ADD licenses text[];
      CREATE INDEX catalog_changes_license_idx ON catalog_changes (reseller_id) WHERE kind = 'license';

      CREATE FUNCTION licenses_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          allowed CONSTANT text[] := CASE WHEN TG_OP <> 'INSERT' THEN ${grants('OLD')} END;
          allows CONSTANT text[] := CASE WHEN TG_OP <> 'DELETE' THEN ${grants('NEW')} END;
          reseller CONSTANT uuid := coalesce(NEW.team_id, OLD.team_id);
        BEGIN
          IF allowed IS NOT NULL OR allows IS NOT NULL THEN
            INSERT INTO catalog_changes (kind, team_id, reseller_id, audience, licenses) VALUES ('license', reseller, reseller,
              CASE WHEN allowed IS NOT NULL THEN 'public' END, coalesce(allowed, '{}') || coalesce(allows, '{}'));
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER licenses_log_change AFTER INSERT OR DELETE ON licenses
        FOR EACH ROW EXECUTE FUNCTION licenses_log_change();
      -- What else is in a license makes no difference for the catalog.
      CREATE TRIGGER licenses_log_update AFTER UPDATE ON licenses FOR EACH ROW
        WHEN ((OLD.kind, OLD.state, OLD.expires_on) IS DISTINCT FROM (NEW.kind, NEW.state, NEW.expires_on))
        EXECUTE FUNCTION licenses_log_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER licenses_log_change ON licenses;
      DROP TRIGGER licenses_log_update ON licenses;
      DROP FUNCTION licenses_log_change;
      DELETE FROM catalog_changes WHERE kind = 'license';
      DROP INDEX catalog_changes_license_idx, offers_licensed_idx;
      ALTER TABLE catalog_changes DROP licenses;
    `);
  }
}
