import type { ItemStatus } from '../lifecycle/item-status.js';
import type { SealedColumns } from '../personal-data/order-secrets.js';

/** The columns of an order item that both sides see, as Postgres returns them in JSON. */
export interface ItemRow {
  id: string;
  offerId: string | null;
  productOfferingId: string | null;
  offerName: string;
  category: string | null;
  providerId: string;
  providerName: string;
  currency: string;
  /** In minor units, like all amounts. */
  monthlyPrice: number | null;
  firstMonthly: number | null;
  allInMonthly: number | null;
  hasPromotion: boolean;
  status: ItemStatus;
  /** A time in ISO 8601 format, in any time zone, like all times. */
  respondBy: string | null;
  scheduledFor: string | null;
  scheduledUntil: string | null;
  reasonCode: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** An item with its encrypted texts. */
export type StoredItem = ItemRow & SealedColumns;

/** An entry of the history of an item. */
export interface HistoryRow extends SealedColumns {
  id: string;
  fromStatus: ItemStatus | null;
  status: ItemStatus;
  actor: 'reseller' | 'provider' | 'system';
  apiKeyId: string | null;
  reasonCode: string | null;
  scheduledFor: string | null;
  scheduledUntil: string | null;
  createdAt: string;
}

const itemColumns: Record<keyof StoredItem, string> = {
  id: 'i.id',
  offerId: 'i.offer_id',
  productOfferingId: 'i.product_offering_id',
  offerName: 'i.offer_name',
  category: 'i.category',
  providerId: 'i.provider_team_id',
  providerName: 'i.provider_name',
  currency: 'i.currency',
  monthlyPrice: 'i.monthly_price_minor',
  firstMonthly: 'i.first_monthly_minor',
  allInMonthly: 'i.all_in_monthly_minor',
  hasPromotion: 'i.promotion_id IS NOT NULL',
  status: 'i.status',
  respondBy: 'i.respond_by',
  scheduledFor: 'i.scheduled_for',
  scheduledUntil: 'i.scheduled_until',
  reasonCode: 'i.reason_code',
  version: 'i.version',
  createdAt: 'i.created_at',
  updatedAt: 'i.updated_at',
  sealed: "encode(i.sealed, 'base64')",
  keyId: 'i.data_key_id',
};

const historyColumns: Record<keyof HistoryRow, string> = {
  id: 'h.id',
  fromStatus: 'h.from_status',
  status: 'h.status',
  actor: 'h.actor',
  apiKeyId: 'h.api_key_id',
  reasonCode: 'h.reason_code',
  scheduledFor: 'h.scheduled_for',
  scheduledUntil: 'h.scheduled_until',
  createdAt: 'h.created_at',
  sealed: "encode(h.sealed, 'base64')",
  keyId: 'h.data_key_id',
};

const jsonObject = (columns: Record<string, string>) =>
  `json_build_object(${Object.entries(columns)
    .map(([name, column]) => `'${name}', ${column}`)
    .join(', ')})`;

/** SQL expression for a StoredItem from the item `i`. */
export const itemJsonSql = jsonObject(itemColumns);

/** SQL expression for the HistoryRows of the item `i`, oldest first. */
export const historyJsonSql = `(SELECT json_agg(${jsonObject(historyColumns)} ORDER BY h.sequence)
  FROM order_item_history h WHERE h.order_item_id = i.id)`;
