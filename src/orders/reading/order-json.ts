import type { Encryption } from '../../encryption/encryption.js';
import { orderStatus } from '../lifecycle/item-status.js';
import {
  openSecrets,
  type DeskSecrets,
  type HistorySecrets,
  type ItemSecrets,
  type OrderSecrets,
  type SealedColumns,
} from '../personal-data/order-secrets.js';
import type { HistoryRow, ItemRow, StoredItem } from './item-row.js';
import { isoTimeOrNull } from './iso-time.js';
import { HistoryEntry, ItemFields } from './item-view.dto.js';
import type { OrderItemView, OrderSummaryView } from './order-view.dto.js';

/** The columns of an order. Times are in ISO 8601 format, in UTC. */
export interface OrderRow {
  id: string;
  externalId: string | null;
  promoCode: string | null;
  erasedAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** An item with its texts. */
export interface OpenItem {
  row: ItemRow;
  secrets: ItemSecrets | null;
  /** What the reading team notes for itself. */
  desk: DeskSecrets | null;
}

/** Decrypts an item. */
export const openItem = (encryption: Encryption, item: StoredItem): OpenItem => ({
  row: item,
  secrets: openSecrets(encryption, 'order_items', item.id, item),
  desk: openDesk(encryption, item),
});

/** Decrypts what the reading team notes for itself on an item; null if it is nothing. */
export const openDesk = (encryption: Encryption, { desk }: StoredItem): DeskSecrets | null =>
  desk && openSecrets(encryption, 'order_item_desks', desk.id, desk);

/** Builds the view of an order for its reseller. */
export function orderSummary(
  order: OrderRow,
  secrets: OrderSecrets | null,
  items: readonly OpenItem[],
): OrderSummaryView {
  const updates = [order.updatedAt, ...items.map(({ row }) => row.updatedAt)].map((time) => Date.parse(time));
  return {
    orderId: order.id,
    externalId: order.externalId,
    status: orderStatus(items.map(({ row }) => row)),
    promoCode: order.promoCode,
    customerInfo: secrets?.customerInfo ?? null,
    serviceAddress: secrets?.serviceAddress ?? null,
    notes: secrets?.notes ?? null,
    metadata: secrets?.metadata ?? null,
    items: items.map((item) => orderItem(item, order.erasedAt !== null)),
    erasedAt: order.erasedAt,
    version: order.version,
    createdAt: order.createdAt,
    updatedAt: new Date(Math.max(...updates)).toISOString(),
  };
}

function orderItem(item: OpenItem, isErased: boolean): OrderItemView {
  const { row, secrets } = item;
  return {
    itemId: row.id,
    ...ItemFields.of(row, item, isErased),
    providerId: row.providerId,
    providerName: row.providerName,
    metadata: isErased ? null : (secrets?.metadata ?? {}),
  };
}

/** What only the details of an item show. */
export interface ItemDetail {
  history: HistoryEntry[];
  /** JSON text, which is copied into the response. */
  snapshot: string;
}

/**
 * Builds the JSON of an order with its details. The snapshots are copied, so that they keep the bytes that the reseller
 * saw.
 * @param details of the items, in their order
 */
export function orderJson({ items, ...order }: OrderSummaryView, details: readonly ItemDetail[]): string {
  const history = details
    .flatMap((detail) => detail.history)
    .toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const texts = items.map((item, index) => itemDetailJson(item, details[index]));
  return `${withoutEnd(order)},"items":[${texts.join(',')}],"history":${JSON.stringify(history)}}`;
}

/** Builds the JSON of an item with its details. */
export const itemDetailJson = (item: object, detail: ItemDetail | undefined): string =>
  `${withoutEnd(item)},"history":${JSON.stringify(detail?.history ?? [])},"snapshot":${detail?.snapshot ?? '{}'}}`;

const withoutEnd = (value: object) => JSON.stringify(value).slice(0, -1);

/** The side that reads a history. */
type Side = 'reseller' | 'provider';

/**
 * Builds the entries of an item's history. Each side sees only the IDs of its own API keys.
 * @param canSeeTexts whether the reader may see what can be personal data
 */
export const historyEntries = (
  encryption: Encryption,
  itemId: string,
  rows: readonly HistoryRow[],
  { side, canSeeTexts = true }: { side: Side; canSeeTexts?: boolean },
): HistoryEntry[] =>
  rows.map((row) => {
    const secrets = canSeeTexts ? openSecrets(encryption, 'order_item_history', row.id, row) : null;
    return historyEntry(itemId, row, secrets, side);
  });

/** Builds an entry of the history from its row. */
export const historyEntry = (
  itemId: string,
  row: Omit<HistoryRow, 'id' | keyof SealedColumns>,
  secrets: HistorySecrets | null,
  side: Side,
): HistoryEntry => ({
  itemId,
  status: row.status,
  previousStatus: row.fromStatus,
  event: row.event ?? (row.fromStatus === null ? 'placed' : 'status_changed'),
  timestamp: new Date(row.createdAt).toISOString(),
  actor: row.actor,
  apiKeyId: row.actor === side ? row.apiKeyId : null,
  notes: secrets?.notes ?? null,
  reasonCode: row.reasonCode,
  scheduledFor: isoTimeOrNull(row.scheduledFor),
  scheduledUntil: isoTimeOrNull(row.scheduledUntil),
  changes: secrets?.changes ?? {},
});
