import type { MigrationInterface, QueryRunner } from 'typeorm';

const statuses =
  "'pending','submitted_to_provider','accepted','rejected','scheduled','in_progress','completed','active','cancelled','failed'";

export class CreateOrders1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a provider has set for the orders of its offers. Without a row, the defaults apply.
      CREATE TABLE order_settings (
        team_id uuid CONSTRAINT order_settings_pk PRIMARY KEY CONSTRAINT order_settings_team_fk REFERENCES teams,
        -- Null means that there is no deadline.
        respond_within_hours integer CONSTRAINT order_settings_respond_ck CHECK (respond_within_hours BETWEEN 1 AND 8760),
        personal_data_days integer NOT NULL CONSTRAINT order_settings_days_ck CHECK (personal_data_days BETWEEN 1 AND 365),
        version integer NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );

      CREATE TABLE orders (
        id uuid CONSTRAINT orders_pk PRIMARY KEY,
        reseller_team_id uuid NOT NULL CONSTRAINT orders_team_fk REFERENCES teams,
        -- The names of teams and offers stay as they were when the order was placed.
        reseller_name text NOT NULL,
        external_id text,
        promo_code text,
        -- JSON with all personal data: customer, address, notes, metadata. Null once it has been erased.
        sealed bytea,
        data_key_id text,
        -- Keyed hashes of the customer's e-mail address and of each word of the name.
        customer_terms bytea[] NOT NULL,
        erased_at timestamptz(3),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT orders_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE UNIQUE INDEX orders_external_id_uq ON orders (reseller_team_id, external_id) WHERE external_id IS NOT NULL;
      CREATE INDEX orders_newest_idx ON orders (reseller_team_id, created_at, id);
      CREATE INDEX orders_customer_idx ON orders USING gin (customer_terms);
      CREATE INDEX orders_data_key_idx ON orders (data_key_id) WHERE data_key_id IS NOT NULL;

      CREATE TABLE order_items (
        id uuid CONSTRAINT order_items_pk PRIMARY KEY,
        order_id uuid NOT NULL CONSTRAINT order_items_order_fk REFERENCES orders,
        position integer NOT NULL,
        -- Copy of the order's, for the indexes.
        reseller_team_id uuid NOT NULL,
        provider_team_id uuid NOT NULL CONSTRAINT order_items_team_fk REFERENCES teams,
        provider_name text NOT NULL,
        offer_id uuid CONSTRAINT order_items_offer_fk REFERENCES offers,
        product_offering_id uuid,
        promotion_id uuid CONSTRAINT order_items_promotion_fk REFERENCES promotions ON DELETE SET NULL,
        offer_name text NOT NULL,
        category text,
        currency char(3) NOT NULL,
        monthly_price_minor bigint,
        first_monthly_minor bigint,
        all_in_monthly_minor bigint,
        -- What the reseller saw. The type json keeps the bytes of the catalog.
        snapshot json NOT NULL CONSTRAINT order_items_snapshot_ck CHECK (json_typeof(snapshot) = 'object'),
        status text NOT NULL CONSTRAINT order_items_status_ck CHECK (status IN (${statuses})),
        respond_by timestamptz(3),
        accepted_at timestamptz(3),
        activated_at timestamptz(3),
        ended_at timestamptz(3),
        scheduled_for timestamptz(3),
        scheduled_until timestamptz(3),
        reason_code text,
        cancel_requested_at timestamptz(3),
        cancellation_fee_minor bigint CONSTRAINT order_items_fee_ck CHECK (cancellation_fee_minor >= 0),
        jeopardy_since timestamptz(3),
        expected_at timestamptz(3),
        -- JSON with the texts of both sides about the customer: form fields, provider's notes, metadata, milestones.
        sealed bytea,
        data_key_id text,
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT order_items_position_uq UNIQUE (order_id, position),
        CONSTRAINT order_items_offering_fk FOREIGN KEY (product_offering_id, provider_team_id)
          REFERENCES product_offerings (id, team_id),
        CONSTRAINT order_items_one_ck CHECK (num_nonnulls(offer_id, product_offering_id) = 1),
        CONSTRAINT order_items_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE INDEX order_items_newest_idx ON order_items (provider_team_id, created_at, id);
      CREATE INDEX order_items_status_idx ON order_items (provider_team_id, status, created_at, id);
      CREATE INDEX order_items_own_status_idx ON order_items (reseller_team_id, status, created_at, order_id);
      CREATE INDEX order_items_partner_idx ON order_items (reseller_team_id, provider_team_id, created_at, order_id);
      CREATE INDEX order_items_overdue_idx ON order_items (provider_team_id, created_at, id, respond_by)
        WHERE status IN ('pending', 'submitted_to_provider') AND respond_by IS NOT NULL;
      CREATE INDEX order_items_offer_idx ON order_items (offer_id, created_at, id) WHERE offer_id IS NOT NULL;
      CREATE INDEX order_items_offering_idx ON order_items (product_offering_id, created_at, id)
        WHERE product_offering_id IS NOT NULL;
      CREATE INDEX order_items_own_offer_idx ON order_items (reseller_team_id, offer_id, created_at, order_id)
        WHERE offer_id IS NOT NULL;
      CREATE INDEX order_items_own_offering_idx ON order_items (reseller_team_id, product_offering_id, created_at, order_id)
        WHERE product_offering_id IS NOT NULL;
      CREATE INDEX order_items_promotion_idx ON order_items (promotion_id) WHERE promotion_id IS NOT NULL;
      CREATE INDEX order_items_data_key_idx ON order_items (data_key_id) WHERE data_key_id IS NOT NULL;

      -- A promo code counts once per order and provider. It is returned when all items that it covers are rejected or
      -- cancelled.
      CREATE TABLE order_redemptions (
        order_id uuid NOT NULL CONSTRAINT order_redemptions_order_fk REFERENCES orders,
        promotion_id uuid NOT NULL,
        team_id uuid NOT NULL CONSTRAINT order_redemptions_team_fk REFERENCES teams,
        returned_at timestamptz(3),
        CONSTRAINT order_redemptions_pk PRIMARY KEY (order_id, promotion_id),
        CONSTRAINT order_redemptions_promotion_fk FOREIGN KEY (promotion_id, team_id)
          REFERENCES promotions (id, team_id) ON DELETE CASCADE
      );
      CREATE INDEX order_redemptions_promotion_idx ON order_redemptions (promotion_id);

      -- What each side notes for itself; the other side never sees it.
      CREATE TABLE order_item_desks (
        id uuid CONSTRAINT order_item_desks_pk PRIMARY KEY,
        order_item_id uuid NOT NULL CONSTRAINT order_item_desks_item_fk REFERENCES order_items,
        team_id uuid NOT NULL CONSTRAINT order_item_desks_team_fk REFERENCES teams,
        sealed bytea,
        data_key_id text,
        version integer NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT order_item_desks_item_uq UNIQUE (order_item_id, team_id),
        CONSTRAINT order_item_desks_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE INDEX order_item_desks_data_key_idx ON order_item_desks (data_key_id) WHERE data_key_id IS NOT NULL;

      CREATE TABLE order_item_history (
        id uuid CONSTRAINT order_item_history_pk PRIMARY KEY,
        order_item_id uuid NOT NULL CONSTRAINT order_item_history_item_fk REFERENCES order_items,
        -- The version of the item after the change.
        sequence integer NOT NULL,
        from_status text CONSTRAINT order_item_history_from_ck CHECK (from_status IN (${statuses})),
        status text NOT NULL CONSTRAINT order_item_history_status_ck CHECK (status IN (${statuses})),
        actor text NOT NULL CONSTRAINT order_item_history_actor_ck CHECK (actor IN ('reseller','provider','system')),
        api_key_id uuid,
        reason_code text,
        scheduled_for timestamptz(3),
        scheduled_until timestamptz(3),
        -- What else changed, without personal data.
        details jsonb NOT NULL DEFAULT '{}'
          CONSTRAINT order_item_history_details_ck CHECK (jsonb_typeof(details) = 'object'),
        -- JSON with the texts of the entry.
        sealed bytea,
        data_key_id text,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT order_item_history_sequence_uq UNIQUE (order_item_id, sequence),
        CONSTRAINT order_item_history_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE INDEX order_item_history_data_key_idx ON order_item_history (data_key_id) WHERE data_key_id IS NOT NULL;

      -- Entries are only added. Their texts can be erased, or encrypted again with another key.
      CREATE FUNCTION order_item_history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          kept order_item_history;
        BEGIN
          IF TG_OP = 'UPDATE' THEN
            kept := NEW;
            IF OLD.sealed IS NOT NULL THEN
              kept.sealed := OLD.sealed;
              kept.data_key_id := OLD.data_key_id;
            END IF;
            IF kept IS NOT DISTINCT FROM OLD THEN
              RETURN NEW;
            END IF;
          END IF;
          RAISE EXCEPTION 'The history of an order cannot be changed' USING ERRCODE = 'integrity_constraint_violation';
        END $$;
      CREATE TRIGGER order_item_history_refuse_change BEFORE UPDATE OR DELETE ON order_item_history
        FOR EACH ROW EXECUTE FUNCTION order_item_history_refuse_change();
      CREATE TRIGGER order_item_history_refuse_truncate BEFORE TRUNCATE ON order_item_history
        FOR EACH STATEMENT EXECUTE FUNCTION order_item_history_refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE order_item_history, order_item_desks, order_redemptions, order_items, orders, order_settings;
      DROP FUNCTION order_item_history_refuse_change;
    `);
  }
}
