import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LimitAreas1764200100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The number of ZIP codes in a team's areas. One row per team, whose lock makes a limit exact.
      CREATE TABLE team_area_usage (
        team_id uuid CONSTRAINT team_area_usage_pk PRIMARY KEY
          CONSTRAINT team_area_usage_team_fk REFERENCES teams ON DELETE CASCADE,
        zip_codes bigint NOT NULL
      ) WITH (fillfactor = 50);
      INSERT INTO team_area_usage
        SELECT t.id, coalesce(sum(a.zip_count), 0) FROM teams t LEFT JOIN service_areas a ON a.team_id = t.id
         GROUP BY t.id;

      CREATE FUNCTION teams_add_area_usage() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO team_area_usage VALUES (NEW.id, 0);
        RETURN NULL;
      END $$;
      CREATE TRIGGER teams_add_area_usage AFTER INSERT ON teams
        FOR EACH ROW EXECUTE FUNCTION teams_add_area_usage();

      -- Checking a foreign key for each place took half of the time for storing an area, and the index by area
      -- a tenth. The trigger below finds the places of an area by its lists instead.
      ALTER TABLE service_area_places DROP CONSTRAINT service_area_places_area_fk;
      DROP INDEX service_area_places_area_idx;

      CREATE FUNCTION service_areas_added() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE team_area_usage SET zip_codes = zip_codes + NEW.zip_count WHERE team_id = NEW.team_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER service_areas_added AFTER INSERT ON service_areas
        FOR EACH ROW EXECUTE FUNCTION service_areas_added();

      CREATE FUNCTION service_areas_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE team_area_usage SET zip_codes = zip_codes - OLD.zip_count WHERE team_id = OLD.team_id;
        DELETE FROM service_area_places
         WHERE place = ANY (coalesce(OLD.zip_codes, '{}') || coalesce(OLD.states, '{}'))
           AND service_area_id = OLD.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER service_areas_deleted AFTER DELETE ON service_areas
        FOR EACH ROW EXECUTE FUNCTION service_areas_deleted();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER service_areas_deleted ON service_areas;
      DROP TRIGGER service_areas_added ON service_areas;
      DROP TRIGGER teams_add_area_usage ON teams;
      DROP FUNCTION service_areas_deleted, service_areas_added, teams_add_area_usage;
      DROP TABLE team_area_usage;
      CREATE INDEX service_area_places_area_idx ON service_area_places (service_area_id);
      ALTER TABLE service_area_places ADD CONSTRAINT service_area_places_area_fk
        FOREIGN KEY (service_area_id) REFERENCES service_areas ON DELETE CASCADE;
    `);
  }
}
