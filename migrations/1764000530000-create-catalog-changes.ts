import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCatalogChanges1764000530000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Possible changes to the resellers' catalogs. They are written by triggers, so that no writer can omit
      -- them. Readers proceed in the order of (xid, seq) and stop before the oldest running transaction, so
      -- that changes from a transaction that commits late are neither missed nor returned out of order.
      CREATE TABLE catalog_changes (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at timestamptz(3) NOT NULL DEFAULT now(),
        kind text NOT NULL CONSTRAINT catalog_changes_kind_ck CHECK (kind IN ('offer', 'partner', 'team')),
        -- The changed offer if kind is 'offer'.
        offer_id uuid,
        -- The provider if kind is 'offer' or 'partner'; the changed team if kind is 'team'.
        team_id uuid NOT NULL,
        -- The reseller if kind is 'partner'.
        reseller_id uuid,
        -- The visibility before the change; null if not visible. For a partner: 'preferred' if the
        -- partnership was in effect.
        audience text,
        audience_ids uuid[],
        CONSTRAINT catalog_changes_pk PRIMARY KEY (xid, seq)
      );
      CREATE INDEX catalog_changes_partner_idx ON catalog_changes (reseller_id, team_id) WHERE kind = 'partner';
      CREATE INDEX catalog_changes_at_idx ON catalog_changes (at);

      -- Changes up to this transaction have been deleted, so older cursors must start again.
      CREATE TABLE catalog_changes_floor (
        id smallint CONSTRAINT catalog_changes_floor_pk PRIMARY KEY CONSTRAINT catalog_changes_floor_one_ck CHECK (id = 1),
        xid xid8 NOT NULL
      );
      INSERT INTO catalog_changes_floor VALUES (1, '0');

      CREATE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';
          ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END
                FROM old_rows WHERE status = 'active';
          ELSE
            INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', n.id, n.team_id,
                     CASE WHEN o.status = 'active' THEN o.visibility END,
                     CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END
                FROM old_rows o JOIN new_rows n USING (id)
               WHERE (o.status = 'active' OR n.status = 'active') AND o.version <> n.version;
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER offers_log_insert AFTER INSERT ON offers REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_log_change();
      CREATE TRIGGER offers_log_update AFTER UPDATE ON offers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_log_change();
      CREATE TRIGGER offers_log_delete AFTER DELETE ON offers REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_log_change();

      CREATE FUNCTION partners_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO catalog_changes (kind, team_id, reseller_id, audience) VALUES ('partner',
            coalesce(NEW.provider_team_id, OLD.provider_team_id), coalesce(NEW.reseller_team_id, OLD.reseller_team_id),
            CASE WHEN OLD.effective_date <= (now() AT TIME ZONE 'utc')::date THEN 'preferred' END);
          RETURN NULL;
        END $$;
      CREATE TRIGGER partners_log_change AFTER INSERT OR UPDATE OR DELETE ON preferred_partners
        FOR EACH ROW EXECUTE FUNCTION partners_log_change();

      CREATE FUNCTION teams_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.name <> OLD.name OR (NEW.verified_at IS NULL) <> (OLD.verified_at IS NULL)
              OR (NEW.suspended_at IS NULL) <> (OLD.suspended_at IS NULL) THEN
            INSERT INTO catalog_changes (kind, team_id) VALUES ('team', NEW.id);
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER teams_log_change AFTER UPDATE ON teams FOR EACH ROW EXECUTE FUNCTION teams_log_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER offers_log_insert ON offers;
      DROP TRIGGER offers_log_update ON offers;
      DROP TRIGGER offers_log_delete ON offers;
      DROP TRIGGER partners_log_change ON preferred_partners;
      DROP TRIGGER teams_log_change ON teams;
      DROP FUNCTION offers_log_change, partners_log_change, teams_log_change;
      DROP TABLE catalog_changes_floor, catalog_changes;
    `);
  }
}
