import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Symbols, punctuation, footnote marks such as ¹ and º, and private characters, which separate words. Generated from
 * Unicode 14: categories P, S, Z and Co, superscript digits, and a few letters that look like symbols. Ranges can contain
 * unassigned characters.
 */
const symbols =
  '\\u0080-\\u00AC\\u00AE-\\u00B4\\u00B6-\\u00BB\\u00BF\\u00D7\\u00F7\\u02C2-\\u02C5\\u02D2-\\u02DF' +
  '\\u02E5-\\u02EB\\u02ED\\u02EF-\\u02FF\\u0375\\u037E\\u0384\\u0385\\u0387\\u03F6\\u0482\\u055A-\\u055F' +
  '\\u0589-\\u058F\\u05BE\\u05C0\\u05C3\\u05C6\\u05F3-\\u060F\\u061B\\u061D-\\u061F\\u066A-\\u066D\\u06D4' +
  '\\u06DD\\u06DE\\u06E9\\u06FD\\u06FE\\u0700-\\u070D\\u07F6-\\u07F9\\u07FE\\u07FF\\u0830-\\u083E\\u085E' +
  '\\u0888\\u0964\\u0965\\u0970\\u09F2\\u09F3\\u09FA\\u09FB\\u09FD\\u0A76\\u0AF0\\u0AF1\\u0B70' +
  '\\u0BF3-\\u0BFA\\u0C77\\u0C7F\\u0C84\\u0D4F\\u0D79\\u0DF4\\u0E3F\\u0E4F\\u0E5A\\u0E5B\\u0F01-\\u0F17' +
  '\\u0F1A-\\u0F1F\\u0F34\\u0F36\\u0F38\\u0F3A-\\u0F3D\\u0F85\\u0FBE-\\u0FC5\\u0FC7-\\u0FDA\\u104A-\\u104F' +
  '\\u109E\\u109F\\u10FB\\u1360-\\u1368\\u1390-\\u1399\\u1400\\u166D\\u166E\\u1680\\u169B\\u169C' +
  '\\u16EB-\\u16ED\\u1735\\u1736\\u17D4-\\u17D6\\u17D8-\\u17DB\\u1800-\\u180A\\u1940-\\u1945\\u19DE-\\u19FF' +
  '\\u1A1E\\u1A1F\\u1AA0-\\u1AA6\\u1AA8-\\u1AAD\\u1B5A-\\u1B6A\\u1B74-\\u1B7E\\u1BFC-\\u1BFF\\u1C3B-\\u1C3F' +
  '\\u1C7E\\u1C7F\\u1CC0-\\u1CC7\\u1CD3\\u1FBD\\u1FBF-\\u1FC1\\u1FCD-\\u1FCF\\u1FDD-\\u1FDF\\u1FED-\\u1FEF' +
  '\\u1FFD-\\u200A\\u2010-\\u2029\\u202F-\\u205F\\u2070\\u2074-\\u207E\\u208A-\\u208E\\u20A0-\\u20C0\\u2104' +
  '\\u2108\\u2114\\u2117\\u2118\\u211E-\\u2120\\u2122\\u2123\\u2125\\u2127\\u2129\\u212E\\u213A' +
  '\\u2140-\\u2144\\u214A-\\u214D\\u214F\\u218A-\\u244A\\u24EB-\\u2BFF\\u2CE5-\\u2CEA\\u2CF9-\\u2CFC' +
  '\\u2CFE\\u2CFF\\u2D70\\u2E00-\\u2E2E\\u2E30-\\u2E5D\\u2FF0-\\u3004\\u3008-\\u3020\\u3030\\u3036\\u3037' +
  '\\u303D-\\u303F\\u309B\\u309C\\u30A0\\u30FB\\u3190\\u3191\\u31C0-\\u31E3\\u327F\\u4DC0-\\u4DFF' +
  '\\uA490-\\uA4C6\\uA4F8-\\uA4FF\\uA60D-\\uA60F\\uA66E\\uA673\\uA67E\\uA6F2-\\uA716\\uA720\\uA721' +
  '\\uA789\\uA78A\\uA828-\\uA82B\\uA836-\\uA839\\uA874-\\uA877\\uA8CE\\uA8CF\\uA8F8-\\uA8FA\\uA8FC' +
  '\\uA92E\\uA92F\\uA95F\\uA9C1-\\uA9CD\\uA9DE\\uA9DF\\uAA5C-\\uAA5F\\uAA77-\\uAA79\\uAADE\\uAADF' +
  '\\uAAF0\\uAAF1\\uAB5B\\uAB6A\\uAB6B\\uABEB\\uE000-\\uF8FF\\uFB29\\uFBB2-\\uFBC2\\uFD3E-\\uFD4F\\uFDCF' +
  '\\uFDFC-\\uFDFF\\uFE10-\\uFE19\\uFE30-\\uFE6B\\uFF01-\\uFF0F\\uFF1A-\\uFF20\\uFF3B-\\uFF40' +
  '\\uFF5B-\\uFF65\\uFFE0-\\uFFEE\\uFFFC\\uFFFD\\U0001D000-\\U0001D164\\U0001D16A-\\U0001D16C' +
  '\\U0001D183\\U0001D184\\U0001D18C-\\U0001D1A9\\U0001D1AE-\\U0001D241\\U0001D245\\U0001D300-\\U0001D356' +
  '\\U0001D6C1\\U0001D6DB\\U0001D6FB\\U0001D715\\U0001D735\\U0001D74F\\U0001D76F\\U0001D789\\U0001D7A9' +
  '\\U0001D7C3\\U0001D800-\\U0001D9FF\\U0001DA37-\\U0001DA3A\\U0001DA6D-\\U0001DA74\\U0001DA76-\\U0001DA83' +
  '\\U0001DA85-\\U0001DA8B\\U0001E14F\\U0001E2FF\\U0001E95E\\U0001E95F\\U0001ECAC\\U0001ECB0\\U0001ED2E' +
  '\\U0001EEF0-\\U0001F0F5\\U0001F10D-\\U0001F10F\\U0001F12F\\U0001F150-\\U0001F18F\\U0001F191-\\U0001F1FF' +
  '\\U0001F260-\\U0001FBCA';

/**
 * Characters that stand for letters or digits, but form a word of their own next to others: fractions, Roman numerals,
 * circled and superscript letters, units such as ㎒.
 */
const signs =
  '\\u00BC-\\u00BE\\u02B0-\\u02B8\\u02E0-\\u02E4\\u09F4-\\u09F9\\u0B72-\\u0B77\\u0BF0-\\u0BF2' +
  '\\u0C78-\\u0C7E\\u0D58-\\u0D5E\\u0D70-\\u0D78\\u0F2A-\\u0F33\\u1369-\\u137C\\u16EE-\\u16F0' +
  '\\u17F0-\\u17F9\\u19DA\\u1D2C-\\u1D2E\\u1D30-\\u1D3A\\u1D3C-\\u1D4D\\u1D4F-\\u1D61\\u1D78\\u1D9B-\\u1DBF' +
  '\\u2071\\u207F\\u2100\\u2101\\u2103\\u2105\\u2106\\u2109\\u2116\\u2121\\u213B\\u2150-\\u2182' +
  '\\u2185-\\u2189\\u2460-\\u24EA\\u2CFD\\u3192-\\u319F\\u3200-\\u327E\\u3280-\\u33FF\\uA6E6-\\uA6EF' +
  '\\uA830-\\uA835\\U0001D2E0-\\U0001D2F3\\U0001D360-\\U0001D378\\U0001E8C7-\\U0001E8CF' +
  '\\U0001EC71-\\U0001ECAB\\U0001ECAD-\\U0001ECAF\\U0001ECB1-\\U0001ED2D\\U0001ED2F-\\U0001ED3D' +
  '\\U0001F100-\\U0001F10C\\U0001F110-\\U0001F12E\\U0001F130-\\U0001F14F\\U0001F190\\U0001F200-\\U0001F251';

/** As in the migration that redesigned search: combining marks and invisible characters. */
const ignored =
  '\\u00AD\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u061C' +
  '\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED\\u070F\\u180B-\\u180E\\u200B-\\u200F' +
  '\\u202A-\\u202E\\u2060-\\u206F\\u20D0-\\u20F0\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\uFEFF\\U000E0100-\\U000E01EF';

/** The same: scripts that are written without spaces. */
const unspaced =
  '\\u0E01-\\u0E3A\\u0E40-\\u0E4E\\u0E81-\\u0ECD\\u1000-\\u109F\\u1100-\\u11FF\\u1780-\\u17D3\\u2E80-\\u2FDF\\u3005-\\u3007' +
  '\\u3021-\\u302F\\u3031-\\u303C\\u3041-\\u309F\\u30A1-\\u30FA\\u30FC-\\u318F\\u31A0-\\u31FF\\u3400-\\u4DBF\\u4E00-\\u9FFF' +
  '\\uA960-\\uA97C\\uAC00-\\uD7FB\\uF900-\\uFAFF\\U00020000-\\U0003FFFF';

/** The same: the separators of the previous function. */
const separators =
  '\\u0001-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u00A9\\u00AB-\\u00B4\\u00B6-\\u00B9\\u00BB-\\u00BF\\u00D7\\u00F7' +
  '\\u02C2-\\u02C5\\u02D2-\\u02DF\\u037E\\u0384\\u0385\\u0387\\u055A-\\u055F\\u0589\\u058A\\u05BE\\u05C0\\u05C3\\u05C6\\u05F3\\u05F4' +
  '\\u0600-\\u060F\\u061B-\\u061F\\u066A-\\u066D\\u06D4\\u06DD\\u06DE\\u06E9\\u0964\\u0965\\u0970\\u0E3F\\u0E4F\\u0E5A\\u0E5B' +
  '\\u2000-\\u206F\\u2070-\\u20CF\\u2100-\\u2BFF\\u2E00-\\u2E7F\\u3000-\\u3004\\u3008-\\u3020\\u3030\\u303D-\\u303F\\u30A0\\u30FB' +
  '\\uFD3E\\uFD3F\\uFE10-\\uFE1F\\uFE30-\\uFE6F\\uFFE0-\\uFFFF\\U0001F000-\\U0001FAFF';

/** What separates words after the normalization, which turns ½ into 1⁄2. */
const remaining = '\\u0001-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u00BF\\u2000-\\u206F';

const isAscii = (text: string) => `octet_length(${text}) = char_length(${text})`;
const textOf = (...columns: string[]) => `concat_ws(' ', ${columns.join(', ')})`;
const details = textOf('marketing_headline', "array_to_string(key_features, ' ')", 'description');

/** Words of texts that are not ASCII have changed; those of other texts are the same. */
const recompute = `
  ALTER TABLE teams DISABLE TRIGGER USER;
  UPDATE teams SET name_key = left(search_text(name), 510) WHERE NOT ${isAscii('name')};
  ALTER TABLE teams ENABLE TRIGGER USER;
  ALTER TABLE offers DISABLE TRIGGER USER;
  UPDATE offers SET name_key = left(search_text(name), 510), name_search = to_tsvector('offerdock', search_text(name)),
    search = to_tsvector('offerdock', search_text(name)) || to_tsvector('offerdock', search_text(${details}))
    WHERE NOT (${isAscii('name')} AND ${isAscii(details)});
  ALTER TABLE offers ENABLE TRIGGER USER;
  INSERT INTO search_pending SELECT id, true FROM offers
    WHERE status = 'active' AND visibility = 'public' AND NOT (${isAscii('name')} AND ${isAscii(details)});
  ALTER TABLE product_offerings DISABLE TRIGGER USER;
  UPDATE product_offerings SET search = to_tsvector('offerdock', search_text(name || ' ' || coalesce(description, '')))
    WHERE NOT ${isAscii(textOf('name', 'description'))};
  ALTER TABLE product_offerings ENABLE TRIGGER USER;`;

/** Symbols next to letters and digits separate words: `nova` finds Nova™, and `500` finds ₹500. */
export class SeparateSymbols1765520000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Symbols are separated first, because normalize() and unaccent() turn ™ into TM, ₹ into Rs and ¹ into 1. A text
      -- without other characters than ASCII is finished then, which most texts with dashes and quotes are.
      CREATE OR REPLACE FUNCTION search_text(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
        BEGIN
          IF octet_length(value) <> char_length(value) THEN
            value := regexp_replace(value, '([${signs}]+)|[${symbols}]+', ' \\1 ', 'g');
            IF octet_length(value) <> char_length(value) THEN
              value := unaccent('unaccent', normalize(
                regexp_replace(normalize(value, NFKD), '[${ignored}]+', '', 'g'), NFC));
              -- Greek letters are units next to digits and other letters (Ω, µ), so they are separated as well.
              value := regexp_replace(value, '[${unspaced}]|[\\u0370-\\u03FF]+', ' \\& ', 'g');
              RETURN btrim(regexp_replace(replace(lower(value), 'ς', 'σ'), '[${remaining}]+', ' ', 'g'));
            END IF;
          END IF;
          RETURN btrim(regexp_replace(lower(value), '[^a-z0-9]+', ' ', 'g'));
        END $$;
      ${recompute}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION search_text(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
        BEGIN
          IF octet_length(value) <> char_length(value) THEN
            value := unaccent('unaccent', normalize(
              regexp_replace(normalize(value, NFKD), '[${ignored}]+', '', 'g'), NFC));
            value := regexp_replace(value, '([${unspaced}])', ' \\1 ', 'g');
            RETURN btrim(regexp_replace(replace(lower(value), 'ς', 'σ'), '[${separators}]+', ' ', 'g'));
          END IF;
          RETURN btrim(regexp_replace(lower(value), '[^a-z0-9]+', ' ', 'g'));
        END $$;
      ${recompute}
    `);
  }
}
