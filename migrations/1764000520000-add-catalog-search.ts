import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The attributes that can be filtered in each category: column, type, and SQL that reads the category data.
 */
const attributes = {
  internet: [
    ['connection_type', 'text', "data->>'connectionType'"],
    ['download_mbps', 'numeric', "(data->'maxBandwidth')::numeric"],
    ['unlimited_data', 'boolean', "coalesce(data->'dataCap', 'null') = 'null'"],
  ],
  television: [['channel_count', 'numeric', "(data->'channelCount')::numeric"]],
  security: [
    ['monitoring_type', 'text', "data->>'monitoringType'"],
    ['installation_type', 'text', "data->>'installationType'"],
  ],
  energy: [
    ['energy_type', 'text', "data->>'energyType'"],
    ['renewable_percentage', 'numeric', "(data->'renewablePercentage')::numeric"],
    ['contract_months', 'numeric', "(data->'contractLengthMonths')::numeric"],
  ],
  insurance: [['coverage_amount', 'numeric', "(data->'coverageAmount')::numeric"]],
} as const;
const all = Object.values(attributes).flat();
const names = all.map(([name]) => name).join(', ');
const internet = attributes.internet.map(([name]) => name).join(', ');
/** A column is null in all other categories, in which the same key can contain any value. */
const readings = Object.entries(attributes).map(
  ([category, columns]) =>
    `WHEN '${category}' THEN ${columns.map(([name, , sql]) => `NEW.${name} := ${sql};`).join(' ')}`,
);
/** Starts at a tenth of a major unit. Each step is 10 % higher than the previous one. */
const priceSteps = Array.from({ length: 190 }, (_, step) => Math.round(1000 * 1.1 ** step));

export class AddCatalogSearch1764000520000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE EXTENSION IF NOT EXISTS unaccent;
      CREATE EXTENSION IF NOT EXISTS btree_gin;

      ALTER TABLE teams ADD name_key text COLLATE "C";
      UPDATE teams SET name_key = lower(name);
      ALTER TABLE teams ALTER name_key SET NOT NULL;
      CREATE INDEX teams_name_key_idx ON teams (name_key, id);
      CREATE INDEX teams_suspended_idx ON teams (id) WHERE suspended_at IS NOT NULL;
      CREATE FUNCTION teams_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.name_key := lower(NEW.name);
          RETURN NEW;
        END $$;
      CREATE TRIGGER teams_set_keys BEFORE INSERT OR UPDATE ON teams
        FOR EACH ROW EXECUTE FUNCTION teams_set_keys();

      ALTER TABLE offers
        ADD name_key text COLLATE "C",
        -- The price in ten-thousandths of the major unit, so that prices in all currencies sort as integers.
        ADD price_key bigint,
        -- The service area. "Everywhere" has its own key (all zeros), so that a single index condition can
        -- list all areas.
        ADD area_key uuid,
        ADD search tsvector,
        ADD name_search tsvector,
        ${all.map(([name, type]) => `ADD ${name} ${type}`).join(',\n        ')};

      -- The words of all offers that have ever been active, used for correcting typos in searches.
      CREATE TABLE search_words (word text COLLATE "C" CONSTRAINT search_words_pk PRIMARY KEY);
      -- Not in the column's collation, so that exact lookups of a word use the primary key, which is much
      -- faster.
      CREATE INDEX search_words_trgm_idx ON search_words USING gist ((word COLLATE "default") gist_trgm_ops);

      -- The categories ('' for none) in which an active offer has ever contained a lexeme. A search skips all other
      -- categories.
      CREATE TABLE search_lexemes (
        lexeme text COLLATE "C",
        category text,
        CONSTRAINT search_lexemes_pk PRIMARY KEY (lexeme, category)
      );

      CREATE FUNCTION offer_text(o offers) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT unaccent(concat_ws(' ', o.name, o.marketing_headline, array_to_string(o.key_features, ' '), o.description))
      $$;

      -- Not generated columns, because Postgres parses their expressions for every statement, which costs an
      -- insert more than all indexes do, and because a bulk load could not supply precomputed values.
      CREATE FUNCTION offers_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          data CONSTANT jsonb := NEW.service_specific_data;
          -- The second condition is for this migration, which fills the columns of existing rows.
          fresh CONSTANT boolean := TG_OP = 'INSERT' OR OLD.search IS NULL;
        BEGIN
          NEW.area_key := coalesce(NEW.service_area_id, '00000000-0000-0000-0000-000000000000');
          NEW.price_key := NEW.monthly_price_minor * CASE
            WHEN NEW.currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 10000
            WHEN NEW.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 10
            ELSE 100 END;
          IF fresh OR (NEW.category, data) IS DISTINCT FROM (OLD.category, OLD.service_specific_data) THEN
            IF NOT fresh THEN
              ${all.map(([name]) => `NEW.${name} := NULL;`).join(' ')}
            END IF;
            IF data IS NOT NULL THEN
              CASE NEW.category
                ${readings.join('\n                ')}
                ELSE NULL;
              END CASE;
            END IF;
          END IF;
          IF fresh OR (NEW.name, NEW.marketing_headline, NEW.key_features, NEW.description)
              IS DISTINCT FROM (OLD.name, OLD.marketing_headline, OLD.key_features, OLD.description) THEN
            NEW.name_key := lower(NEW.name);
            NEW.name_search := to_tsvector('english', unaccent(NEW.name));
            NEW.search := to_tsvector('english', offer_text(NEW));
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER offers_set_keys BEFORE INSERT OR UPDATE ON offers
        FOR EACH ROW EXECUTE FUNCTION offers_set_keys();
      UPDATE offers SET name = name;
      ALTER TABLE offers ALTER name_key SET NOT NULL, ALTER area_key SET NOT NULL, ALTER search SET NOT NULL,
        ALTER name_search SET NOT NULL;

      CREATE FUNCTION offers_add_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          -- A writer can declare that all words of its offers are already stored.
          IF TG_OP = 'INSERT' AND current_setting('offerdock.words', true) = 'known' THEN
            RETURN NULL;
          END IF;
          -- count(*) instead of EXISTS, for which Postgres would choose a plan that compares row by row.
          IF TG_OP = 'UPDATE' THEN
            IF (SELECT count(*) FROM old_rows o JOIN new_rows n USING (id) WHERE n.status = 'active'
                AND (o.status <> 'active' OR (o.name, o.marketing_headline, o.key_features, o.description, o.category)
                  IS DISTINCT FROM (n.name, n.marketing_headline, n.key_features, n.description, n.category))) = 0 THEN
              RETURN NULL;
            END IF;
          END IF;
          -- Looks up each word once, regardless of how many of the offers contain it. All writers insert in
          -- the same order, which prevents deadlocks.
          INSERT INTO search_words
            SELECT word FROM
              (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', offer_text(o)))) AS word
                 FROM new_rows AS o WHERE o.status = 'active') given
             WHERE length(word) BETWEEN 3 AND 40 AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = given.word)
             ORDER BY word
          ON CONFLICT DO NOTHING;
          INSERT INTO search_lexemes
            SELECT lexeme, category FROM
              (SELECT DISTINCT unnest(tsvector_to_array(o.search)) AS lexeme, coalesce(o.category, '') AS category
                 FROM new_rows AS o WHERE o.status = 'active') given
             WHERE NOT EXISTS
               (SELECT FROM search_lexemes l WHERE l.lexeme = given.lexeme AND l.category = given.category)
             ORDER BY lexeme, category
          ON CONFLICT DO NOTHING;
          RETURN NULL;
        END $$;

      INSERT INTO search_words
        SELECT DISTINCT word FROM offers AS o, unnest(tsvector_to_array(to_tsvector('simple', offer_text(o)))) AS word
         WHERE o.status = 'active' AND length(word) BETWEEN 3 AND 40 ON CONFLICT DO NOTHING;
      INSERT INTO search_lexemes
        SELECT DISTINCT word, coalesce(category, '') FROM offers, unnest(tsvector_to_array(search)) AS word
         WHERE status = 'active';
      CREATE TRIGGER offers_insert_words AFTER INSERT ON offers REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_add_words();
      CREATE TRIGGER offers_update_words AFTER UPDATE ON offers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_add_words();

      -- Each index provides one sort order. The columns after the ID are for filters, so that offers that do
      -- not match are skipped in the index without reading their rows.
      DROP INDEX offers_catalog_idx, offers_catalog_category_idx;
      CREATE INDEX offers_catalog_idx ON offers (created_at, id, price_key, area_key) WHERE status = 'active';
      CREATE INDEX offers_price_idx ON offers (price_key, id, area_key) WHERE status = 'active';
      CREATE INDEX offers_name_idx ON offers (name_key, id, price_key, area_key) WHERE status = 'active';
      CREATE INDEX offers_catalog_category_idx ON offers (category, created_at, id, price_key, area_key, ${names})
        WHERE status = 'active';
      CREATE INDEX offers_category_price_idx ON offers (category, price_key, id, area_key, ${names}) WHERE status = 'active';
      CREATE INDEX offers_category_name_idx ON offers (category, name_key, id, price_key, area_key, ${names})
        WHERE status = 'active';
      CREATE INDEX offers_team_idx ON offers (team_id, id, category, price_key, area_key, ${names}) WHERE status = 'active';
      CREATE INDEX offers_team_price_idx ON offers (team_id, price_key, id, category, area_key) WHERE status = 'active';
      CREATE INDEX offers_team_name_idx ON offers (team_id, name_key, id, category, price_key, area_key) WHERE status = 'active';
      -- For a place outside all of a provider's service areas: finds the provider's offers that are available
      -- everywhere.
      CREATE INDEX offers_everywhere_idx ON offers (team_id) WHERE status = 'active' AND service_area_id IS NULL;
      -- The fastest connections are few and expensive, so almost all other offers precede them when sorted by
      -- price.
      CREATE INDEX offers_fast_price_idx ON offers (price_key, id, area_key, ${internet})
        WHERE status = 'active' AND category = 'internet' AND download_mbps >= 2000;
      -- In addition to the words, the index contains values that narrow a search without reading offers: the
      -- category, the provider and the step of each sort key. Offers on a lower step sort before all offers
      -- on a higher step.
      CREATE FUNCTION created_step(timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT ($1 AT TIME ZONE 'UTC')::date - '2000-01-01'::date $$;
      CREATE FUNCTION price_step(bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT width_bucket($1, '{${priceSteps.join(',')}}'::bigint[]) $$;
      CREATE FUNCTION name_step(text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT ascii($1) * 16 + width_bucket(substr($1, 2) COLLATE "C", '{0,a,c,e,h,k,m,o,p,r,s,t,u}'::text[] COLLATE "C") $$;
      CREATE INDEX offers_search_idx ON offers USING gin (search, name_search, coalesce(category, ''), team_id,
        created_step(created_at), price_step(price_key), name_step(name_key)) WHERE status = 'active';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER offers_insert_words ON offers;
      DROP TRIGGER offers_update_words ON offers;
      DROP TRIGGER offers_set_keys ON offers;
      DROP TRIGGER teams_set_keys ON teams;
      DROP FUNCTION offers_add_words, offers_set_keys, teams_set_keys, offer_text;
      DROP TABLE search_words, search_lexemes;
      DROP INDEX offers_catalog_idx, offers_catalog_category_idx, offers_search_idx, offers_everywhere_idx;
      DROP FUNCTION created_step, price_step, name_step;
      CREATE INDEX offers_catalog_idx ON offers (created_at, id) WHERE status = 'active';
      CREATE INDEX offers_catalog_category_idx ON offers (category, created_at, id) WHERE status = 'active';
      DROP INDEX teams_suspended_idx;
      ALTER TABLE offers DROP name_key, DROP price_key, DROP area_key, DROP search, DROP name_search,
        ${all.map(([name]) => `DROP ${name}`).join(', ')};
      ALTER TABLE teams DROP name_key;
      DROP EXTENSION pg_trgm, unaccent, btree_gin;
    `);
  }
}
