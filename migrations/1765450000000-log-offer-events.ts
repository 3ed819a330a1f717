import type { MigrationInterface, QueryRunner } from 'typeorm';

type Row = 'o' | 'n';

/** The log of catalog changes. @param withLicenses whether it contains the licenses that resellers needed before the change */
const catalogLog = (withLicenses: boolean) => {
  const licenses = withLicenses ? ', licenses' : '';
  const [deleted, changed] = withLicenses
    ? [
        ", nullif(reseller_licenses, '{}')",
        "CASE WHEN o.status = 'active' THEN nullif(o.reseller_licenses, '{}') END,",
      ]
    : ['', ''];
  return {
    insert: `INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';`,
    delete: `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids${licenses})
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END${deleted}
                FROM old_rows WHERE status = 'active';`,
    update: `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids${licenses}, audience_only)
              SELECT 'offer', n.id, n.team_id,
                     CASE WHEN o.status = 'active' THEN o.visibility END,
                     CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END,
                     ${changed} o.version - o.hidden_edits = n.version - n.hidden_edits
                FROM old_rows o JOIN new_rows n USING (id)
               WHERE (o.status = 'active' OR n.status = 'active') AND o.version <> n.version
                 AND (NOT (o.version - o.hidden_edits = n.version - n.hidden_edits) OR n.visibility = 'selected'
                   AND NOT (o.allowed_resellers @> n.allowed_resellers AND o.allowed_resellers <@ n.allowed_resellers));`,
  };
};

/** Queues the words of an offer for the vocabulary that corrects typos. */
const words = {
  insert:
    "INSERT INTO search_pending SELECT id, false FROM new_rows WHERE status = 'active' AND visibility = 'public';",
  delete:
    "INSERT INTO search_pending SELECT id, true FROM old_rows WHERE status = 'active' AND visibility = 'public';",
};

const resellerTypes = '{*,offer.*,offer.published,offer.updated,offer.price_changed,offer.withdrawn}';
const ownerTypes = '{*,offer.*,offer.compliance_changed}';
const [published, withdrawn, updated, priceChanged, complianceChanged] = [
  'offer.published',
  'offer.withdrawn',
  'offer.updated',
  'offer.price_changed',
  'offer.compliance_changed',
];

/** Whether anybody subscribes to events for resellers, and to those for the owners of offers. */
const subscriptions = `
            EXISTS (SELECT FROM webhook_endpoints WHERE enabled AND events && '${resellerTypes}'::text[])
              OR EXISTS (SELECT FROM event_settings WHERE offer_events <> '{}' AND offer_events <> '{${complianceChanged}}'),
            EXISTS (SELECT FROM webhook_endpoints WHERE enabled AND events && '${ownerTypes}'::text[])
              OR EXISTS (SELECT FROM event_settings WHERE offer_events <> '{}' AND '${complianceChanged}' = ANY (offer_events))`;

/** Whether the owner of the new row subscribes to its assessments. */
const ownerSubscribes = `(EXISTS (SELECT FROM webhook_endpoints w
                    WHERE w.team_id = n.team_id AND w.enabled AND w.events && '${ownerTypes}'::text[])
                  OR EXISTS (SELECT FROM event_settings s WHERE s.team_id = n.team_id
                    AND '${complianceChanged}' = ANY (s.offer_events)))`;

/** Who can see a row, in the form that is stored. */
const audience = (row: Row) => `CASE WHEN ${row}.status <> 'active' THEN NULL
                  WHEN ${row}.visibility = 'selected' THEN to_jsonb(${row}.allowed_resellers) ELSE to_jsonb(${row}.visibility) END`;

/** Who needs a license of which row: one more member of the audience. */
const needed = (name: string, row: Row) =>
  `CASE WHEN ${row}.reseller_licenses <> '{}' THEN jsonb_build_object('${name}Licenses', ${row}.reseller_licenses) ELSE '{}' END`;

/** The column `audience` for a change from the old to the new row, if there are both. */
const audiences = (rows: readonly Row[]) => {
  const [row = 'n'] = rows;
  const state = (name: Row) => (rows.includes(name) ? audience(name) : 'NULL::jsonb');
  const licenses = [
    ...(rows.includes('o') ? [needed('before', 'o')] : []),
    ...(rows.includes('n') ? [needed('after', 'n')] : []),
  ];
  return `jsonb_build_object('team', ${row}.team_id, 'before', ${state('o')}, 'after', ${state('n')})
                  || ${licenses.join(' || ')}`;
};

/** Whether there can be resellers that see one row and not the other. A provider that is a reseller sees its own offers. */
const isSeenOnly = (row: Row, other: Row) => `CASE WHEN ${row}.status <> 'active' THEN false
                  WHEN ${other}.status <> 'active' THEN true
                  WHEN ${other}.reseller_licenses <> '{}'
                    AND NOT (${row}.reseller_licenses <> '{}' AND ${row}.reseller_licenses <@ ${other}.reseller_licenses) THEN true
                  WHEN ${row}.visibility = 'selected' THEN ${other}.visibility <> 'public' AND ${row}.allowed_resellers <> '{}'
                    AND (${other}.visibility <> 'selected' OR NOT ${row}.allowed_resellers <@ ${other}.allowed_resellers)
                  ELSE ${other}.visibility NOT IN ('public', ${row}.visibility) END`;

/** Whether resellers that see both rows see a difference. */
const isChanged = `o.status = 'active' AND n.status = 'active' AND o.version - o.hidden_edits <> n.version - n.hidden_edits`;

const orNull = (column: string) => `coalesce(to_json(${column})::text, 'null')`;

/** The members of the data of an event for resellers. @param more further arguments of concat() */
const offerData = (row: Row, more: readonly string[] = []) =>
  `concat(',"providerTeamId":"', ${row}.team_id, '","name":', to_json(${row}.name), ',"category":', ${orNull(`${row}.category`)},
                  ',"sku":', ${orNull(`${row}.sku`)}, ',"version":', ${[`${row}.version - ${row}.hidden_edits`, ...more].join(', ')})`;
const priceData = offerData('n', ['\',"previousPricing":\'', 'o.pricing', '\',"pricing":\'', 'n.pricing']);

/** The members of the data of an event for the owner. */
const assessmentData = (
  previousStatus: string,
) => `concat(',"name":', to_json(n.name), ',"sku":', ${orNull('n.sku')}, ',"version":', n.version,
                  ',"previousStatus":', ${previousStatus}, ',"status":"', n.assessed_status,
                  '","findings":', jsonb_path_query_array(n.findings, '$[*][0]'))`;

/** @param source selects type, offer, recipient, audience and data of events, in the order in which they occurred */
const insertEvents = (
  source: string,
) => `INSERT INTO events (id, type, subject, team_id, audience, payload, created_at)
              SELECT event_id, type, offer_id, recipient, audience,
                     convert_to(concat('{"id":"evt_', replace(event_id::text, '-', ''), '","event":"', type,
                       '","timestamp":"', changed_text, '","data":{"offerId":"', offer_id, '"', data, '}}'), 'UTF8'), changed_at
                FROM (${source}) AS e (event_id, type, offer_id, recipient, audience, data);`;

const events = {
  insert: insertEvents(`
                SELECT new_uuid(), '${published}', n.id, NULL::uuid, ${audiences(['n'])},
                  ${offerData('n')}
                  FROM new_rows n WHERE to_resellers AND n.status = 'active'
                UNION ALL
                SELECT new_uuid(), '${complianceChanged}', n.id, n.team_id, NULL,
                  ${assessmentData("'null'")}
                  FROM new_rows n WHERE to_owners AND n.assessed_status <> 'unknown' AND ${ownerSubscribes}`),
  delete: insertEvents(`
                SELECT new_uuid(), '${withdrawn}', o.id, NULL::uuid, ${audiences(['o'])},
                  ${offerData('o')}
                  FROM old_rows o WHERE to_resellers AND o.status = 'active'`),
  // The types first, because most of them do not occur, and what they contain is then not computed.
  update: insertEvents(`
                SELECT new_uuid(), e.type, n.id, CASE WHEN e.type = '${complianceChanged}' THEN n.team_id END,
                  CASE WHEN e.type <> '${complianceChanged}' THEN ${audiences(['n', 'o'])} END,
                  CASE e.type
                    WHEN '${withdrawn}' THEN ${offerData('o')}
                    WHEN '${priceChanged}' THEN ${priceData}
                    WHEN '${complianceChanged}' THEN ${assessmentData(orNull('o.assessed_status'))}
                    ELSE ${offerData('n')}
                  END
                  FROM old_rows o JOIN new_rows n ON n.id = o.id AND n.version <> o.version
                    CROSS JOIN LATERAL unnest(ARRAY[
                      CASE WHEN to_resellers AND ${isSeenOnly('o', 'n')} THEN '${withdrawn}' END,
                      CASE WHEN to_resellers AND ${isSeenOnly('n', 'o')} THEN '${published}' END,
                      CASE WHEN to_resellers AND ${isChanged} THEN '${updated}' END,
                      CASE WHEN to_resellers AND o.pricing <> n.pricing AND ${isChanged} THEN '${priceChanged}' END,
                      CASE WHEN to_owners AND n.assessed_status <> o.assessed_status AND ${ownerSubscribes}
                        THEN '${complianceChanged}' END]) AS e (type)
                 WHERE e.type IS NOT NULL`),
};

/** Runs the statements of the operation. */
const perOperation = (statements: Record<'insert' | 'delete' | 'update', string>) => `IF TG_OP = 'INSERT' THEN
            ${statements.insert}
          ELSIF TG_OP = 'DELETE' THEN
            ${statements.delete}
          ELSE
            ${statements.update}
          END IF;`;

const logCatalog = (withLicenses: boolean) => {
  const log = catalogLog(withLicenses);
  return perOperation({
    insert: `${log.insert}
            ${words.insert}`,
    delete: `${log.delete}
            ${words.delete}`,
    update: log.update,
  });
};

export class LogOfferEvents1765450000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A new UUID v7.
      CREATE FUNCTION new_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
          substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
          'hex')::uuid
      $$;
      -- Changes of an offer that resellers see become events while anybody subscribes to them, and so do changes of its
      -- assessment for its owner. As few statements as possible: to start one takes longer than to write a row.
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          to_resellers boolean;
          to_owners boolean;
          changed_at timestamptz(3);
          changed_text text;
        BEGIN
          ${logCatalog(true)}
          SELECT ${subscriptions}
            INTO to_resellers, to_owners;
          IF to_resellers OR to_owners THEN
            changed_at := clock_timestamp();
            changed_text := to_char(changed_at AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
            ${perOperation(events)}
          END IF;
          RETURN NULL;
        END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          ${logCatalog(false)}
          RETURN NULL;
        END $$;
      DROP FUNCTION new_uuid;
    `);
  }
}
