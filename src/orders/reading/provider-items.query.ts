import type { CursorPosition } from '../../paging/cursor.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import { isoTime } from '../../sql/wire/json-row-writer.js';
import { personalDataUntil } from '../personal-data/personal-data-until.js';
import type { SealedColumns } from '../personal-data/order-secrets.js';
import { itemConditions, ordersCountLimit, type Filters } from './item-conditions.js';
import { historyJsonSql, isOverdue, itemJsonSql, type HistoryRow, type StoredItem } from './item-row.js';

/*
 * Statements with which a provider reads the items of orders that concern it. The condition on the provider's team is part
 * of every one of them, so that it sees nothing of the other items of an order.
 */

export interface ItemFilter {
  filters: Filters;
  overdue?: boolean;
}

const canSeePersonalData = `(i.ended_at IS NULL OR ${personalDataUntil} > now())`;

const columns = [
  'o.id',
  'o.reseller_team_id',
  'o.reseller_name',
  // The provider does not see it, but events to the reseller contain it.
  'o.external_id',
  'o.erased_at IS NOT NULL',
  'o.version',
  personalDataUntil,
  canSeePersonalData,
  // After the time is over, the personal data is not even read.
  `CASE WHEN ${canSeePersonalData} THEN o.sealed END`,
  'o.data_key_id',
  itemJsonSql('provider'),
];

/**
 * Returns the columns of an item `i` of an order `o` with all details.
 * @param history the entries of the history, see `historyJsonSql`
 */
export const detailColumns = (history?: string): readonly string[] => [
  ...columns,
  historyJsonSql(history),
  'i.snapshot',
];

/** An item with what its provider sees of the order. */
export interface ProviderItem extends SealedColumns {
  orderId: string;
  resellerId: string;
  resellerName: string;
  /** ID of the order in the system of the reseller, which only the reseller may see. */
  externalId: string | null;
  isErased: boolean;
  orderVersion: number;
  personalDataUntil: string | null;
  /** Whether the provider may see personal data. If not, `sealed` is null. */
  canSeePersonalData: boolean;
  item: StoredItem;
}

/** Reads a row of `newestItems`, `itemById` or `detailedItemById`. */
export function toProviderItem(row: RawRow): ProviderItem {
  const [
    orderId,
    resellerId,
    resellerName,
    externalId,
    isErased,
    orderVersion,
    until,
    canSee,
    sealed,
    keyId,
    item,
  ] = row;
  return {
    orderId: orderId ?? '',
    resellerId: resellerId ?? '',
    resellerName: resellerName ?? '',
    externalId: externalId ?? null,
    isErased: isErased === 't',
    orderVersion: Number(orderVersion),
    personalDataUntil: until ? isoTime(until) : null,
    canSeePersonalData: canSee === 't',
    sealed: sealed ?? null,
    keyId: keyId ?? null,
    item: JSON.parse(item ?? '{}') as StoredItem,
  };
}

/** Reads the history and the snapshot from a row of `detailColumns`. */
export function toItemDetails(row: RawRow): { history: HistoryRow[]; snapshot: string } {
  const [history, snapshot] = row.slice(columns.length);
  return { history: JSON.parse(history ?? '[]') as HistoryRow[], snapshot: snapshot ?? '{}' };
}

const selectOne =
  (selected: readonly string[]) =>
  (providerId: string, id: string): Statement => ({
    text: `SELECT ${selected.join(', ')} FROM order_items i JOIN orders o ON o.id = i.order_id
    WHERE i.id = $1 AND i.provider_team_id = $2`,
    values: [id, providerId],
  });

/** Selects an item of the provider. */
export const itemById = selectOne(columns);

/** Selects `detailColumns` of an item of the provider. */
export const detailedItemById = selectOne(detailColumns());

/** Selects up to `limit` items after a position (time and ID), newest first. */
export function newestItems(
  providerId: string,
  filter: ItemFilter,
  { after, limit }: { after?: CursorPosition; limit: number },
): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(providerId, filter, params);
  if (after) {
    const [time, lastId] = after.map((value) => params.add(value));
    conditions.push(`(i.created_at, i.id) < (${time}::timestamptz, ${lastId}::uuid)`);
  }
  const page = `SELECT i.* FROM order_items i WHERE ${conditions.join(' AND ')}
    ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit}`;
  const text = `SELECT ${columns.join(', ')} FROM (${page}) i
    CROSS JOIN LATERAL (SELECT * FROM orders WHERE id = i.order_id OFFSET 0) o ORDER BY i.created_at DESC, i.id DESC`;
  return { text, values: params.values };
}

/** Counts items, up to one more than the limit. */
export function countItems(providerId: string, filter: ItemFilter): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(providerId, filter, params);
  const text = `SELECT count(*) FROM
    (SELECT FROM order_items i WHERE ${conditions.join(' AND ')} LIMIT ${ordersCountLimit + 1}) i`;
  return { text, values: params.values };
}

function conditionsOf(providerId: string, { filters, overdue }: ItemFilter, params: SqlParams): string[] {
  return [
    `i.provider_team_id = ${params.add(providerId)}::uuid`,
    ...itemConditions(filters, params),
    ...(overdue === undefined ? [] : [overdue ? isOverdue : `${isOverdue} IS NOT TRUE`]),
  ];
}
