import type { MigrationInterface, QueryRunner } from 'typeorm';

const types = '{*,offer.*,offer.published,offer.updated,offer.price_changed,offer.withdrawn}';

/** What the log of catalog changes and the queue of search words need, as before. */
const logInsert = `INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';
            INSERT INTO search_pending SELECT id, false FROM new_rows WHERE status = 'active' AND visibility = 'public';`;
const logDelete = `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END
                FROM old_rows WHERE status = 'active';
            INSERT INTO search_pending SELECT id, true FROM old_rows WHERE status = 'active' AND visibility = 'public';`;
const logUpdate = `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids, audience_only)
              SELECT 'offer', n.id, n.team_id,
                     CASE WHEN o.status = 'active' THEN o.visibility END,
                     CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END,
                     o.version - o.hidden_edits = n.version - n.hidden_edits
                FROM old_rows o JOIN new_rows n USING (id)
               WHERE (o.status = 'active' OR n.status = 'active') AND o.version <> n.version
                 AND (NOT (o.version - o.hidden_edits = n.version - n.hidden_edits) OR n.visibility = 'selected'
                   AND NOT (o.allowed_resellers @> n.allowed_resellers AND o.allowed_resellers <@ n.allowed_resellers));`;

type Row = 'o' | 'n';

/** Who can see a row, in the form that is stored. */
const audience = (row: Row) => `CASE WHEN ${row}.status <> 'active' THEN NULL
                  WHEN ${row}.visibility = 'selected' THEN to_jsonb(${row}.allowed_resellers) ELSE to_jsonb(${row}.visibility) END`;

/** Whether there can be resellers that see one row and not the other. A provider that is a reseller sees its own offers. */
const isSeenOnly = (row: Row, other: Row) => `CASE WHEN ${row}.status <> 'active' THEN false
                  WHEN ${other}.status <> 'active' THEN true
                  WHEN ${row}.visibility = 'selected' THEN ${other}.visibility <> 'public' AND ${row}.allowed_resellers <> '{}'
                    AND (${other}.visibility <> 'selected' OR NOT ${row}.allowed_resellers <@ ${other}.allowed_resellers)
                  ELSE ${other}.visibility NOT IN ('public', ${row}.visibility) END`;

/** Whether resellers that see both rows see a difference. */
const isChanged = `o.status = 'active' AND n.status = 'active'
                  AND o.version - o.hidden_edits <> n.version - n.hidden_edits`;

const columns = (row: Row) =>
  `${row}.name, ${row}.category, ${row}.sku, ${row}.version - ${row}.hidden_edits`;
const prices = 'concat(\',"previousPricing":\', o.pricing, \',"pricing":\', n.pricing)';

interface Occurrence {
  type: string;
  condition: string;
  /** The row that the event describes. */
  row: Row;
  /** SQL for more members of the data. */
  more?: string;
}
const published = { type: 'offer.published', row: 'n' } as const;
const withdrawn = { type: 'offer.withdrawn', row: 'o' } as const;

/** Writes the events of each row in this order. */
const insertEvents = (from: string, occurrences: readonly Occurrence[], rows: readonly Row[]) => {
  const [row = 'n'] = rows;
  const state = (name: Row) => (rows.includes(name) ? audience(name) : 'NULL::jsonb');
  const values = occurrences.map(
    ({ type, condition, row: shown, more = "''" }) => `('${type}', ${condition}, ${columns(shown)}, ${more})`,
  );
  return `INSERT INTO events (id, type, subject, audience, payload, created_at)
              SELECT event_id, type, id, jsonb_build_object('team', team_id, 'before', before, 'after', after),
                     convert_to(concat('{"id":"evt_', replace(event_id::text, '-', ''), '","event":"', type,
                       '","timestamp":"', changed_text, '","data":{"offerId":"', id, '","providerTeamId":"', team_id,
                       '","name":', to_json(name), ',"category":', coalesce(to_json(category)::text, 'null'),
                       ',"sku":', coalesce(to_json(sku)::text, 'null'), ',"version":', version, more, '}}'), 'UTF8'), changed_at
                FROM (SELECT new_uuid() AS event_id, ${row}.id, ${row}.team_id, e.*, ${state('o')} AS before,
                  ${state('n')} AS after
                  FROM ${from} CROSS JOIN LATERAL (VALUES
                  ${values.join(',\n                  ')}
                  ) AS e (type, occurs, name, category, sku, version, more) WHERE occurs) AS e;`;
};

const logChanges = (events?: { insert: string; delete: string; update: string }) => `
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            ${logInsert}
          ELSIF TG_OP = 'DELETE' THEN
            ${logDelete}
          ELSE
            ${logUpdate}
          END IF;${
            events
              ? `
          IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled AND events && '${types}'::text[])
              OR EXISTS (SELECT FROM event_settings WHERE offer_events <> '{}') THEN
            DECLARE
              changed_at CONSTANT timestamptz(3) := clock_timestamp();
              changed_text CONSTANT text := to_char(changed_at AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
            BEGIN
              IF TG_OP = 'INSERT' THEN
                ${events.insert}
              ELSIF TG_OP = 'DELETE' THEN
                ${events.delete}
              ELSE
                ${events.update}
              END IF;
            END;
          END IF;`
              : ''
          }
          RETURN NULL;
        END $$;`;

export class LogOfferEvents1765310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Events about offers wait separately, so that many of them do not delay the others.
      DROP INDEX events_waiting_idx;
      CREATE INDEX events_waiting_idx ON events (seq) WHERE NOT routed AND team_id IS NOT NULL;
      CREATE INDEX events_waiting_offers_idx ON events (seq) WHERE NOT routed AND team_id IS NULL;

      -- A new UUID v7.
      CREATE FUNCTION new_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
          substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
          'hex')::uuid
      $$;
      -- Changes of an offer that resellers see become events while anybody subscribes to them.
      ${logChanges({
        insert: insertEvents('new_rows n', [{ ...published, condition: "n.status = 'active'" }], ['n']),
        delete: insertEvents('old_rows o', [{ ...withdrawn, condition: "o.status = 'active'" }], ['o']),
        update: insertEvents(
          'old_rows o JOIN new_rows n ON n.id = o.id AND n.version <> o.version',
          [
            { ...withdrawn, condition: isSeenOnly('o', 'n') },
            { ...published, condition: isSeenOnly('n', 'o') },
            { type: 'offer.updated', condition: isChanged, row: 'n' },
            {
              type: 'offer.price_changed',
              condition: `o.pricing <> n.pricing AND ${isChanged}`,
              row: 'n',
              more: prices,
            },
          ],
          ['n', 'o'],
        ),
      })}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${logChanges()}
      DROP FUNCTION new_uuid;
      DROP INDEX events_waiting_idx, events_waiting_offers_idx;
      CREATE INDEX events_waiting_idx ON events (seq) WHERE NOT routed;
    `);
  }
}
