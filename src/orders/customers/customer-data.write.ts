import type { Statement } from '../../sql/statement.js';

/** Which orders of a reseller are meant: one, or those with one of these hashes of the e-mail address. */
export type SelectedOrders = { orderId: string } | { emailTerms: readonly Buffer[] };

/** Selects the IDs of up to `limit` orders. */
export const selectedOrders = (resellerId: string, selected: SelectedOrders, limit: number): Statement => {
  const [condition, value] =
    'orderId' in selected
      ? ['id = $2::uuid', selected.orderId]
      : ['customer_terms && $2::bytea[]', selected.emailTerms];
  return {
    text: `SELECT id FROM orders WHERE reseller_team_id = $1 AND ${condition} ORDER BY id LIMIT ${limit}`,
    values: [resellerId, value],
  };
};

/** Locks all items of the orders in the order of their IDs, as all changes do. Returns their orders, statuses and IDs. */
export const lockItemsOf = (orderIds: readonly string[]): Statement => ({
  text: `SELECT order_id, status, id FROM order_items WHERE order_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
  values: [orderIds],
});

/**
 * Erases all texts of the orders that can concern the customer, of both sides, and what the orders can be found by.
 * Statuses, times and prices remain. Returns the IDs of the orders and the time.
 */
export const eraseOrders = (orderIds: readonly string[], time: Date): Statement => ({
  text: `
    WITH items AS (
      UPDATE order_items SET sealed = NULL, data_key_id = NULL WHERE order_id = ANY ($1::uuid[]) RETURNING id
    ), history AS (
      UPDATE order_item_history SET sealed = NULL, data_key_id = NULL
        WHERE order_item_id IN (SELECT id FROM items) AND sealed IS NOT NULL
    ), desks AS (
      UPDATE order_item_desks SET sealed = NULL, data_key_id = NULL, version = version + 1, updated_at = $2
        WHERE order_item_id IN (SELECT id FROM items) AND sealed IS NOT NULL
    )
    UPDATE orders SET sealed = NULL, data_key_id = NULL, customer_terms = '{}', external_id = NULL, erased_at = $2,
        version = version + 1, updated_at = $2
      WHERE id = ANY ($1::uuid[]) RETURNING id, erased_at`,
  values: [orderIds, time],
});
