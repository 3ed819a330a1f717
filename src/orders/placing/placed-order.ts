import { isoTime } from '../../sql/wire/json-row-writer.js';
import type { RawRow } from '../../sql/transaction.js';
import type { OrderSecrets } from '../personal-data/order-secrets.js';
import type { ItemRow } from '../reading/item-row.js';
import type { HistoryEntry } from '../reading/item-view.dto.js';
import { historyEntry, orderJson, orderSummary, type OpenItem } from '../reading/order-json.js';
import { orderETag } from '../reading/order-reader.service.js';
import { placedStatus, placedVersion, type NewItem, type NewOrder } from './place-order.write.js';
import type { RequestedItem } from './order-input.js';

/** The response to an order that was placed. */
export interface PlacedOrder {
  id: string;
  etag: string;
  json: string;
}

/**
 * Builds the response to a new order without reading it. It has the same bytes as the order that is read afterwards.
 * @param rows the result of the statement that stored the order
 */
export function placedOrder(
  order: NewOrder,
  secrets: OrderSecrets,
  requested: readonly RequestedItem[],
  rows: readonly RawRow[],
): PlacedOrder {
  const time = order.createdAt.toISOString();
  const items = order.items.map((item, index): OpenItem => {
    const [, providerName = null, respondBy = null] = rows[index] ?? [];
    const fields = requested[index]?.fields ?? {};
    const row = rowOf(item, { providerName: providerName ?? '', respondBy, time });
    return { row, secrets: { fields, providerNotes: null, metadata: {} }, desk: null };
  });
  const summary = orderSummary(
    {
      id: order.id,
      externalId: order.externalId,
      promoCode: order.promoCode,
      erasedAt: null,
      version: 1,
      createdAt: time,
      updatedAt: time,
    },
    secrets,
    items,
  );
  const history = placedHistory(order, time);
  const details = order.items.map(({ id, snapshot }) => ({
    history: history.map((entry) => ({ ...entry, itemId: id })),
    snapshot,
  }));
  const versions = { version: placedVersion, overdue: false, desk: null };
  const etag = orderETag({ version: 1, items: items.map(() => versions) });
  return { id: order.id, etag, json: orderJson(summary, details) };
}

const numberOf = (amount: bigint | null) => (amount === null ? null : Number(amount));

const rowOf = (
  item: NewItem,
  { providerName, respondBy, time }: { providerName: string; respondBy: string | null; time: string },
): ItemRow => ({
  id: item.id,
  offerId: item.offerId,
  productOfferingId: item.productOfferingId,
  offerName: item.name,
  category: item.category,
  providerId: item.providerId,
  providerName,
  currency: item.currency,
  monthlyPrice: numberOf(item.monthlyPrice),
  firstMonthly: numberOf(item.firstMonthly),
  allInMonthly: numberOf(item.allInMonthly),
  hasPromotion: item.promotionId !== null,
  status: placedStatus,
  respondBy: respondBy === null ? null : isoTime(respondBy),
  scheduledFor: null,
  scheduledUntil: null,
  reasonCode: null,
  acceptedAt: null,
  activatedAt: null,
  cancelRequestedAt: null,
  cancellationFee: null,
  jeopardySince: null,
  expectedAt: null,
  overdue: false,
  version: placedVersion,
  createdAt: time,
  updatedAt: time,
});

/** Builds the entries that the history of each item has, without the ID of the item. */
function placedHistory({ apiKeyId }: NewOrder, createdAt: string): HistoryEntry[] {
  const unset = { reasonCode: null, scheduledFor: null, scheduledUntil: null, event: null, createdAt };
  return [
    { ...unset, fromStatus: null, status: 'pending', actor: 'reseller', apiKeyId } as const,
    { ...unset, fromStatus: 'pending', status: placedStatus, actor: 'system', apiKeyId: null } as const,
  ].map((row) => historyEntry('', row, null, 'reseller'));
}
