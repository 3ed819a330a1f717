import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Combining marks that carry an accent, a point or a vowel sign, and characters that are invisible. */
const ignored =
  '\\u00AD\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u061C' +
  '\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED\\u070F\\u180B-\\u180E\\u200B-\\u200F' +
  '\\u202A-\\u202E\\u2060-\\u206F\\u20D0-\\u20F0\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\uFEFF\\U000E0100-\\U000E01EF';

/** Characters other than letters and digits, given as ranges because character classes depend on the locale. */
const separators =
  '\\u0001-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u00A9\\u00AB-\\u00B4\\u00B6-\\u00B9\\u00BB-\\u00BF\\u00D7\\u00F7' +
  '\\u02C2-\\u02C5\\u02D2-\\u02DF\\u037E\\u0384\\u0385\\u0387\\u055A-\\u055F\\u0589\\u058A\\u05BE\\u05C0\\u05C3\\u05C6\\u05F3\\u05F4' +
  '\\u0600-\\u060F\\u061B-\\u061F\\u066A-\\u066D\\u06D4\\u06DD\\u06DE\\u06E9\\u0964\\u0965\\u0970\\u0E3F\\u0E4F\\u0E5A\\u0E5B' +
  '\\u2000-\\u206F\\u2070-\\u20CF\\u2100-\\u2BFF\\u2E00-\\u2E7F\\u3000-\\u3004\\u3008-\\u3020\\u3030\\u303D-\\u303F\\u30A0\\u30FB' +
  '\\uFD3E\\uFD3F\\uFE10-\\uFE1F\\uFE30-\\uFE6F\\uFFE0-\\uFFFF\\U0001F000-\\U0001FAFF';

/**
 * Scripts that are written without spaces: each character becomes a word, so that a part of a word is found as a
 * phrase.
 */
const unspaced =
  '\\u0E01-\\u0E3A\\u0E40-\\u0E4E\\u0E81-\\u0ECD\\u1000-\\u109F\\u1100-\\u11FF\\u1780-\\u17D3\\u2E80-\\u2FDF\\u3005-\\u3007' +
  '\\u3021-\\u302F\\u3031-\\u303C\\u3041-\\u309F\\u30A1-\\u30FA\\u30FC-\\u318F\\u31A0-\\u31FF\\u3400-\\u4DBF\\u4E00-\\u9FFF' +
  '\\uA960-\\uA97C\\uAC00-\\uD7FB\\uF900-\\uFAFF\\U00020000-\\U0003FFFF';

export class RedesignSearch1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- English word stems without a list of stop words, because names such as AT&T consist of them.
      CREATE TEXT SEARCH DICTIONARY offerdock_stem (TEMPLATE = snowball, LANGUAGE = english);
      CREATE TEXT SEARCH CONFIGURATION offerdock (PARSER = "default");
      ALTER TEXT SEARCH CONFIGURATION offerdock ADD MAPPING FOR asciiword, word WITH offerdock_stem;
      ALTER TEXT SEARCH CONFIGURATION offerdock ADD MAPPING FOR numword, uint, int, float, sfloat, version
        WITH simple;

      -- The words of a text, lower-cased, without accents and separated by single spaces. Used for the texts of
      -- offers and for searches, so that both are read alike. Most texts are ASCII and need one pass.
      CREATE FUNCTION search_text(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
        BEGIN
          IF octet_length(value) <> char_length(value) THEN
            value := unaccent('unaccent', normalize(
              regexp_replace(normalize(value, NFKD), '[${ignored}]+', '', 'g'), NFC));
            value := regexp_replace(value, '([${unspaced}])', ' \\1 ', 'g');
            RETURN btrim(regexp_replace(replace(lower(value), 'ς', 'σ'), '[${separators}]+', ' ', 'g'));
          END IF;
          RETURN btrim(regexp_replace(lower(value), '[^a-z0-9]+', ' ', 'g'));
        END $$;

      -- A character can stand for 18 letters, so the whole text of a name would be too long for an index or a cursor.
      CREATE OR REPLACE FUNCTION teams_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.name_key := left(search_text(NEW.name), 510);
          RETURN NEW;
        END $$;
      UPDATE teams SET name_key = left(search_text(name), 510);

      -- The vocabulary for correcting typos. It contains words of offers that every verified reseller can see. It
      -- is maintained outside the transactions that write offers, so a word can outlive its last offer for a while.
      DROP TRIGGER offers_insert_words ON offers;
      DROP TRIGGER offers_update_words ON offers;
      DROP FUNCTION offers_add_words;
      DROP TABLE search_words;
      CREATE TABLE search_words (
        word text COLLATE "C" CONSTRAINT search_words_pk PRIMARY KEY,
        -- The provider whose offer contained the word first. The number of words per provider is limited.
        team_id uuid NOT NULL CONSTRAINT search_words_team_fk REFERENCES teams,
        -- When an offer was last known to contain the word.
        checked_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      -- Not in the column's collation, so that exact lookups of a word use the primary key, which is much
      -- faster.
      CREATE INDEX search_words_trgm_idx ON search_words USING gist ((word COLLATE "default") gist_trgm_ops (siglen = 64));
      CREATE INDEX search_words_team_idx ON search_words (team_id);
      CREATE INDEX search_words_checked_idx ON search_words (checked_at);

      -- Offers whose words may have to be added to the vocabulary or removed from it. Unlogged, because a crash
      -- costs no more than the correction of some new words.
      CREATE UNLOGGED TABLE search_pending (
        offer_id uuid NOT NULL,
        -- Whether the offer can have lost words: it was changed, hidden or deleted.
        loses_words boolean NOT NULL
      );
      -- When a public offer last lost words. Words that were checked earlier have to be checked again.
      CREATE TABLE search_removals (
        id smallint CONSTRAINT search_removals_pk PRIMARY KEY CONSTRAINT search_removals_one_ck CHECK (id = 1),
        at timestamptz NOT NULL
      );
      INSERT INTO search_removals VALUES (1, '-infinity');
      CREATE FUNCTION offers_queue_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO search_pending VALUES (NEW.id, true);
          RETURN NULL;
        END $$;
      CREATE FUNCTION teams_queue_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO search_pending SELECT id, true FROM offers
            WHERE team_id = NEW.id AND status = 'active' AND visibility = 'public';
          RETURN NULL;
        END $$;
      CREATE TRIGGER teams_queue_words AFTER UPDATE OF suspended_at ON teams FOR EACH ROW
        WHEN ((OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL)) EXECUTE FUNCTION teams_queue_words();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER teams_queue_words ON teams;
      DROP FUNCTION offers_queue_words, teams_queue_words;
      DROP TABLE search_removals, search_pending, search_words;
      CREATE OR REPLACE FUNCTION teams_set_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.name_key := lower(NEW.name);
          RETURN NEW;
        END $$;
      UPDATE teams SET name_key = lower(name);
      DROP FUNCTION search_text;
      DROP TEXT SEARCH CONFIGURATION offerdock;
      DROP TEXT SEARCH DICTIONARY offerdock_stem;
      CREATE TABLE search_words (word text COLLATE "C" CONSTRAINT search_words_pk PRIMARY KEY);
      CREATE INDEX search_words_trgm_idx ON search_words USING gist ((word COLLATE "default") gist_trgm_ops);
      CREATE FUNCTION offers_add_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO search_words
            SELECT DISTINCT word FROM new_rows AS o, unnest(tsvector_to_array(to_tsvector('simple', offer_text(o)))) AS word
             WHERE o.status = 'active' AND length(word) BETWEEN 3 AND 40 ORDER BY word
          ON CONFLICT DO NOTHING;
          INSERT INTO search_lexemes
            SELECT DISTINCT lexeme, coalesce(category, '') FROM new_rows, unnest(tsvector_to_array(search)) AS lexeme
             WHERE status = 'active' ORDER BY 1, 2
          ON CONFLICT DO NOTHING;
          RETURN NULL;
        END $$;
      CREATE TRIGGER offers_insert_words AFTER INSERT ON offers REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_add_words();
      CREATE TRIGGER offers_update_words AFTER UPDATE ON offers REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION offers_add_words();
    `);
  }
}
