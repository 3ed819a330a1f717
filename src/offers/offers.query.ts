import type { CursorPosition } from '../paging/cursor.js';
import { SqlParams, type Statement } from '../sql/statement.js';
import { ownOfferJsonWithoutArea, selectOwnOffers } from './offer-json.js';
import type { ListOffers } from './offers.dto.js';

/*
 * Statements with which a provider reads its own offers. Those that select offers return rows of
 * `ownOfferJson`.
 */

const select = selectOwnOffers('offers o');
const selectWithoutArea = selectOwnOffers('offers o', ownOfferJsonWithoutArea);
type OfferFilters = Pick<ListOffers, 'sku' | 'externalId' | 'status' | 'category' | 'feed'>;
const filterColumns: Record<keyof OfferFilters, string> = {
  sku: 'o.sku',
  externalId: 'o.external_id',
  status: 'o.status',
  category: 'o.category',
  feed: 'o.feed',
};
const filterNames = Object.keys(filterColumns) as (keyof OfferFilters)[];

function conditionsOf(teamId: string, filters: OfferFilters, params: SqlParams): string[] {
  const given = filterNames.filter((name) => filters[name] !== undefined);
  return [
    `o.team_id = ${params.add(teamId)}`,
    ...given.map((name) => `${filterColumns[name]} = ${params.add(filters[name])}`),
  ];
}

/** Up to `limit` offers after a position (creation time and ID). */
export interface OfferRange {
  after?: CursorPosition;
  limit: number;
}

export const newestOwnOffers = (teamId: string, filters: OfferFilters, range: OfferRange) =>
  ownOffersInOrder(teamId, filters, range, { order: 'DESC', beyond: '<' });

export const oldestOwnOffers = (teamId: string, filters: OfferFilters, range: OfferRange) =>
  ownOffersInOrder(teamId, filters, range, { order: 'ASC', beyond: '>' });

/** Adds parameters, and returns SQL conditions on `offers o` and its service area `a`. */
export type OfferConditions = (params: SqlParams) => string[];

/** Selects rows of `ownOfferJsonWithoutArea`, oldest first. */
export const oldestOwnOffersWithoutArea = (
  teamId: string,
  filters: OfferFilters,
  range: OfferRange,
  conditions?: OfferConditions,
) =>
  ownOffersInOrder(teamId, filters, range, {
    order: 'ASC',
    beyond: '>',
    from: selectWithoutArea,
    and: conditions,
  });

interface OfferOrder {
  order: 'ASC' | 'DESC';
  beyond: '<' | '>';
  from?: string;
  and?: OfferConditions;
}

function ownOffersInOrder(
  teamId: string,
  filters: OfferFilters,
  { after, limit }: OfferRange,
  { order, beyond, from = select, and }: OfferOrder,
): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  // The planner takes conditions on category data to be rare, and would then read and sort all offers of the team for each
  // page. It takes a value that is not null to be common.
  if (and) conditions.push(`nullif(${and(params).join(' AND ')}, false) IS NOT NULL`);
  if (after) {
    const [time, id] = after.map((value) => params.add(value));
    conditions.push(`(o.created_at, o.id) ${beyond} (${time}::timestamptz, ${id}::uuid)`);
  }
  const text = `${from} WHERE ${conditions.join(' AND ')} ORDER BY o.created_at ${order}, o.id ${order} LIMIT ${limit}`;
  return { text, values: params.values };
}

/** The largest number of offers that is counted exactly. */
export const ownOffersCountLimit = 10_000;

/** Counts offers, up to one more than the limit. */
export function countOwnOffers(teamId: string, filters: OfferFilters): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  const text = `SELECT count(*) FROM
    (SELECT FROM offers o WHERE ${conditions.join(' AND ')} LIMIT ${ownOffersCountLimit + 1}) o`;
  return { text, values: params.values };
}
