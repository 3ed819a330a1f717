import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Encryption } from '../../encryption/encryption.js';
import { deleteEventsAbout, recallDeliveries } from '../../events/events.write.js';
import { eraseStoredResponses } from '../../idempotency/stored-responses.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import type { Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import { isoTime } from '../../sql/wire/json-row-writer.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { endedStatuses, isItemStatusIn, type ItemStatus } from '../lifecycle/item-status.js';
import { searchedTerms } from '../personal-data/customer-terms.js';
import { OrderReader } from '../reading/order-reader.service.js';
import {
  maxErasedOrders,
  type CustomerErasureView,
  type CustomerSelection,
  type EraseCustomer,
  type ExportCustomer,
} from './customer-data.dto.js';
import { eraseOrders, lockItemsOf, selectedOrders, type SelectedOrders } from './customer-data.write.js';

/** The number of orders that an error names. */
const maxNamed = 10;

/** Exports and erases what is stored about customers of a reseller. */
@Injectable()
export class CustomerData {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly encryption: Encryption,
    private readonly orders: OrderReader,
    private readonly wakeups: Wakeups,
  ) {}

  /**
   * Returns a page of the customer's orders with all that is stored about them, except for what the providers note for
   * themselves.
   * @throws ValidationFailed, NotFound; DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async export(
    resellerId: string,
    { email, orderId, ...query }: ExportCustomer,
    reserve: ReserveMemory,
  ): Promise<Page<object>> {
    requireOne({ email, orderId });
    const page = await this.orders.listWithDetails(
      resellerId,
      { customerEmail: email, orderId },
      query,
      reserve,
    );
    if (orderId !== undefined && page.items.length === 0) throw new NotFound('Order');
    return page;
  }

  /**
   * Erases what is stored about a customer, at once and on both sides.
   * @throws ValidationFailed, NotFound; Conflict if a provider is still working on an item, unless this is forced
   */
  erase(resellerId: string, { email, orderId, force }: EraseCustomer): Promise<CustomerErasureView> {
    requireOne({ email, orderId });
    return this.sql.transaction(async (tx) => {
      const selected = this.selection(resellerId, { email, orderId });
      const found = await tx.rows(selectedOrders(resellerId, selected, maxErasedOrders + 1));
      if (orderId !== undefined && found.length === 0) throw new NotFound('Order');
      const ids = found.slice(0, maxErasedOrders).map(([id]) => id ?? '');
      const items = await tx.rows(lockItemsOf(ids));
      if (!force)
        requireEnded(items.map(([id, status]) => ({ orderId: id ?? '', status: status as ItemStatus })));
      const erased = await tx.rows(eraseOrders(ids, this.clock.now()));
      const itemIds = items.map(([, , id]) => id ?? '');
      await tx.rows(recallDeliveries(itemIds));
      await tx.rows(deleteEventsAbout(itemIds));
      await eraseStoredResponses(tx, [...ids, ...itemIds]);
      tx.afterCommit(() => this.wakeups.send('endpoints'));
      return {
        orders: erased.map(([id, time]) => ({ orderId: id ?? '', erasedAt: isoTime(time ?? '') })),
        more: found.length > maxErasedOrders,
      };
    });
  }

  private selection(resellerId: string, { email, orderId }: CustomerSelection): SelectedOrders {
    if (orderId !== undefined) {
      if (!isUuid(orderId)) throw new NotFound('Order');
      return { orderId };
    }
    const [emailTerms = []] = searchedTerms(this.encryption, resellerId, { customerEmail: email });
    return { emailTerms };
  }
}

function requireOne({ email, orderId }: CustomerSelection): void {
  if ((email === undefined) === (orderId === undefined))
    throw new ValidationFailed([
      fieldError(['email'], 'exactly_one', 'or else orderId must be given, and not both'),
    ]);
}

function requireEnded(items: readonly { orderId: string; status: ItemStatus }[]): void {
  const running = items.filter(({ status }) => !isItemStatusIn(endedStatuses, status));
  if (running.length === 0) return;
  const ids = [...new Set(running.map(({ orderId }) => orderId))];
  const named = ids.slice(0, maxNamed).join(', ') + (ids.length > maxNamed ? ', ...' : '');
  throw new Conflict(
    `Providers still need the data for items in progress of ${ids.length === 1 ? 'the order' : 'the orders'} ${named}; cancel the items first, wait for their end, or send "force": true`,
  );
}
