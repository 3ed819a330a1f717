import type { MigrationInterface, QueryRunner } from 'typeorm';

const words = (row: string) =>
  `to_tsvector('offerdock', search_text(${row}name || ' ' || coalesce(${row}description, '')))`;

export class SearchProductOfferings1764800100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE product_offerings ADD search tsvector;
      UPDATE product_offerings SET search = ${words('')};
      ALTER TABLE product_offerings ALTER search SET NOT NULL;
      CREATE FUNCTION product_offerings_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.search := ${words('NEW.')};
          RETURN NEW;
        END $$;
      CREATE TRIGGER product_offerings_set_search BEFORE INSERT OR UPDATE OF name, description ON product_offerings
        FOR EACH ROW EXECUTE FUNCTION product_offerings_set_search();
      CREATE INDEX product_offerings_search_idx ON product_offerings USING gin (search) WHERE status = 'AVAILABLE';
      CREATE INDEX product_offerings_price_idx ON product_offerings USING gin (price) WHERE status = 'AVAILABLE';
      CREATE INDEX product_offering_groups_slug_idx ON product_offering_groups (slug);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX product_offering_groups_slug_idx, product_offerings_price_idx;
      DROP TRIGGER product_offerings_set_search ON product_offerings;
      DROP FUNCTION product_offerings_set_search;
      ALTER TABLE product_offerings DROP search;
    `);
  }
}
