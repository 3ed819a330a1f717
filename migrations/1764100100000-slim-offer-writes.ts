import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The attributes that can be filtered in each category, as in the migration that added catalog search. */
const attributes = {
  internet: [
    ['connection_type', "data->>'connectionType'"],
    ['download_mbps', "(data->'maxBandwidth')::numeric"],
    ['unlimited_data', "coalesce(data->'dataCap', 'null') = 'null'"],
  ],
  television: [['channel_count', "(data->'channelCount')::numeric"]],
  security: [
    ['monitoring_type', "data->>'monitoringType'"],
    ['installation_type', "data->>'installationType'"],
  ],
  energy: [
    ['energy_type', "data->>'energyType'"],
    ['renewable_percentage', "(data->'renewablePercentage')::numeric"],
    ['contract_months', "(data->'contractLengthMonths')::numeric"],
  ],
  insurance: [['coverage_amount', "(data->'coverageAmount')::numeric"]],
} as const;
const names = Object.values(attributes)
  .flat()
  .map(([name]) => name);
const readings = Object.entries(attributes).map(
  ([category, columns]) =>
    `WHEN '${category}' THEN ${columns.map(([name, sql]) => `NEW.${name} := ${sql};`).join(' ')}`,
);

const isObject = (column: string) => `jsonb_typeof(NEW.${column}) = 'object'`;
const isOneOf = (column: string, values: string) => `NEW.${column} = ANY ('{${values}}'::text[])`;

/** What CHECK constraints declared so far. As there, a condition that is null is met. */
const checks: Record<string, string> = {
  offers_name_ck: "btrim(NEW.name) <> ''",
  offers_category_ck: "NEW.category ~ '^[a-z][a-z0-9_]*$'",
  offers_status_ck: isOneOf('status', 'draft,active,inactive,archived'),
  offers_metadata_ck: isObject('metadata'),
  offers_submission_config_ck: isObject('submission_config'),
  offers_service_data_ck: isObject('service_specific_data'),
  offers_pricing_type_ck: isOneOf('pricing_type', 'fixed,variable,tiered,custom'),
  offers_price_ck: 'NEW.monthly_price_minor >= 0',
  offers_fees_ck: isObject('fees'),
  offers_compliance_data_ck: isObject('compliance_data'),
  offers_compliance_status_ck: isOneOf(
    'compliance_status',
    'unknown,compliant,incomplete,non_compliant,exempt',
  ),
  offers_category_given_ck:
    'NEW.category IS NOT NULL OR (NEW.service_specific_data IS NULL AND NEW.compliance_data IS NULL)',
  offers_visibility_ck: isOneOf('visibility', 'public,preferred,selected'),
};
const violated = Object.entries(checks).map(([name, check]) => `WHEN NOT (${check}) THEN '${name}'`);
const allMet = Object.values(checks).map((check) => `(${check}) IS NOT FALSE`);

/** The price in ten-thousandths of the major unit of its currency. */
const priceKey = `NEW.monthly_price_minor * CASE
            WHEN NEW.currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 10000
            WHEN NEW.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 10
            ELSE 100 END`;
const cleared = names.map((name) => `NEW.${name} := NULL;`).join(' ');
const internetNames = attributes.internet.map(([name]) => name).join(', ');

const logDeletion = `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', id, team_id, visibility, CASE WHEN visibility = 'selected' THEN allowed_resellers END
                FROM old_rows WHERE status = 'active';`;
const logUpdate = `INSERT INTO catalog_changes (kind, offer_id, team_id, audience, audience_ids)
              SELECT 'offer', n.id, n.team_id,
                     CASE WHEN o.status = 'active' THEN o.visibility END,
                     CASE WHEN o.status = 'active' AND o.visibility = 'selected' THEN o.allowed_resellers END
                FROM old_rows o JOIN new_rows n USING (id)
               WHERE (o.status = 'active' OR n.status = 'active') AND o.version <> n.version;`;

/** Columns that follow the sort keys in each index, for filters, counts and facets that read no rows. */
const filtered = `area_key, visibility, team_id, ${names.join(', ')}`;

export class SlimOfferWrites1764100100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Postgres parses each CHECK constraint for every statement, which took a fifth of the time of an insert.
      -- The trigger that runs anyway checks the same conditions and reports the same names.
      ALTER TABLE offers ${Object.keys(checks)
        .map((name) => `DROP CONSTRAINT ${name}`)
        .join(', ')};

      CREATE OR REPLACE FUNCTION offers_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          data CONSTANT jsonb := NEW.service_specific_data;
          violated text;
        BEGIN
          IF NOT (${allMet.join('\n              AND ')}) THEN
            violated := CASE ${violated.join('\n              ')} END;
            RAISE EXCEPTION 'new row for relation "offers" violates check "%"', violated
              USING ERRCODE = 'check_violation', CONSTRAINT = violated, TABLE = 'offers';
          END IF;
          NEW.area_key := coalesce(NEW.service_area_id, '00000000-0000-0000-0000-000000000000');
          NEW.price_key := ${priceKey};
          IF TG_OP = 'INSERT' OR NEW.category IS DISTINCT FROM OLD.category
              OR data IS DISTINCT FROM OLD.service_specific_data THEN
            IF TG_OP = 'UPDATE' THEN
              ${cleared}
            END IF;
            IF data IS NOT NULL THEN
              CASE NEW.category
                ${readings.join('\n                ')}
                ELSE NULL;
              END CASE;
            END IF;
          END IF;
          IF TG_OP = 'INSERT' OR (NEW.name, NEW.marketing_headline, NEW.key_features, NEW.description)
              IS DISTINCT FROM (OLD.name, OLD.marketing_headline, OLD.key_features, OLD.description) THEN
            NEW.name_key := search_text(NEW.name);
            NEW.name_search := to_tsvector('offerdock', NEW.name_key);
            NEW.search := NEW.name_search || to_tsvector('offerdock', search_text(concat_ws(' ',
              NEW.marketing_headline, array_to_string(NEW.key_features, ' '), NEW.description)));
            NEW.name_key := left(NEW.name_key, 510);
          END IF;
          RETURN NEW;
        END $$;

      DROP INDEX offers_catalog_idx, offers_catalog_category_idx, offers_price_idx, offers_category_price_idx,
        offers_name_idx, offers_category_name_idx, offers_team_idx, offers_team_price_idx, offers_team_name_idx,
        offers_fast_price_idx, offers_search_idx;
      ALTER TABLE offers DISABLE TRIGGER USER;
      UPDATE offers SET name_key = left(search_text(name), 510), name_search = to_tsvector('offerdock', search_text(name)),
        search = to_tsvector('offerdock', search_text(name)) || to_tsvector('offerdock', search_text(concat_ws(' ',
          marketing_headline, array_to_string(key_features, ' '), description)));
      ALTER TABLE offers ENABLE TRIGGER USER;
      DROP FUNCTION offer_text;

      -- Each index provides one sort order. The columns after the ID are for filters, so that offers that do not
      -- match are skipped in the index, and counts read nothing else.
      CREATE INDEX offers_catalog_idx ON offers (created_at, id, category, price_key, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_price_idx ON offers (price_key, id, category, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_category_price_idx ON offers (category, price_key, id, created_at, ${filtered})
        WHERE status = 'active';
      CREATE INDEX offers_name_idx ON offers (name_key, id, category, price_key, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_team_idx ON offers (team_id, id, created_at, category, price_key, area_key, visibility, ${names.join(', ')})
        WHERE status = 'active';
      -- The fastest connections are few and expensive, so almost all other offers precede them when sorted by
      -- price.
      CREATE INDEX offers_fast_price_idx ON offers (price_key, id, area_key, visibility, team_id, ${internetNames})
        WHERE status = 'active' AND category = 'internet' AND download_mbps >= 2000;
      -- Finds the offers that name a reseller, which the other indexes cannot decide.
      CREATE INDEX offers_selected_idx ON offers USING gin (allowed_resellers)
        WHERE status = 'active' AND visibility = 'selected';
      CREATE INDEX offers_search_idx ON offers USING gin (search, name_search, coalesce(category, ''), team_id,
        created_step(created_at), price_step(price_key), name_step(name_key)) WHERE status = 'active';

      -- One trigger per statement logs the changes and queues the words of new and deleted offers.
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';
            INSERT INTO search_pending SELECT id, false FROM new_rows WHERE status = 'active' AND visibility = 'public';
          ELSIF TG_OP = 'DELETE' THEN
            ${logDeletion}
            INSERT INTO search_pending SELECT id, true FROM old_rows WHERE status = 'active' AND visibility = 'public';
          ELSE
            ${logUpdate}
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER offers_queue_words AFTER UPDATE OF name, marketing_headline, key_features, description, status,
        visibility ON offers FOR EACH ROW WHEN (OLD.status = 'active' OR NEW.status = 'active')
        EXECUTE FUNCTION offers_queue_words();
      INSERT INTO search_pending SELECT id, false FROM offers WHERE status = 'active' AND visibility = 'public';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER offers_queue_words ON offers;
      DROP INDEX offers_catalog_idx, offers_price_idx, offers_category_price_idx, offers_name_idx, offers_team_idx,
        offers_fast_price_idx, offers_selected_idx, offers_search_idx;
      CREATE FUNCTION offer_text(o offers) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT unaccent(concat_ws(' ', o.name, o.marketing_headline, array_to_string(o.key_features, ' '), o.description))
      $$;
      ALTER TABLE offers DISABLE TRIGGER USER;
      UPDATE offers AS o SET name_key = lower(name), name_search = to_tsvector('english', unaccent(name)),
        search = to_tsvector('english', offer_text(o));
      ALTER TABLE offers ENABLE TRIGGER USER;
      ALTER TABLE offers ${Object.entries(checks)
        .map(([name, check]) => `ADD CONSTRAINT ${name} CHECK (${check.replaceAll('NEW.', '')})`)
        .join(', ')};
      CREATE OR REPLACE FUNCTION offers_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          data CONSTANT jsonb := NEW.service_specific_data;
        BEGIN
          NEW.area_key := coalesce(NEW.service_area_id, '00000000-0000-0000-0000-000000000000');
          NEW.price_key := ${priceKey};
          IF TG_OP = 'UPDATE' THEN
            ${cleared}
          END IF;
          IF data IS NOT NULL THEN
            CASE NEW.category
              ${readings.join('\n              ')}
              ELSE NULL;
            END CASE;
          END IF;
          NEW.name_key := lower(NEW.name);
          NEW.name_search := to_tsvector('english', unaccent(NEW.name));
          NEW.search := to_tsvector('english', offer_text(NEW));
          RETURN NEW;
        END $$;
      CREATE OR REPLACE FUNCTION offers_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            INSERT INTO catalog_changes (kind, offer_id, team_id)
              SELECT 'offer', id, team_id FROM new_rows WHERE status = 'active';
          ELSIF TG_OP = 'DELETE' THEN
            ${logDeletion}
          ELSE
            ${logUpdate}
          END IF;
          RETURN NULL;
        END $$;
      CREATE INDEX offers_catalog_idx ON offers (created_at, id, price_key, area_key) WHERE status = 'active';
      CREATE INDEX offers_price_idx ON offers (price_key, id, area_key) WHERE status = 'active';
      CREATE INDEX offers_name_idx ON offers (name_key, id, price_key, area_key) WHERE status = 'active';
      CREATE INDEX offers_catalog_category_idx ON offers (category, created_at, id, price_key, area_key, ${names.join(', ')})
        WHERE status = 'active';
      CREATE INDEX offers_category_price_idx ON offers (category, price_key, id, area_key, ${names.join(', ')})
        WHERE status = 'active';
      CREATE INDEX offers_category_name_idx ON offers (category, name_key, id, price_key, area_key, ${names.join(', ')})
        WHERE status = 'active';
      CREATE INDEX offers_team_idx ON offers (team_id, id, category, price_key, area_key, ${names.join(', ')})
        WHERE status = 'active';
      CREATE INDEX offers_team_price_idx ON offers (team_id, price_key, id, category, area_key) WHERE status = 'active';
      CREATE INDEX offers_team_name_idx ON offers (team_id, name_key, id, category, price_key, area_key)
        WHERE status = 'active';
      CREATE INDEX offers_fast_price_idx ON offers (price_key, id, area_key, ${internetNames})
        WHERE status = 'active' AND category = 'internet' AND download_mbps >= 2000;
      CREATE INDEX offers_search_idx ON offers USING gin (search, name_search, coalesce(category, ''), team_id,
        created_step(created_at), price_step(price_key), name_step(name_key)) WHERE status = 'active';
    `);
  }
}
