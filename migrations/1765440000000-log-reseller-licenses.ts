import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a row of `licenses` allows a reseller to sell, in the terms of `offers.reseller_licenses`; null for other kinds. */
const grants = (row: 'OLD' | 'NEW') => `CASE ${row}.kind WHEN 'puct_broker' THEN '{puct_broker}'::text[]
          WHEN 'insurance_producer' THEN ARRAY['insurance_producer', 'insurance_producer:' || ${row}.state] END`;

type Edit = readonly [before: string, after: string];

/** Who needs a license of which row of the offer: one more member of the audience of an event. */
const needed = (name: string, row: 'o' | 'n') =>
  `CASE WHEN ${row}.reseller_licenses <> '{}' THEN jsonb_build_object('${name}Licenses', ${row}.reseller_licenses) ELSE '{}' END`;
const before = needed('before', 'o');
const after = needed('after', 'n');

/** Whether there can be resellers whose licenses are sufficient for one row of an active offer and not for the other. */
const isHeldOnly = (row: 'o' | 'n', other: 'o' | 'n') => `WHEN ${other}.reseller_licenses <> '{}'
                    AND NOT (${row}.reseller_licenses <> '{}' AND ${row}.reseller_licenses <@ ${other}.reseller_licenses) THEN true`;
const isSeenOnly = (row: 'o' | 'n', other: 'o' | 'n'): Edit => [
  `WHEN ${other}.status <> 'active' THEN true
                  WHEN ${row}.visibility`,
  `WHEN ${other}.status <> 'active' THEN true
                  ${isHeldOnly(row, other)}
                  WHEN ${row}.visibility`,
];

/** The places of the function offers_log_change() that change. */
const edits: readonly Edit[] = [
  // The log of catalog changes: which licenses resellers needed before the change.
  [
    `(kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END
                FROM old_rows`,
    `(kind, offer_id, team_id, audience, audience_ids, licenses)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END,
                     nullif(reseller_licenses, '{}')
                FROM old_rows`,
  ],
  [
    `(kind, offer_id, team_id, audience, audience_ids, audience_only)`,
    `(kind, offer_id, team_id, audience, audience_ids, licenses, audience_only)`,
  ],
  [
    `CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END,
                     o.version`,
    `CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END,
                     CASE WHEN o.status = 'active' THEN nullif(o.reseller_licenses, '{}') END,
                     o.version`,
  ],
  isSeenOnly('o', 'n'),
  isSeenOnly('n', 'o'),
];

const eventAudience = "jsonb_build_object('team', team_id, 'before', before, 'after', after)";
/** The columns of the rows from which events are written: those of an insert, a delete and an update. */
const eventRows: readonly Edit[] = [
  [
    `SELECT new_uuid() AS event_id, n.id, n.team_id, e.*, NULL::jsonb AS before,`,
    `SELECT new_uuid() AS event_id, n.id, n.team_id, ${after} AS needed, e.*, NULL::jsonb AS before,`,
  ],
  [
    `SELECT new_uuid() AS event_id, o.id, o.team_id, e.*,`,
    `SELECT new_uuid() AS event_id, o.id, o.team_id, ${before} AS needed, e.*,`,
  ],
  [
    `SELECT new_uuid() AS event_id, n.id, n.team_id, e.*, CASE`,
    `SELECT new_uuid() AS event_id, n.id, n.team_id, ${before} || ${after} AS needed, e.*, CASE`,
  ],
];

/** Replaces texts in the function that logs changes of offers. @throws Error if one of them is missing */
async function editLog(runner: QueryRunner, changes: readonly Edit[]): Promise<void> {
  const [row]: { definition: string }[] = await runner.query(
    "SELECT pg_get_functiondef('offers_log_change()'::regprocedure) AS definition",
  );
  const edited = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`offers_log_change() does not contain ${from}`);
    return text.replaceAll(from, () => to);
  }, row?.definition ?? '');
  await runner.query(edited);
}

const allEdits: readonly Edit[] = [...edits, ...eventRows, [eventAudience, `${eventAudience} || needed`]];

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
    await editLog(runner, allEdits);
  }

  async down(runner: QueryRunner): Promise<void> {
    await editLog(
      runner,
      allEdits.toReversed().map(([from, to]) => [to, from] as const),
    );
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
