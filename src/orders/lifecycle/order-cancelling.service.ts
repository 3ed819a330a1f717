import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Conflict, NotFound, ValidationFailed } from '../../common/errors.js';
import { requireIfMatch } from '../../http/etag.js';
import { markResponseSubject } from '../../idempotency/idempotent-run.js';
import { Sql } from '../../sql/sql.js';
import type { Caller } from '../../teams/caller.js';
import { idsAt, unknownIdErrors } from '../../validation/unknown-ids.js';
import type { StoredItem } from '../reading/item-row.js';
import { orderETag, OrderReader, type TaggedJson } from '../reading/order-reader.service.js';
import type { CancelOrder } from './cancellation.dto.js';
import { cancelChange } from './item-change.js';
import { lockOrderItems } from './item-change.write.js';
import { ItemChanges } from './item-changes.service.js';
import { cancellableStatuses, cancelRequestStatuses, orderStatus } from './item-status.js';

/** Cancels orders for their resellers. */
@Injectable()
export class OrderCancelling {
  constructor(
    private readonly sql: Sql,
    private readonly orders: OrderReader,
    private readonly changes: ItemChanges,
  ) {}

  /**
   * Cancels the items of an order for which this is possible, and asks the providers to cancel those that are scheduled or
   * in progress.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if there is nothing to cancel
   */
  cancel(team: Caller, orderId: string, body: CancelOrder, ifMatch?: string): Promise<TaggedJson> {
    return this.sql.transaction(async (tx) => {
      const locked = isUuid(orderId) ? await tx.rows(lockOrderItems(team.id, orderId)) : [];
      if (locked.length === 0) throw new NotFound('Order');
      const order = await this.orders.find(tx, team.id, orderId);
      requireIfMatch(ifMatch, orderETag(order));
      const chosen = chosenItems(order.items, body);
      const changes = chosen.flatMap((item) => {
        const time = this.changes.timeFor(item);
        const change = cancelChange(this.changes.open(item), body, time);
        return change ? [{ item, change, time }] : [];
      });
      if (changes.length === 0) throw nothingToCancel(chosen);
      const about = { ...order, resellerId: team.id, isErased: order.erasedAt !== null };
      await this.changes.store(tx, about, changes, { side: 'reseller', apiKeyId: team.keyId });
      markResponseSubject(order.id);
      return this.orders.get(team.id, order.id, tx);
    });
  }
}

function chosenItems(items: readonly StoredItem[], { itemIds }: CancelOrder): StoredItem[] {
  if (!itemIds) return [...items];
  const asked = idsAt(['itemIds'], itemIds, []);
  const errors = unknownIdErrors(asked, new Set(items.map(({ id }) => id)), 'an item of this order');
  if (errors.length > 0) throw new ValidationFailed(errors);
  const ids = new Set(asked.map(({ id }) => id));
  return items.filter(({ id }) => ids.has(id));
}

function nothingToCancel(items: readonly StoredItem[]): Conflict {
  const possible = [...cancellableStatuses, ...cancelRequestStatuses].join(', ');
  const isAsked = items.some(({ cancelRequestedAt }) => cancelRequestedAt !== null);
  return new Conflict(
    `There is nothing to cancel: only items with the status ${possible} can be cancelled${isAsked ? ', and the provider has already been asked' : ''}`,
    { currentStatus: orderStatus(items), allowedStatuses: [] },
  );
}
