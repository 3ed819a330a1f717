import type { EventData, EventType } from '../../events/event-types.js';
import { fromMinorUnits } from '../../money/money.js';
import { isoTimeOrNull } from '../reading/iso-time.js';
import type { StoredItem } from '../reading/item-row.js';
import type { ItemChange, ItemState } from './item-change.js';
import type { ItemStatus } from './item-status.js';

/** What events about an item tell of its order. */
export interface EventOrder {
  id: string;
  resellerId: string;
  externalId: string | null;
  /** Whether its personal data was erased, so that the reseller sees no metadata of the items. */
  isErased: boolean;
}

/** An event about an item that must be written, with the team that receives it. */
export type ItemEvent = {
  [T in EventType]: { type: T; teamId: string; data: EventData<T> };
}[EventType];

/** The statuses that complete an item. */
const isDone = (status: ItemStatus): status is 'completed' | 'active' =>
  status === 'completed' || status === 'active';

/**
 * Returns the events about a change of an item: those for the provider, if the reseller has made it, or else those for the
 * reseller. A reseller gets one event about every change, either `order.status_changed` or `order.updated`, and further
 * ones about what is special about it.
 */
export const itemEvents = (
  order: EventOrder,
  item: StoredItem,
  change: ItemChange,
  side: 'reseller' | 'provider',
): ItemEvent[] => (side === 'reseller' ? eventsForProvider : eventsForReseller)(order, item, change);

/** What events for both sides contain. */
const common = (order: EventOrder, { id, offerId, productOfferingId, offerName, version }: StoredItem) => ({
  orderId: order.id,
  itemId: id,
  offerId,
  productOfferingId,
  offerName,
  version: version + 1,
});

function eventsForProvider(order: EventOrder, item: StoredItem, { next, notes }: ItemChange): ItemEvent[] {
  const teamId = item.providerId;
  const data = { ...common(order, item), resellerTeamId: order.resellerId };
  if (next.status === 'cancelled') {
    const { status: previousStatus } = item;
    const reasons = { reason: notes, reasonCode: next.reasonCode };
    const cancelledBy = 'reseller' as const;
    return [{ type: 'order.cancelled', teamId, data: { ...data, previousStatus, ...reasons, cancelledBy } }];
  }
  const reasonCode = next.secrets.cancelRequest?.reasonCode ?? null;
  return [
    {
      type: 'order.cancel_requested',
      teamId,
      data: { ...data, status: next.status, reason: notes, reasonCode },
    },
  ];
}

function eventsForReseller(order: EventOrder, item: StoredItem, { next, event, changes }: ItemChange) {
  const teamId = order.resellerId;
  const { status, secrets } = next;
  const data = {
    ...common(order, item),
    providerTeamId: item.providerId,
    externalId: order.externalId,
    providerNotes: secrets.providerNotes,
  };
  const metadata = order.isErased ? null : (secrets.metadata as Record<string, unknown>);
  const events: ItemEvent[] = [];
  if (status === item.status) {
    const milestones = secrets.milestones ?? [];
    events.push({
      type: 'order.updated',
      teamId,
      data: { ...data, ...stateOf(next), status, milestones, metadata },
    });
  } else {
    const { currency } = item;
    const cancellationFee =
      next.cancellationFee === null ? null : fromMinorUnits(BigInt(next.cancellationFee), currency);
    const statuses = { previousStatus: item.status, newStatus: status };
    events.push({
      type: 'order.status_changed',
      teamId,
      data: { ...data, ...stateOf(next), ...statuses, cancellationFee, currency },
    });
  }
  if (status === 'scheduled' && (item.status !== status || hasNewAppointment(item, next))) {
    const { scheduledFor, scheduledUntil } = stateOf(next);
    events.push({ type: 'order.scheduled', teamId, data: { ...data, status, scheduledFor, scheduledUntil } });
  }
  const { jeopardy } = stateOf(next);
  if ('jeopardy' in changes && jeopardy)
    events.push({ type: 'order.jeopardy', teamId, data: { ...data, status, ...jeopardy } });
  if (isDone(status) && !isDone(item.status)) {
    const accountNumber = textOf(metadata?.accountNumber);
    events.push({ type: 'order.completed', teamId, data: { ...data, status, accountNumber } });
  }
  if (status === 'rejected') {
    const reason = textOf(metadata?.reason) ?? data.providerNotes;
    events.push({
      type: 'order.rejected',
      teamId,
      data: { ...data, reason, reasonCode: next.reasonCode },
    });
  }
  if (event === 'cancellation_declined')
    events.push({ type: 'order.cancel_declined', teamId, data: { ...data, status } });
  return events;
}

function stateOf({
  reasonCode,
  scheduledFor,
  scheduledUntil,
  jeopardySince,
  expectedAt,
  secrets,
}: ItemState) {
  return {
    reasonCode,
    scheduledFor: isoTimeOrNull(scheduledFor),
    scheduledUntil: isoTimeOrNull(scheduledUntil),
    jeopardy:
      jeopardySince === null
        ? null
        : {
            reason: secrets.jeopardyReason ?? null,
            expectedAt: isoTimeOrNull(expectedAt),
            since: new Date(jeopardySince).toISOString(),
          },
  };
}

const hasNewAppointment = (item: StoredItem, next: ItemState) =>
  isoTimeOrNull(item.scheduledFor) !== isoTimeOrNull(next.scheduledFor) ||
  isoTimeOrNull(item.scheduledUntil) !== isoTimeOrNull(next.scheduledUntil);

/** Returns a text or a number as text; null for anything else. */
const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;
