import { Pool, type QueryResultRow } from 'pg';
import type { Statement } from '../../../src/sql/statement.js';
import { assessmentColumns } from '../../../src/offers/assessment/assessment-columns.js';
import { storedColumns } from '../../../src/offers/offer-columns.js';
import type { CatalogRow } from './views.js';

/*
 * The SQL of the bare server: the service's statements with columns that pg parses, each as a named prepared statement.
 */

const catalogColumns = `
  o.id, o.name, o.category, o.status, o.sku, o.metadata, o.description, o.marketing_headline, o.marketing_description,
  o.key_features, o.image_url, o.overview, o.submission_config, o.service_specific_data, o.pricing_type,
  o.monthly_price_minor, o.introductory, o.monthly_fees, o.one_time_fees, o.contract, o.taxes, o.fees, o.currency,
  o.compliance_data, o.compliance_status, o.visibility, o.pricing, o.version,
  o.created_at, o.updated_at, o.team_id, p.name AS provider_name, o.assessed_status, a.zip_count, a.states, a.id AS area_id, o.price_key`;

const offerColumns = `
  o.id, o.team_id, o.feed, o.name, o.internal_name, o.category, o.status, o.sku, o.external_id, o.metadata, o.description,
  o.internal_description, o.marketing_headline, o.marketing_description, o.key_features, o.image_url, o.overview,
  o.submission_url, o.submission_config, o.service_specific_data, o.pricing_type, o.monthly_price_minor,
  o.introductory, o.monthly_fees, o.one_time_fees, o.contract, o.taxes, o.fees, o.currency, o.pricing, o.compliance_data,
  o.compliance_status, o.compliance_notes, o.visibility, o.allowed_resellers,
  o.service_area_id, o.version, o.created_at, o.updated_at`;

export const selectOffer = `SELECT ${offerColumns}, a.zip_codes, a.states, a.id AS area_id FROM offers o
   LEFT JOIN service_areas a ON a.id = o.service_area_id WHERE o.id = $1 AND o.team_id = $2`;

export const selectArea = 'SELECT zip_codes, states, id AS area_id FROM service_areas WHERE id = $1';

const insertedColumns = `id team_id name internal_name category status sku external_id metadata description
  internal_description marketing_headline marketing_description key_features image_url overview submission_url
  submission_config service_specific_data pricing_type monthly_price_minor introductory monthly_fees one_time_fees contract
  taxes fees currency pricing compliance_data compliance_status compliance_notes visibility allowed_resellers version
  assessed_version created_at updated_at`.split(/\s+/);

const types = new Map([...Object.values(storedColumns), assessmentColumns.assessedVersion]);
const placeholders = insertedColumns.map((name, index) => `$${index + 1}::${types.get(name)}`);

export const insertOffer = `INSERT INTO offers AS o (${insertedColumns.join(', ')})
  VALUES (${placeholders.join(', ')}) RETURNING ${offerColumns}`;

/** Returns the values for `insertOffer`; missing columns are null. */
export const insertValues = (row: Record<string, unknown>) =>
  insertedColumns.map((name) => row[name] ?? null);

/**
 * Builds the statement that sets columns of an offer. Its values are the offer's ID, the team's ID and one per
 * column.
 */
export const updateOffer = (columns: readonly string[]) =>
  `UPDATE offers o SET ${columns.map((name, index) => `${name} = $${index + 3}`).join(', ')},
      version = o.version + 1, updated_at = now() WHERE o.id = $1 AND o.team_id = $2 RETURNING ${offerColumns}`;

/** Replaces the column list of the outermost SELECT, which is intended for a JsonRowWriter. */
export function withPlainColumns(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/[()]|\bFROM\b/g)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0) return `SELECT ${catalogColumns} ${text.slice(index)}`;
  }
  throw new Error(`No FROM in ${text}`);
}

/** A connection pool that prepares each statement once per connection. */
export class PreparedPool {
  private readonly statements = new Map<string, { name?: string; text: string }>();
  private readonly pool: Pool;

  constructor(connectionString: string | undefined, max: number) {
    this.pool = new Pool({ connectionString, max });
  }

  /** Runs a statement. @param rewrite changes the text before it is prepared */
  async rows<T extends QueryResultRow>(
    text: string,
    values: unknown[],
    rewrite: (text: string) => string = String,
  ): Promise<T[]> {
    let statement = this.statements.get(text);
    if (statement === undefined) {
      statement = {
        text: rewrite(text),
        ...(isReplanned.test(text) ? {} : { name: `s${this.statements.size}` }),
      };
      this.statements.set(text, statement);
    }
    return (await this.pool.query<T>({ ...statement, values })).rows;
  }

  readonly run = ({ text, values }: Statement) => this.rows<Record<string, unknown>>(text, values);

  /** Runs one of the service's catalog statements with columns that pg parses. */
  readonly readCatalog = ({ text, values }: Statement) =>
    this.rows<CatalogRow>(text, values, withPlainColumns);
}

/** Searches are not prepared: their best plan depends on the words. */
const isReplanned = /@@/;
