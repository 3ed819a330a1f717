import type { CursorPosition } from '../../paging/cursor.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import { isoTime } from '../../sql/wire/json-row-writer.js';
import type { StoredItem, HistoryRow } from './item-row.js';
import { historyJsonSql, itemJsonSql } from './item-row.js';
import { itemConditions, ordersCountLimit, type Filters } from './item-conditions.js';
import type { OrderRow } from './order-json.js';
import type { SealedColumns } from '../personal-data/order-secrets.js';

/*
 * Statements with which a reseller reads its own orders. A page is selected by time and ID along one index; only the
 * orders on the page are read completely, with their items.
 */

/** The filters of a list, and the hashes of what is searched for in the customer's data. */
export interface OrderFilter {
  filters: Filters;
  externalId?: string;
  /** ID of the only order that can match. */
  orderId?: string;
  /** An order must have at least one hash of each list. */
  terms: readonly (readonly Buffer[])[];
}

const orderColumns = [
  'o.id',
  'o.external_id',
  'o.promo_code',
  'o.erased_at',
  'o.version',
  'o.created_at',
  'o.updated_at',
  'o.sealed',
  'o.data_key_id',
];

const itemsOf = (columns: string) =>
  `(SELECT json_agg(${columns} ORDER BY i.position) FROM order_items i WHERE i.order_id = o.id)`;
const summaryColumns = [...orderColumns, itemsOf(itemJsonSql('reseller'))];
const detailColumns = [
  ...summaryColumns,
  itemsOf(historyJsonSql()),
  // As texts, so that the bytes of each snapshot can be copied.
  itemsOf('i.snapshot::text'),
];

/** An order with its items, as it is stored. */
export interface StoredOrder extends OrderRow, SealedColumns {
  items: StoredItem[];
}

/** Reads a row of `newestOrders` or `orderById`. */
export function toStoredOrder(row: RawRow): StoredOrder {
  const [id, externalId, promoCode, erasedAt, version, createdAt, updatedAt, sealed, keyId, items] = row;
  return {
    id: id ?? '',
    externalId: externalId ?? null,
    promoCode: promoCode ?? null,
    erasedAt: erasedAt ? isoTime(erasedAt) : null,
    version: Number(version),
    createdAt: isoTime(createdAt ?? ''),
    updatedAt: isoTime(updatedAt ?? ''),
    sealed: sealed ?? null,
    keyId: keyId ?? null,
    items: JSON.parse(items ?? '[]') as StoredItem[],
  };
}

/** Reads the history and the snapshot of each item from a row of `orderById`. */
export function toStoredDetails(row: RawRow): { histories: HistoryRow[][]; snapshots: string[] } {
  const [histories, snapshots] = row.slice(summaryColumns.length);
  return {
    histories: JSON.parse(histories ?? '[]') as HistoryRow[][],
    snapshots: JSON.parse(snapshots ?? '[]') as string[],
  };
}

/** Selects an order of the reseller with all details. */
export const orderById = (resellerId: string, id: string): Statement => ({
  text: `SELECT ${detailColumns.join(', ')} FROM orders o WHERE o.id = $1 AND o.reseller_team_id = $2`,
  values: [id, resellerId],
});

/** Selects up to `limit` orders after a position (time and ID), newest first; with all details if `withDetails`. */
export function newestOrders(
  resellerId: string,
  filter: OrderFilter,
  { after, limit, withDetails = false }: { after?: CursorPosition; limit: number; withDetails?: boolean },
): Statement {
  const params = new SqlParams();
  const keys = `${orderKeys(resellerId, filter, params, after)} ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
  const columns = withDetails ? detailColumns : summaryColumns;
  const text = `SELECT ${columns.join(', ')} FROM (${keys}) k
    CROSS JOIN LATERAL (SELECT * FROM orders WHERE id = k.id OFFSET 0) o ORDER BY k.created_at DESC, k.id DESC`;
  return { text, values: params.values };
}

/** Counts orders, up to one more than the limit. */
export function countOrders(resellerId: string, filter: OrderFilter): Statement {
  const params = new SqlParams();
  const keys = orderKeys(resellerId, filter, params);
  const text = `SELECT count(*) FROM (SELECT FROM (${keys}) k LIMIT ${ordersCountLimit + 1}) k`;
  return { text, values: params.values };
}

/**
 * Returns a SELECT for the times and IDs of the orders that match. Filters on items are evaluated on `order_items`, whose
 * indexes contain the time of the order, unless what is searched for in the order itself matches few orders.
 */
function orderKeys(
  resellerId: string,
  { filters, externalId, orderId, terms }: OrderFilter,
  params: SqlParams,
  after?: CursorPosition,
): string {
  const { createdFrom, createdTo, ...ofItems } = filters;
  const isFilteredByItem = Object.values(ofItems).some((value) => value !== undefined);
  const startsFromItems = isFilteredByItem && externalId === undefined && terms.length === 0;
  const alias = startsFromItems ? 'i' : 'o';
  const id = startsFromItems ? 'i.order_id' : 'o.id';
  const conditions = [`${alias}.reseller_team_id = ${params.add(resellerId)}::uuid`];
  if (createdFrom !== undefined)
    conditions.push(`${alias}.created_at >= ${params.add(createdFrom)}::timestamptz`);
  if (createdTo !== undefined) conditions.push(`${alias}.created_at < ${params.add(createdTo)}::timestamptz`);
  if (after) {
    const [time, lastId] = after.map((value) => params.add(value));
    conditions.push(`(${alias}.created_at, ${id}) < (${time}::timestamptz, ${lastId}::uuid)`);
  }
  const itemsMatch = itemConditions(ofItems, params);
  if (startsFromItems)
    // Grouped, because several items of an order can match.
    return `SELECT i.created_at, i.order_id AS id FROM order_items i
      WHERE ${[...conditions, ...itemsMatch].join(' AND ')} GROUP BY i.created_at, i.order_id`;
  if (externalId !== undefined) conditions.push(`o.external_id = ${params.add(externalId)}`);
  if (orderId !== undefined) conditions.push(`o.id = ${params.add(orderId)}::uuid`);
  for (const hashes of terms) conditions.push(`o.customer_terms && ${params.add(hashes)}::bytea[]`);
  if (isFilteredByItem)
    conditions.push(
      `EXISTS (SELECT FROM order_items i WHERE ${['i.order_id = o.id', ...itemsMatch].join(' AND ')})`,
    );
  return `SELECT o.created_at, o.id FROM orders o WHERE ${conditions.join(' AND ')}`;
}
