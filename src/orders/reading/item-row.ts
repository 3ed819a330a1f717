import { unansweredStatuses, type ItemStatus } from '../lifecycle/item-status.js';
import type { ReasonCode } from '../lifecycle/reason-codes.js';
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
  reasonCode: ReasonCode | null;
  acceptedAt: string | null;
  activatedAt: string | null;
  /** Time of the reseller's request to cancel, if it is open. */
  cancelRequestedAt: string | null;
  cancellationFee: number | null;
  jeopardySince: string | null;
  expectedAt: string | null;
  overdue: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** What the reading team notes for itself on an item. */
export interface DeskRow extends SealedColumns {
  id: string;
  version: number;
}

/** An item with its encrypted texts. */
export interface StoredItem extends ItemRow, SealedColumns {
  desk: DeskRow | null;
}

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
  /** Null if it follows from the statuses. */
  event: HistoryEvent | null;
  createdAt: string;
}

/** What an entry of a history tells, apart from a new status. */
export const historyEvents = [
  'placed',
  'status_changed',
  'updated',
  'cancellation_requested',
  'cancellation_accepted',
  'cancellation_declined',
] as const;
export type HistoryEvent = (typeof historyEvents)[number];

const unanswered = unansweredStatuses.map((status) => `'${status}'`).join(', ');
/** True for items `i` without an answer whose deadline has passed. Matches the condition of a partial index. */
export const isOverdue = `(i.status IN (${unanswered}) AND i.respond_by IS NOT NULL AND i.respond_by < now())`;

const itemColumns: Record<Exclude<keyof StoredItem, 'desk'>, string> = {
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
  acceptedAt: 'i.accepted_at',
  activatedAt: 'i.activated_at',
  cancelRequestedAt: 'i.cancel_requested_at',
  cancellationFee: 'i.cancellation_fee_minor',
  jeopardySince: 'i.jeopardy_since',
  expectedAt: 'i.expected_at',
  overdue: `${isOverdue} IS TRUE`,
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
  event: "h.details->>'event'",
  createdAt: 'h.created_at',
  sealed: "encode(h.sealed, 'base64')",
  keyId: 'h.data_key_id',
};

const jsonObject = (columns: Record<string, string>) =>
  `json_build_object(${Object.entries(columns)
    .map(([name, column]) => `'${name}', ${column}`)
    .join(', ')})`;

const deskColumns: Record<keyof DeskRow, string> = {
  id: 'd.id',
  version: 'd.version',
  sealed: "encode(d.sealed, 'base64')",
  keyId: 'd.data_key_id',
};

/** SQL expression for a StoredItem from the item `i`, with what the reading side notes for itself. */
export const itemJsonSql = (side: 'reseller' | 'provider') =>
  jsonObject({
    ...itemColumns,
    desk: `(SELECT ${jsonObject(deskColumns)} FROM order_item_desks d
      WHERE d.order_item_id = i.id AND d.team_id = i.${side}_team_id)`,
  });

/**
 * SQL expression for the HistoryRows of the item `i`, oldest first.
 * @param from the table, or a query in parentheses
 */
export const historyJsonSql = (from = 'order_item_history') =>
  `coalesce((SELECT json_agg(${jsonObject(historyColumns)} ORDER BY h.sequence)
  FROM ${from} h WHERE h.order_item_id = i.id), '[]')`;
