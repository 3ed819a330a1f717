import { Pool, type QueryResultRow } from 'pg';
import type { Statement } from '../src/sql/statement.js';
import { storedColumns } from '../src/offers/offer-columns.js';
import type { CatalogRow } from './bare-view.js';

/*
 * The statements of `bare`: those of the service, with columns of their ordinary types, each prepared under a name.
 */

/** The columns of a catalog entry, as one would write them down. */
const catalogColumns = `
  o.id, o.name, o.category, o.status, o.sku, o.metadata, o.description, o.marketing_headline, o.marketing_description,
  o.key_features, o.image_url, o.overview, o.submission_config, o.service_specific_data, o.pricing_type,
  o.monthly_price_minor, o.fees, o.currency, o.compliance_data, o.compliance_status, o.visibility, o.version,
  o.created_at, o.updated_at, o.team_id, p.name AS provider_name, a.zip_count, a.states, a.id AS area_id, o.price_key`;

const ownColumns = `
  o.id, o.team_id, o.name, o.internal_name, o.category, o.status, o.sku, o.external_id, o.metadata, o.description,
  o.internal_description, o.marketing_headline, o.marketing_description, o.key_features, o.image_url, o.overview,
  o.submission_url, o.submission_config, o.service_specific_data, o.pricing_type, o.monthly_price_minor, o.fees,
  o.currency, o.compliance_data, o.compliance_status, o.compliance_notes, o.visibility, o.allowed_resellers,
  o.service_area_id, o.version, o.created_at, o.updated_at`;

export const readOwn = `SELECT ${ownColumns}, a.zip_codes, a.states, a.id AS area_id FROM offers o
   LEFT JOIN service_areas a ON a.id = o.service_area_id WHERE o.id = $1 AND o.team_id = $2`;

export const readArea = 'SELECT zip_codes, states, id AS area_id FROM service_areas WHERE id = $1';

const insertable = `id team_id name internal_name category status sku external_id metadata description
  internal_description marketing_headline marketing_description key_features image_url overview submission_url
  submission_config service_specific_data pricing_type monthly_price_minor fees currency compliance_data
  compliance_status compliance_notes visibility allowed_resellers version created_at updated_at`.split(/\s+/);

const types = new Map(Object.values(storedColumns));
const given = insertable.map((name, index) => `$${index + 1}::${types.get(name)}`);

/** The words of what is stored are known by heart, as the callers are. */
export const insertOffer = `INSERT INTO offers AS o (${insertable.join(', ')})
  SELECT ${given.join(', ')} FROM set_config('offerdock.words', 'known', true) RETURNING ${ownColumns}`;

/** The values of `insertOffer`: by column, null where there is none. */
export const insertValues = (row: Record<string, unknown>) => insertable.map((name) => row[name] ?? null);

/** Changes the given columns of an own offer; the values follow id and team. */
export const updateOffer = (columns: readonly string[]) =>
  `UPDATE offers o SET ${columns.map((name, index) => `${name} = $${index + 3}`).join(', ')},
      version = o.version + 1, updated_at = now() WHERE o.id = $1 AND o.team_id = $2 RETURNING ${ownColumns}`;

/**
 * The statement with other columns: what stands between its first SELECT and the FROM that belongs to it is replaced,
 * whatever it is.
 */
export function withColumns(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/[()]|\bFROM\b/g)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0) return `SELECT ${catalogColumns} ${text.slice(index)}`;
  }
  throw new Error(`A statement without FROM: ${text}`);
}

/** A pool whose statements are prepared, once on each connection. */
export class Prepared {
  private readonly known = new Map<string, { name?: string; text: string }>();
  private readonly pool: Pool;

  constructor(connectionString: string | undefined, max: number) {
    this.pool = new Pool({ connectionString, max });
  }

  /** Runs a statement; `made` makes what is sent of it the first time. */
  async rows<T extends QueryResultRow>(
    text: string,
    values: unknown[],
    made: (text: string) => string = String,
  ): Promise<T[]> {
    let statement = this.known.get(text);
    if (statement === undefined) {
      statement = { text: made(text), ...(plannedAnew.test(text) ? {} : { name: `s${this.known.size}` }) };
      this.known.set(text, statement);
    }
    return (await this.pool.query<T>({ ...statement, values })).rows;
  }

  readonly run = ({ text, values }: Statement) => this.rows<Record<string, unknown>>(text, values);

  /** A statement of the catalog, read with the ordinary columns. */
  readonly catalog = ({ text, values }: Statement) => this.rows<CatalogRow>(text, values, withColumns);
}

/** What is not prepared: the best plan follows from the words of a search. */
const plannedAnew = /@@/;
