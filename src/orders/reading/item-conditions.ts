import type { SqlParams } from '../../sql/statement.js';
import type { ItemFilters } from './list-orders.dto.js';

type FlagName = 'cancelRequested' | 'jeopardy';
type FilterName = Exclude<keyof ItemFilters, FlagName> | 'providerId' | 'resellerId';
export type Filters = Partial<Record<FilterName, string> & Record<FlagName, boolean>>;

/** The conditions of the filters on an item `i`. Its time is that of its order. */
const conditions: Record<FilterName, (value: string) => string> = {
  status: (value) => `i.status = ${value}`,
  createdFrom: (value) => `i.created_at >= ${value}::timestamptz`,
  createdTo: (value) => `i.created_at < ${value}::timestamptz`,
  offerId: (value) => `i.offer_id = ${value}::uuid`,
  productOfferingId: (value) => `i.product_offering_id = ${value}::uuid`,
  providerId: (value) => `i.provider_team_id = ${value}::uuid`,
  resellerId: (value) => `i.reseller_team_id = ${value}::uuid`,
};

/**
 * The columns that are null unless a flag is true. Statements contain no parameters for them, because partial indexes are
 * used only then.
 */
const flags: Record<FlagName, string> = {
  cancelRequested: 'i.cancel_requested_at',
  jeopardy: 'i.jeopardy_since',
};

/** Returns the conditions of those filters that are given. */
export const itemConditions = (filters: Filters, params: SqlParams): string[] => [
  ...(Object.keys(conditions) as FilterName[]).flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [conditions[name](params.add(value))];
  }),
  ...(Object.keys(flags) as FlagName[]).flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [`${flags[name]} IS ${value ? 'NOT NULL' : 'NULL'}`];
  }),
];

/** The largest number of entries that is counted exactly. */
export const ordersCountLimit = 10_000;
