import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TrackVisibleChanges1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When other teams saw the last change; null if that is updated_at.
      ALTER TABLE product_offerings ADD visible_updated_at timestamptz(3);

      -- The internal description is the only column that other teams cannot see.
      CREATE FUNCTION product_offerings_keep_visible_time() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          seen product_offerings := NEW;
        BEGIN
          IF NEW.version = OLD.version THEN
            RETURN NEW;
          END IF;
          seen.internal_description := OLD.internal_description;
          seen.version := OLD.version;
          seen.updated_at := OLD.updated_at;
          NEW.visible_updated_at := CASE WHEN seen IS NOT DISTINCT FROM OLD
            THEN coalesce(OLD.visible_updated_at, OLD.updated_at) END;
          RETURN NEW;
        END $$;
      CREATE TRIGGER product_offerings_keep_visible_time BEFORE UPDATE ON product_offerings
        FOR EACH ROW EXECUTE FUNCTION product_offerings_keep_visible_time();

      -- A promoted standby, or a backup recovered up to a point in time, can lack transactions of the log.
      ALTER TABLE catalog_changes_floor ADD timeline integer;
      UPDATE catalog_changes_floor SET timeline = (SELECT timeline_id FROM pg_control_checkpoint());
      ALTER TABLE catalog_changes_floor ALTER timeline SET NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE catalog_changes_floor DROP timeline;
      DROP TRIGGER product_offerings_keep_visible_time ON product_offerings;
      DROP FUNCTION product_offerings_keep_visible_time;
      ALTER TABLE product_offerings DROP visible_updated_at;
    `);
  }
}
