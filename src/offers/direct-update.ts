import { SqlParams, type Statement } from '../sql/statement.js';
import { isObject } from '../validation/checks.js';
import { validate } from '../validation/validate.js';
import {
  columnNames,
  offerColumns,
  parameterOf,
  type OfferColumns,
  type StoredOffer,
} from './offer-columns.js';
import type { OfferFields } from './offer-fields.js';
import { defaults, toColumns } from './input/resolve-fields.js';
import { returningOwnOffer } from './offer-json.js';
import { PatchedOffer } from './offers.dto.js';
import { decimalErrors } from './pricing/amounts.js';

/*
 * The fast path of a PATCH. If every member can be validated without the stored offer, such as a new price,
 * one statement writes it and returns the offer, which halves the round trips. Otherwise, the offer is read
 * first; see OffersService.update().
 */

/** Fields that can be validated without the rest of the offer, unless it is archived. */
const independentFields = new Set<string>([
  'name',
  'internalName',
  'sku',
  'externalId',
  'metadata',
  'description',
  'internalDescription',
  'marketingHeadline',
  'marketingDescription',
  'keyFeatures',
  'imageUrl',
  'overview',
  'submissionUrl',
  'submissionConfig',
  'pricingType',
  'monthlyPrice',
  'fees',
  'complianceStatus',
  'complianceNotes',
  'visibility',
] satisfies (keyof OfferFields)[]);

/**
 * Returns the columns that a patch sets; undefined if the patch requires the stored offer, or is invalid and
 * its errors must be reported.
 */
export function parseDirectUpdate(patch: unknown, currency: string): Partial<OfferColumns> | undefined {
  const names = isObject(patch) ? Object.keys(patch as object) : [];
  if (names.length === 0 || !names.every((name) => independentFields.has(name))) return undefined;
  const { value, errors } = validate(PatchedOffer, patch);
  if (errors.length > 0 || decimalErrors(value, currency).length > 0) return undefined;
  const columns = toColumns({ ...defaults, name: '', currency, ...value });
  const changed = names.map(
    (name) => (name === 'monthlyPrice' ? 'monthlyPriceMinor' : name) as keyof OfferColumns,
  );
  return Object.fromEntries(changed.map((name) => [name, columns[name]]));
}

/**
 * Builds the statement that sets columns of an offer and returns it as a row of `ownOfferJson`. Fees are
 * merged into the stored ones, as in applyPatch(). The trigger offers_set_keys computes the pricing. The statement
 * returns no row if the offer is unknown, archived, in another currency, or already has these values.
 */
export function directUpdate(
  { id, teamId, currency, updatedAt }: Pick<StoredOffer, 'id' | 'teamId' | 'currency' | 'updatedAt'>,
  columns: Partial<OfferColumns>,
): Statement {
  const params = new SqlParams();
  const names = columnNames.filter((name) => name in columns);
  const targets = names.map((name) => offerColumns[name][0]);
  const values = names.map((name) => {
    const value = `${params.add(parameterOf(offerColumns[name][1], columns[name]))}::${offerColumns[name][1]}`;
    return name === 'fees' && columns.fees ? `coalesce(${offerColumns.fees[0]}, '{}') || ${value}` : value;
  });
  const text = `UPDATE offers o SET ${targets.map((target, index) => `${target} = ${values[index]}`).join(', ')},
           version = o.version + 1, updated_at = ${params.add(updatedAt)}
     WHERE id = ${params.add(id)} AND team_id = ${params.add(teamId)} AND currency = ${params.add(currency)}
       AND status <> 'archived' AND ROW(${targets.join(', ')}) IS DISTINCT FROM ROW(${values.join(', ')})
    ${returningOwnOffer}`;
  return { text, values: params.values };
}
