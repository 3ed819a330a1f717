import type { Sealed } from '../../encryption/encryption.js';
import { eventsInsert, eventValues } from '../../events/events.write.js';
import type { NewEvent } from '../../events/new-event.js';
import type { Statement } from '../../sql/statement.js';
import type { HistoryEvent } from '../reading/item-row.js';
import { detailColumns } from '../reading/provider-items.query.js';
import type { ItemState } from './item-change.js';
import { endedStatuses, type ItemStatus } from './item-status.js';

/*
 * Items are locked before they are read, so that of two changes the second one sees what the first has done. Whoever locks
 * several items of an order locks them in the order of their IDs.
 */

/**
 * Locks an item of the provider. Returns a row with the number of bytes in its history, or none if there is no such item.
 */
export const lockProviderItem = (providerId: string, itemId: string): Statement => ({
  text: `SELECT (SELECT coalesce(sum(octet_length(h.sealed)), 0) FROM order_item_history h WHERE h.order_item_id = i.id)
    FROM order_items i WHERE i.id = $1 AND i.provider_team_id = $2 FOR NO KEY UPDATE OF i`,
  values: [itemId, providerId],
});

/** Locks all items of an order of the reseller. Returns their IDs. */
export const lockOrderItems = (resellerId: string, orderId: string): Statement => ({
  text: `SELECT id FROM order_items WHERE order_id = $1 AND reseller_team_id = $2 ORDER BY id FOR NO KEY UPDATE`,
  values: [orderId, resellerId],
});

/** An entry of the history of an item. */
export interface NewHistoryEntry {
  id: string;
  fromStatus: ItemStatus;
  actor: 'reseller' | 'provider';
  apiKeyId: string;
  event: HistoryEvent;
  reasonCode: string | null;
  sealed: Sealed | null;
}

const ended = `'{${endedStatuses.join(',')}}'::text[]`;
/** The parameter after those of the item and its history. */
const firstOfEvents = 22;
const textFor = (events: number, answer: readonly string[]) => `
  WITH changed AS (
    UPDATE order_items SET status = $2, scheduled_for = $3, scheduled_until = $4, reason_code = $5,
        cancel_requested_at = $6, cancellation_fee_minor = $7, jeopardy_since = $8, expected_at = $9, sealed = $10,
        data_key_id = $11, version = version + 1, updated_at = $12,
        accepted_at = CASE WHEN $2 = 'accepted' THEN coalesce(accepted_at, $12) ELSE accepted_at END,
        completed_at = CASE WHEN $2 IN ('completed', 'active') THEN coalesce(completed_at, $12) ELSE completed_at END,
        activated_at = CASE WHEN $2 = 'active' THEN coalesce(activated_at, $12) ELSE activated_at END,
        ended_at = CASE WHEN $2 <> ALL (${ended}) THEN NULL WHEN status = $2 OR $21 THEN ended_at ELSE $12 END
      WHERE id = $1 RETURNING *
  ), entry AS (
    INSERT INTO order_item_history (id, order_item_id, sequence, from_status, status, actor, api_key_id, reason_code,
        scheduled_for, scheduled_until, details, sealed, data_key_id, created_at)
      SELECT $13, id, version, $14, $2, $15, $16, $17, $3, $4, jsonb_build_object('event', $18::text), $19, $20, $12
      FROM changed RETURNING *
  ), written AS (
    ${eventsInsert(events, firstOfEvents)}
  )
  SELECT ${['i.order_id', 'i.promotion_id', ...answer].join(', ')}
    FROM changed i JOIN orders o ON o.id = i.order_id`;
/** What is selected for each side after the IDs. The statement itself does not see the new entry in the table. */
const answers = {
  provider: detailColumns('(SELECT * FROM order_item_history UNION ALL SELECT * FROM entry)'),
  reseller: [],
} as const;
/** The texts for each side by the number of events. */
const texts: Record<keyof typeof answers, string[]> = { provider: [], reseller: [] };

/**
 * Stores an item that is locked, adds an entry to its history, and writes the events about it. Returns the IDs of its order
 * and of the promotion whose code applies to it; if the provider has made the change, followed by `detailColumns`.
 * @param item with `keepsEnd`, an item that has ended keeps the time of its end
 */
export const storeItemChange = (
  item: { id: string; next: ItemState; sealed: Sealed | null; time: string; keepsEnd: boolean },
  entry: NewHistoryEntry,
  events: readonly NewEvent[],
): Statement => ({
  text: (texts[entry.actor][events.length] ??= textFor(events.length, answers[entry.actor])),
  values: [
    item.id,
    item.next.status,
    item.next.scheduledFor,
    item.next.scheduledUntil,
    item.next.reasonCode,
    item.next.cancelRequestedAt,
    item.next.cancellationFee,
    item.next.jeopardySince,
    item.next.expectedAt,
    item.sealed?.bytes ?? null,
    item.sealed?.keyId ?? null,
    item.time,
    entry.id,
    entry.fromStatus,
    entry.actor,
    entry.apiKeyId,
    entry.reasonCode,
    entry.event,
    entry.sealed?.bytes ?? null,
    entry.sealed?.keyId ?? null,
    item.keepsEnd,
    ...eventValues(events),
  ],
});
