import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddOfferAudienceAndArea1764000510000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE service_areas (
        id uuid CONSTRAINT service_areas_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT service_areas_team_fk REFERENCES teams,
        -- SHA-256 of both lists, so that offers of a team with the same area share one row.
        hash bytea NOT NULL,
        zip_codes text[],
        states text[],
        -- Shown to resellers. Stored, because counting thousands of codes in each request would be slow.
        zip_count integer NOT NULL
      );
      CREATE UNIQUE INDEX service_areas_hash_uq ON service_areas (team_id, hash);

      -- A place is a ZIP code (12345) or a state (CA). A single lookup of both finds all areas that contain
      -- an address.
      CREATE TABLE service_area_places (
        place text NOT NULL,
        service_area_id uuid NOT NULL
          CONSTRAINT service_area_places_area_fk REFERENCES service_areas ON DELETE CASCADE,
        CONSTRAINT service_area_places_pk PRIMARY KEY (place, service_area_id)
      );
      CREATE INDEX service_area_places_area_idx ON service_area_places (service_area_id);

      ALTER TABLE offers
        ADD visibility text NOT NULL DEFAULT 'public' CONSTRAINT offers_visibility_ck
          CHECK (visibility = ANY ('{public,preferred,selected}'::text[])),
        ADD allowed_resellers uuid[] NOT NULL DEFAULT '{}',
        ADD service_area_id uuid CONSTRAINT offers_service_area_fk REFERENCES service_areas;
      CREATE INDEX offers_service_area_idx ON offers (service_area_id) WHERE service_area_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offers DROP visibility, DROP allowed_resellers, DROP service_area_id;
      DROP TABLE service_area_places, service_areas;
    `);
  }
}
