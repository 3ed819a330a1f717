import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLabels1765420000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The labels of offers. A row is never changed, except for check_at. Without a foreign key to offers: the label of an
      -- offer that was deleted is kept as long as there are records of views.
      CREATE TABLE label_versions (
        offer_id uuid NOT NULL,
        -- A running number per offer.
        version integer NOT NULL CONSTRAINT label_versions_version_ck CHECK (version > 0),
        team_id uuid NOT NULL CONSTRAINT label_versions_team_fk REFERENCES teams,
        -- The values of the label, and the SHA-256 hash of the bytes of this JSON, which the type json keeps.
        label json NOT NULL CONSTRAINT label_versions_label_ck CHECK (json_typeof(label) = 'object'),
        hash bytea NOT NULL,
        created_at timestamptz(3) NOT NULL,
        -- When it is next checked whether the row is still needed.
        check_at timestamptz(3) NOT NULL,
        CONSTRAINT label_versions_pk PRIMARY KEY (offer_id, version)
      );
      CREATE UNIQUE INDEX label_versions_hash_uq ON label_versions (offer_id, hash);
      CREATE INDEX label_versions_check_idx ON label_versions (check_at);

      -- The label of an offer at the time when it was ordered.
      CREATE TABLE label_sales (
        order_item_id uuid CONSTRAINT label_sales_pk PRIMARY KEY
          CONSTRAINT label_sales_item_fk REFERENCES order_items ON DELETE CASCADE,
        offer_id uuid NOT NULL,
        label_version integer NOT NULL,
        sold_at timestamptz(3) NOT NULL,
        CONSTRAINT label_sales_label_fk FOREIGN KEY (offer_id, label_version)
          REFERENCES label_versions (offer_id, version) ON DELETE CASCADE
      );
      CREATE INDEX label_sales_label_idx ON label_sales (offer_id, label_version, sold_at);

      -- One row: the order item up to which label_sales is complete.
      CREATE TABLE label_sales_progress (
        id integer CONSTRAINT label_sales_progress_pk PRIMARY KEY CONSTRAINT label_sales_progress_one_ck CHECK (id = 1),
        position uuid NOT NULL
      );
      INSERT INTO label_sales_progress VALUES (1, '00000000-0000-0000-0000-000000000000');

      -- Records of resellers that a customer was shown a label (47 CFR 8.1(a)(2)).
      CREATE TABLE label_views (
        id uuid CONSTRAINT label_views_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT label_views_team_fk REFERENCES teams,
        offer_id uuid NOT NULL,
        label_version integer NOT NULL,
        order_id uuid CONSTRAINT label_views_order_fk REFERENCES orders,
        channel text,
        shown_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT label_views_label_fk FOREIGN KEY (offer_id, label_version)
          REFERENCES label_versions (offer_id, version)
      );
      CREATE INDEX label_views_newest_idx ON label_views (team_id, shown_at, id);
      CREATE INDEX label_views_offer_idx ON label_views (team_id, offer_id, shown_at, id);
      CREATE INDEX label_views_order_idx ON label_views (order_id) WHERE order_id IS NOT NULL;
      CREATE INDEX label_views_label_idx ON label_views (offer_id, label_version, shown_at);

      -- The number of these records of a team, which is limited.
      CREATE TABLE label_view_totals (
        team_id uuid CONSTRAINT label_view_totals_pk PRIMARY KEY CONSTRAINT label_view_totals_team_fk REFERENCES teams,
        total integer NOT NULL CONSTRAINT label_view_totals_total_ck CHECK (total >= 0)
      );

      -- An offer that was ordered cannot be deleted, so only records of views need the labels of a deleted offer.
      CREATE FUNCTION offers_delete_labels() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM label_versions l USING gone WHERE l.offer_id = gone.id AND NOT EXISTS (
            SELECT FROM label_views v WHERE v.offer_id = l.offer_id AND v.label_version = l.version);
          RETURN NULL;
        END $$;
      CREATE TRIGGER offers_delete_labels AFTER DELETE ON offers REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION offers_delete_labels();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER offers_delete_labels ON offers;
      DROP FUNCTION offers_delete_labels;
      DROP TABLE label_view_totals, label_views, label_sales_progress, label_sales, label_versions;
    `);
  }
}
