import type { CursorPosition } from '../paging/cursor.js';
import { SqlParams, type Statement } from '../sql/statement.js';
import type { ListOffers } from './offers.dto.js';
import { selectOwn } from './offer-row.js';

/*
 * What a provider reads of its own offers, all day long: by hand and prepared, each in one statement.
 */

const selected = selectOwn('offers o');
const byId = `${selected} WHERE o.id = $1 AND o.team_id = $2`;

/** One offer of the team. */
export const offerOf = (teamId: string, id: string): Statement => ({ text: byId, values: [id, teamId] });

type Filters = Pick<ListOffers, 'sku' | 'externalId' | 'status' | 'category'>;
const columns: [keyof Filters, string][] = [
  ['sku', 'o.sku'],
  ['externalId', 'o.external_id'],
  ['status', 'o.status'],
  ['category', 'o.category'],
];

function conditionsOf(teamId: string, filters: Filters, params: SqlParams): string[] {
  const given = columns.filter(([name]) => filters[name] !== undefined);
  return [
    `o.team_id = ${params.add(teamId)}`,
    ...given.map(([name, column]) => `${column} = ${params.add(filters[name])}`),
  ];
}

/** Some offers, from a position on. */
export interface OfferRange {
  after?: CursorPosition;
  limit: number;
}

/** Offers of the team, newest first, from a position (time and id) on. */
export const offersOf = (teamId: string, filters: Filters, stretch: OfferRange) =>
  inOrder(teamId, filters, stretch, ['<', 'DESC']);

/** Offers of the team, oldest first, from a position (time and id) on. */
export const offersSince = (teamId: string, filters: Filters, stretch: OfferRange) =>
  inOrder(teamId, filters, stretch, ['>', 'ASC']);

function inOrder(
  teamId: string,
  filters: Filters,
  { after, limit }: OfferRange,
  [beyond, order]: readonly [string, string],
): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  if (after) {
    const [time, id] = after.map((value) => params.add(value));
    conditions.push(`(o.created_at, o.id) ${beyond} (${time}::timestamptz, ${id}::uuid)`);
  }
  const text = `${selected} WHERE ${conditions.join(' AND ')} ORDER BY o.created_at ${order}, o.id ${order} LIMIT ${limit}`;
  return { text, values: params.values };
}

export function countOffersOf(teamId: string, filters: Filters): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  return { text: `SELECT count(*) FROM offers o WHERE ${conditions.join(' AND ')}`, values: params.values };
}
