import { maySell, maySellByIndex, type CustomerState } from './license-gate.js';
import { providerIsVisible } from '../teams/provider-visibility.js';
import type { SqlParams } from '../sql/statement.js';

/** The reseller whose view of the catalog is computed. */
export interface Reseller {
  id: string;
  /** An unverified reseller sees nothing. */
  verified: boolean;
  /** Whether offers are hidden for which the reseller lacks a license. */
  needsLicenses: boolean;
}

/** A reseller that lists the catalog. */
export interface CatalogReader extends Reseller {
  /** The currency in which prices are compared by default; an ISO 4217 code. */
  currency: string;
}

/** The current date in UTC. A partnership takes effect on its date. */
export const todayUtc = "(now() AT TIME ZONE 'utc')::date";

/**
 * Returns the condition for the offers `o` that a reseller can see. Lists, single offers and the change feed
 * all use this rule. The access hook rejects suspended resellers earlier.
 * @param state where the customer is, if the request names a place
 */
export function isVisibleTo(reseller: Reseller, params: SqlParams, state?: CustomerState): string {
  if (!reseller.verified) return 'false';
  const id = `${params.add(reseller.id)}::uuid`;
  const visible = `o.status = 'active' AND ${providerActive} AND ${isAudience(id)}`;
  return reseller.needsLicenses ? `${visible} AND ${maySell(id, state, params)}` : visible;
}

/**
 * Returns the part of the same condition that an index decides: all visible offers but those of `isSelected`. The
 * indexes of the catalog contain the visibility and the provider.
 */
export function isVisibleByIndex(reseller: Reseller, params: SqlParams, state?: CustomerState): string {
  const id = `${params.add(reseller.id)}::uuid`;
  const visible = `o.status = 'active' AND ${providerActive} AND (o.visibility = 'public' OR o.team_id = ${id} OR ${isPreferred(id)})`;
  return reseller.needsLicenses ? `${visible} AND ${maySellByIndex(id, state, params)}` : visible;
}

/** Returns the rest of the condition: offers of other teams that name the reseller. */
export function isSelected(reseller: Reseller, params: SqlParams, state?: CustomerState): string {
  const id = `${params.add(reseller.id)}::uuid`;
  const visible = `o.status = 'active' AND o.visibility = 'selected' AND ${providerActive} AND o.team_id <> ${id}
    AND o.allowed_resellers @> ARRAY[${id}]`;
  return reseller.needsLicenses ? `${visible} AND ${maySell(id, state, params)}` : visible;
}

/** SQL condition that is true if the provider of `o` is not suspended. */
export const providerActive = providerIsVisible('o.team_id');

/**
 * Returns the SQL condition that is true if the visibility of `o` includes the reseller.
 * @param id SQL expression for the reseller's ID
 */
export const isAudience = (id: string) => `(o.visibility = 'public' OR o.team_id = ${id} OR ${isPreferred(id)}
  OR (o.visibility = 'selected' AND ${id} = ANY(o.allowed_resellers)))`;

/** Returns the SQL condition that is true if `o` is for preferred partners and the reseller is one. */
const isPreferred = (id: string) => `(o.visibility = 'preferred' AND o.team_id IN
  (SELECT provider_team_id FROM preferred_partners WHERE reseller_team_id = ${id} AND effective_date <= ${todayUtc}))`;
