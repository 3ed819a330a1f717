import type { SqlParams } from '../../sql/statement.js';
import type { ItemFilters } from './list-orders.dto.js';

type FilterName = keyof ItemFilters | 'providerId' | 'resellerId';
export type Filters = Partial<Record<FilterName, string>>;

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

/** Returns the conditions of those filters that are given. */
export const itemConditions = (filters: Filters, params: SqlParams): string[] =>
  (Object.keys(conditions) as FilterName[]).flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [conditions[name](params.add(value))];
  });

/** The largest number of entries that is counted exactly. */
export const ordersCountLimit = 10_000;
