import { stateOf, zipOf } from '../areas/zip-states.js';
import { heldBy } from '../licenses/held-licenses.js';
import { SqlParams, type Statement } from '../sql/statement.js';

/*
 * With `ENFORCE_RESELLER_LICENSES`, a reseller sees an offer only if it holds one of the licenses that the rules of
 * compliance demand of whoever sells the offer. A provider always sees its own offers.
 */

/** Where the customer is: the code of a state; empty for a ZIP code that belongs to no state. */
export type CustomerState = string;

/** Returns the state of a customer's ZIP or ZIP+4 code; undefined without a ZIP code. */
export const customerStateOf = (zipCode: string | undefined): CustomerState | undefined =>
  zipCode === undefined ? undefined : (stateOf(zipOf(zipCode) ?? '') ?? '');

/** Selects pairs of an offer and a state in which the reseller lacks a license for the offer: id, state. */
export function unlicensedStates(
  resellerId: string,
  offerIds: readonly (string | null)[],
  states: readonly string[],
): Statement {
  const params = new SqlParams();
  const id = `${params.add(resellerId)}::uuid`;
  const given = `unnest(${params.add(states)}::text[]) AS given (state)`;
  // By state, because the licenses of a state are the same for all offers.
  const held = `(SELECT given.state, ${heldBy(id, 'given.state')} AS licenses FROM ${given} OFFSET 0)`;
  const text = `SELECT o.id, h.state FROM offers o CROSS JOIN ${held} h
    WHERE o.id = ANY(${params.add(offerIds)}::uuid[]) AND o.team_id <> ${id}
      AND o.reseller_licenses <> '{}' AND NOT o.reseller_licenses && h.licenses`;
  return { text, values: params.values };
}

const heldIn = (id: string, state: CustomerState | undefined, params: SqlParams) =>
  heldBy(id, state === undefined ? undefined : params.add(state));

/**
 * Returns the SQL condition that the reseller may sell `o`. It is written as CASE, because Postgres would expect almost no
 * rows otherwise, and sort what it should read in order.
 * @param id SQL expression for the reseller's ID
 * @param state where the customer is; if it is unknown, a license of any state of the offer is sufficient
 */
export const maySell = (id: string, state: CustomerState | undefined, params: SqlParams) =>
  `CASE WHEN o.reseller_licenses = '{}' THEN true
    ELSE o.team_id = ${id} OR o.reseller_licenses && ${heldIn(id, state, params)} END`;

/**
 * Returns the same condition, decided by an index that contains only the offers that need a license, so that nothing else
 * of an offer is read.
 */
export const maySellByIndex = (id: string, state: CustomerState | undefined, params: SqlParams) =>
  `(o.team_id = ${id} OR coalesce((SELECT g.reseller_licenses && ${heldIn(id, state, params)} FROM offers g
    WHERE g.id = o.id AND g.status = 'active' AND g.reseller_licenses <> '{}'), true))`;
