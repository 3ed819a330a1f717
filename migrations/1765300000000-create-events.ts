import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEvents1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What has happened, written in the transaction of the change. An event without a team is about an offer; the
      -- resellers that it concerns are found when it is routed.
      CREATE TABLE events (
        -- A UUID v7, so that old events are found by their IDs.
        id uuid CONSTRAINT events_pk PRIMARY KEY,
        -- The order in which the events of one subject occurred: whoever changes a subject has locked it.
        seq bigint GENERATED ALWAYS AS IDENTITY,
        -- The team that receives the event. Not a foreign key, which would lock the team in each transaction.
        team_id uuid,
        type text NOT NULL,
        -- The order item, offer, partner, API key or endpoint that the event is about.
        subject uuid NOT NULL,
        -- For an event about an offer: who could see the offer before the change, and who can see it now.
        audience jsonb,
        -- The only endpoint that receives the event; null for all that subscribe to its type.
        endpoint_id uuid,
        -- The bytes that are sent: in clear text, or encrypted if they can contain personal data.
        payload bytea,
        sealed bytea,
        data_key_id text,
        routed boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT events_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL)),
        CONSTRAINT events_recipient_ck CHECK ((team_id IS NULL) = (audience IS NOT NULL))
      );
      -- Events about offers wait separately, so that many of them do not delay the others.
      CREATE INDEX events_waiting_idx ON events (seq) WHERE NOT routed AND team_id IS NOT NULL;
      CREATE INDEX events_waiting_offers_idx ON events (seq) WHERE NOT routed AND team_id IS NULL;
      -- Tests of endpoints, which are sent although the endpoint is failing.
      CREATE INDEX events_endpoint_idx ON events (endpoint_id) WHERE endpoint_id IS NOT NULL;

      -- The events of each team. One process at a time adds entries, so positions become visible in their order.
      CREATE SEQUENCE event_positions;
      CREATE TABLE event_recipients (
        team_id uuid NOT NULL CONSTRAINT event_recipients_team_fk REFERENCES teams ON DELETE CASCADE,
        position bigint NOT NULL,
        event_id uuid NOT NULL CONSTRAINT event_recipients_event_fk REFERENCES events ON DELETE CASCADE,
        type text NOT NULL,
        subject uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT event_recipients_pk PRIMARY KEY (team_id, position)
      );
      CREATE INDEX event_recipients_event_idx ON event_recipients (event_id);
      CREATE INDEX event_recipients_subject_idx ON event_recipients (subject, team_id, position);

      -- Which events about offers a team receives without an endpoint.
      CREATE TABLE event_settings (
        team_id uuid CONSTRAINT event_settings_pk PRIMARY KEY CONSTRAINT event_settings_team_fk REFERENCES teams,
        offer_events text[] NOT NULL,
        version integer NOT NULL,
        updated_at timestamptz(3) NOT NULL
      );
      CREATE INDEX event_settings_offers_idx ON event_settings (team_id) WHERE offer_events <> '{}';

      CREATE TABLE webhook_endpoints (
        id uuid CONSTRAINT webhook_endpoints_pk PRIMARY KEY,
        team_id uuid NOT NULL CONSTRAINT webhook_endpoints_team_fk REFERENCES teams ON DELETE CASCADE,
        url text NOT NULL,
        -- Types of events, 'order.*' for all types that begin with 'order.', or '*' for all.
        events text[] NOT NULL,
        enabled boolean NOT NULL,
        description text,
        -- Null for no limit of its own.
        max_per_second integer CONSTRAINT webhook_endpoints_rate_ck CHECK (max_per_second BETWEEN 1 AND 1000),
        -- JSON with the secrets and the custom headers; null if the key with which it was encrypted is lost.
        sealed bytea,
        data_key_id text,
        -- Until when the previous secret signs, too.
        previous_secret_until timestamptz(3),
        -- Why the service disabled the endpoint: 'failing' or 'gone'.
        disabled_reason text CONSTRAINT webhook_endpoints_reason_ck CHECK (disabled_reason IN ('failing', 'gone')),
        disabled_at timestamptz(3),
        version integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT webhook_endpoints_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE INDEX webhook_endpoints_team_idx ON webhook_endpoints (team_id, created_at, id);
      CREATE INDEX webhook_endpoints_data_key_idx ON webhook_endpoints (data_key_id) WHERE data_key_id IS NOT NULL;
      CREATE INDEX webhook_endpoints_offers_idx ON webhook_endpoints (team_id) WHERE enabled AND events &&
        '{*,offer.*,offer.published,offer.updated,offer.price_changed,offer.withdrawn}'::text[];

      -- The state of the deliveries to an endpoint. One process at a time holds a lane.
      CREATE TABLE webhook_lanes (
        endpoint_id uuid CONSTRAINT webhook_lanes_pk PRIMARY KEY
          CONSTRAINT webhook_lanes_endpoint_fk REFERENCES webhook_endpoints ON DELETE CASCADE,
        -- When the lane has something to send; null if nothing is pending.
        due_at timestamptz,
        -- Incremented whenever due_at becomes earlier, so that the process that holds the lane notices.
        wake bigint NOT NULL DEFAULT 0,
        leased_by uuid,
        lease_until timestamptz,
        -- Attempts that have failed since the last one that succeeded, and the time of the first of them.
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz(3),
        -- Whether the last response took long.
        slow boolean NOT NULL DEFAULT false,
        -- The other lanes share a part of the requests that a process sends at the same time.
        healthy boolean GENERATED ALWAYS AS (failures = 0 AND NOT slow) STORED,
        breaker text NOT NULL DEFAULT 'closed'
          CONSTRAINT webhook_lanes_breaker_ck CHECK (breaker IN ('closed', 'open', 'probing')),
        open_until timestamptz,
        -- When the team was warned that the endpoint will be disabled.
        warned_at timestamptz(3),
        CONSTRAINT webhook_lanes_lease_ck CHECK ((leased_by IS NULL) = (lease_until IS NULL))
      ) WITH (fillfactor = 50);
      CREATE INDEX webhook_lanes_due_idx ON webhook_lanes (healthy, due_at) WHERE due_at IS NOT NULL;

      CREATE TABLE webhook_deliveries (
        id uuid CONSTRAINT webhook_deliveries_pk PRIMARY KEY,
        endpoint_id uuid NOT NULL CONSTRAINT webhook_deliveries_endpoint_fk REFERENCES webhook_endpoints ON DELETE CASCADE,
        team_id uuid NOT NULL CONSTRAINT webhook_deliveries_team_fk REFERENCES teams ON DELETE CASCADE,
        event_id uuid NOT NULL CONSTRAINT webhook_deliveries_event_fk REFERENCES events ON DELETE CASCADE,
        -- The position of the event, in whose order deliveries of the same subject are sent.
        position bigint NOT NULL,
        type text NOT NULL,
        subject uuid NOT NULL,
        status text NOT NULL CONSTRAINT webhook_deliveries_status_ck CHECK (status IN ('pending', 'delivered', 'dead')),
        -- All attempts, and those that have failed since the delivery was created or requested again.
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        -- Never before that of an earlier pending delivery of the subject, once a process has seen both.
        next_attempt_at timestamptz(3),
        last_attempt_at timestamptz(3),
        last_status_code integer,
        last_error text,
        delivered_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT webhook_deliveries_event_uq UNIQUE (event_id, endpoint_id),
        CONSTRAINT webhook_deliveries_next_ck CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL))
      ) WITH (fillfactor = 80);
      CREATE INDEX webhook_deliveries_pending_idx ON webhook_deliveries (endpoint_id, next_attempt_at, position)
        WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_subject_idx ON webhook_deliveries (endpoint_id, subject, position)
        WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_newest_idx ON webhook_deliveries (endpoint_id, position, id);
      CREATE INDEX webhook_deliveries_dead_idx ON webhook_deliveries (endpoint_id, position, id) WHERE status = 'dead';

      CREATE TABLE webhook_attempts (
        id uuid CONSTRAINT webhook_attempts_pk PRIMARY KEY,
        delivery_id uuid NOT NULL CONSTRAINT webhook_attempts_delivery_fk REFERENCES webhook_deliveries ON DELETE CASCADE,
        at timestamptz(3) NOT NULL,
        duration_ms integer NOT NULL,
        status_code integer,
        error text,
        -- The beginning of the response, which can repeat personal data; null if it was empty.
        sealed bytea,
        data_key_id text,
        CONSTRAINT webhook_attempts_sealed_ck CHECK ((sealed IS NULL) = (data_key_id IS NULL))
      );
      CREATE INDEX webhook_attempts_delivery_idx ON webhook_attempts (delivery_id, at);
      CREATE INDEX webhook_attempts_data_key_idx ON webhook_attempts (data_key_id) WHERE data_key_id IS NOT NULL;

      -- When the event api_key.expiring was written for the current expiry.
      ALTER TABLE api_keys ADD expiry_announced_at timestamptz(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys DROP expiry_announced_at;
      DROP TABLE webhook_attempts, webhook_deliveries, webhook_lanes, webhook_endpoints, event_settings, event_recipients,
        events;
      DROP SEQUENCE event_positions;
    `);
  }
}
