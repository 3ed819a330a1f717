import type { Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';

/** An order item with an offer, whose snapshot is what its label is made from. */
export interface SoldOffer {
  itemId: string;
  offerId: string;
  providerId: string;
  soldAt: Date;
  /** The JSON of the offer when it was ordered. */
  snapshot: string;
  /** The version of its label; null if that has not been recorded yet. */
  version: number | null;
}

const columns = `i.id, i.offer_id, i.provider_team_id, floor(extract(epoch FROM i.created_at) * 1000), i.snapshot::text`;

export const toSoldOffer = ([itemId, offerId, providerId, soldMs, snapshot, version]: RawRow): SoldOffer => ({
  itemId: itemId ?? '',
  offerId: offerId ?? '',
  providerId: providerId ?? '',
  soldAt: new Date(Number(soldMs)),
  snapshot: snapshot ?? '{}',
  version: version ? Number(version) : null,
});

const withVersion = `SELECT ${columns}, s.label_version FROM order_items i LEFT JOIN label_sales s ON s.order_item_id = i.id`;

/** Selects an offer in an order of the reseller. */
export const soldInOrder = (resellerId: string, orderId: string, offerId: string): Statement => ({
  text: `${withVersion} WHERE i.order_id = $1 AND i.offer_id = $2 AND i.reseller_team_id = $3 ORDER BY i.position LIMIT 1`,
  values: [orderId, offerId, resellerId],
});

/** Selects the offer of an order item of the provider. */
export const soldAsItem = (providerId: string, itemId: string, offerId: string): Statement => ({
  text: `${withVersion} WHERE i.id = $1 AND i.offer_id = $2 AND i.provider_team_id = $3`,
  values: [itemId, offerId, providerId],
});

/** Selects the next offers whose sale has not been recorded, up to an ID. */
export const unrecordedSales = (after: string, before: string, limit: number): Statement => ({
  text: `SELECT ${columns} FROM order_items i WHERE i.id > $1 AND i.id < $2 AND i.offer_id IS NOT NULL ORDER BY i.id LIMIT ${limit}`,
  values: [after, before],
});

/** Selects and locks the position, unless another process has locked it. */
export const lockProgress: Statement = {
  text: 'SELECT position FROM label_sales_progress WHERE id = 1 FOR UPDATE SKIP LOCKED',
  values: [],
};

export const moveProgress = (position: string): Statement => ({
  text: 'UPDATE label_sales_progress SET position = $1 WHERE id = 1',
  values: [position],
});

/** Records which labels were sold. */
export const insertSales = (
  sales: readonly (Pick<SoldOffer, 'itemId' | 'offerId' | 'soldAt'> & { version: number })[],
): Statement => ({
  text: `INSERT INTO label_sales (order_item_id, offer_id, label_version, sold_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[]) ON CONFLICT DO NOTHING`,
  values: [
    sales.map(({ itemId }) => itemId),
    sales.map(({ offerId }) => offerId),
    sales.map(({ version }) => version),
    sales.map(({ soldAt }) => soldAt),
  ],
});
