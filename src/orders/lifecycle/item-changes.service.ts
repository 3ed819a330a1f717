import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/new-id.js';
import { Encryption } from '../../encryption/encryption.js';
import { EventLog } from '../../events/event-log.js';
import { newEvent } from '../../events/new-event.js';
import type { RawRow, Transaction } from '../../sql/transaction.js';
import { openSecrets, sealSecrets, type ItemSecrets } from '../personal-data/order-secrets.js';
import { returnRedemption } from '../placing/order-redemptions.js';
import type { StoredItem } from '../reading/item-row.js';
import type { CurrentItem, ItemChange } from './item-change.js';
import { storeItemChange } from './item-change.write.js';
import { itemEvents, type EventOrder } from './item-events.js';
import { isItemStatusIn, voidStatuses } from './item-status.js';

/** Who changes an item. */
export interface Actor {
  side: 'reseller' | 'provider';
  apiKeyId: string;
}

/** A change to store. */
interface StoredChange {
  item: StoredItem;
  change: ItemChange;
  time: string;
  /** Whether an item that has ended keeps the time of its end, whatever end it gets. */
  keepsEnd?: boolean;
}

const noSecrets: ItemSecrets = { fields: {}, providerNotes: null, metadata: {} };

/** Stores changes of items, in transactions that have locked them. */
@Injectable()
export class ItemChanges {
  constructor(
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    private readonly events: EventLog,
  ) {}

  /** Returns an item with its texts. */
  open(item: StoredItem): CurrentItem {
    return { ...item, secrets: openSecrets(this.encryption, 'order_items', item.id, item) ?? noSecrets };
  }

  /** Returns the time of a change, which is never before the previous one, although clocks differ. */
  timeFor({ updatedAt }: StoredItem): string {
    return new Date(Math.max(this.clock.nowMs(), Date.parse(updatedAt))).toISOString();
  }

  /**
   * Stores the changes of items of an order, in the order of their IDs, writes the events about them, and returns the promo
   * code if nothing that it covers is left.
   * @returns the row of each item, in this order; for the provider, `detailColumns`
   */
  async store(
    tx: Transaction,
    order: EventOrder,
    changes: readonly StoredChange[],
    actor: Actor,
  ): Promise<RawRow[]> {
    const rows: RawRow[] = [];
    const returned = new Map<string, string>();
    for (const each of changes.toSorted((a, b) => (a.item.id < b.item.id ? -1 : 1))) {
      const [row = []] = await tx.rows(this.statement(order, each, actor));
      const [orderId, promotionId, ...details] = row;
      rows.push(details);
      if (orderId && promotionId && isItemStatusIn(voidStatuses, each.change.next.status))
        returned.set(promotionId, orderId);
    }
    for (const promotionId of [...returned.keys()].toSorted())
      await returnRedemption(tx.manager, returned.get(promotionId) ?? '', promotionId);
    this.events.announce(tx);
    return rows;
  }

  private statement(order: EventOrder, { item, change, time, keepsEnd = false }: StoredChange, actor: Actor) {
    const at = new Date(time);
    const events = itemEvents(order, item, change, actor.side).map((event) =>
      newEvent(this.encryption, { ...event, subject: item.id, at }),
    );
    const { next, event, notes, changes } = change;
    const id = newId(Date.parse(time));
    const hasTexts = notes !== null || Object.keys(changes).length > 0;
    return storeItemChange(
      {
        id: item.id,
        next,
        sealed: isEmpty(next.secrets)
          ? null
          : sealSecrets(this.encryption, 'order_items', item.id, next.secrets),
        time,
        keepsEnd,
      },
      {
        id,
        fromStatus: item.status,
        actor: actor.side,
        apiKeyId: actor.apiKeyId,
        event,
        reasonCode:
          event === 'cancellation_requested'
            ? (next.secrets.cancelRequest?.reasonCode ?? null)
            : next.reasonCode,
        sealed: hasTexts ? sealSecrets(this.encryption, 'order_item_history', id, { notes, changes }) : null,
      },
      events,
    );
  }
}

/** Whether there is nothing to encrypt. */
const isEmpty = ({
  fields,
  providerNotes,
  metadata,
  milestones = [],
  jeopardyReason,
  cancelRequest,
}: ItemSecrets) =>
  providerNotes === null &&
  jeopardyReason === undefined &&
  cancelRequest === undefined &&
  [fields, metadata, milestones].every((each) => Object.keys(each).length === 0);
