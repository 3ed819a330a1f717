import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The characters that String.trim() removes in JavaScript. */
const spaces = String.raw`E'\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'`;
const normal = (column: string) => `btrim(normalize(${column}, NFC), ${spaces})`;
const changes = (column: string) =>
  `${column} !~ '^[!-~]+$' AND ${column} <> ${normal(column)} AND ${normal(column)} <> ''`;

/**
 * Brings stored identifiers into the form in which they are now stored and looked up, so that imports still find
 * their offers. Of several offers whose SKUs look the same, only one can have the normal form; the others keep
 * theirs, and are found by ID.
 */
export class NormalizeIdentifiers1764300100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE offers o SET sku = chosen.normal
        FROM (SELECT DISTINCT ON (team_id, ${normal('sku')}) id, team_id, ${normal('sku')} AS normal
                FROM offers WHERE ${changes('sku')} ORDER BY team_id, ${normal('sku')}, id) chosen
       WHERE o.id = chosen.id
         AND NOT EXISTS (SELECT FROM offers other WHERE other.team_id = chosen.team_id AND other.sku = chosen.normal);
      UPDATE offers SET external_id = ${normal('external_id')} WHERE ${changes('external_id')};
    `);
  }

  /** The earlier form is not known any more, and the present one is valid in earlier releases too. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
