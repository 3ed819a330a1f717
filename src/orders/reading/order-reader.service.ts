import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { NotFound } from '../../common/errors.js';
import { Encryption } from '../../encryption/encryption.js';
import { versionETag } from '../../http/etag.js';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { boundedTotal, defaultLimit, takePage, viewPage, type Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { RawRow, SqlRunner } from '../../sql/transaction.js';
import { searchedTerms } from '../personal-data/customer-terms.js';
import { openSecrets } from '../personal-data/order-secrets.js';
import { ordersCountLimit } from './item-conditions.js';
import type { StoredItem } from './item-row.js';
import type { ListOrders, SearchOrders } from './list-orders.dto.js';
import { historyEntries, openItem, orderJson, orderSummary } from './order-json.js';
import type { OrderSummaryView } from './order-view.dto.js';
import {
  countOrders,
  newestOrders,
  orderById,
  toStoredDetails,
  toStoredOrder,
  type StoredOrder,
} from './reseller-orders.query.js';

/** A resource as JSON text, with its entity tag. */
export interface TaggedJson {
  etag: string;
  json: string;
}

/** Reads the orders of a reseller. */
@Injectable()
export class OrderReader {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns a page of orders, newest first, within the byte budget of an answer. Runs one statement, one more with `count`,
   * and one more if the page is large.
   * @throws DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async list(
    resellerId: string,
    query: ListOrders & SearchOrders,
    reserve: ReserveMemory,
  ): Promise<Page<OrderSummaryView>> {
    const { cursor, limit = defaultLimit, count, ...asked } = query;
    const { externalId, customerEmail, customerName, ...filters } = asked;
    const scope = cursorScope(`orders ${resellerId}`, asked);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const terms = searchedTerms(this.encryption, resellerId, { customerEmail, customerName });
    const filter = { filters, externalId, terms };
    const statement = newestOrders(resellerId, filter, { after, limit: limit + 1 });
    const { rows: found, large } = await readWithinBudget(reserve, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    const total = count ? await this.sql.rows(countOrders(resellerId, filter)) : undefined;
    const orders = found.rows.map((row) => toStoredOrder(row.texts()));
    const { items, last } = takePage(orders, limit, found.truncated);
    const cursorOf = ({ createdAt, id }: StoredOrder) => this.cursors.encode(scope, [createdAt, id]);
    return viewPage(
      {
        items,
        next: last && cursorOf(last),
        ...(total && boundedTotal(Number(total[0]?.[0]), ordersCountLimit)),
        ...(large && { cursorAfter: (index: number) => cursorOf(items[index] as StoredOrder) }),
      },
      (order) => this.summary(order),
    );
  }

  /**
   * Returns a page of the orders of a customer, or the order with the ID, with all details, newest first and within the
   * byte budget of an answer.
   * @throws DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async listWithDetails(
    resellerId: string,
    { customerEmail, orderId }: { customerEmail?: string; orderId?: string },
    { cursor, limit = defaultLimit }: ItemsQuery,
    reserve: ReserveMemory,
  ): Promise<Page<object>> {
    const scope = cursorScope(`order details ${resellerId}`, { customerEmail, orderId });
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const terms = searchedTerms(this.encryption, resellerId, { customerEmail });
    const filter = { filters: {}, orderId, terms };
    const statement = newestOrders(resellerId, filter, { after, limit: limit + 1, withDetails: true });
    const { rows: found, large } = await readWithinBudget(reserve, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    const rows = found.rows.map((row) => row.texts());
    const { items, last } = takePage(rows, limit, found.truncated);
    const cursorOf = (row: RawRow) => {
      const { createdAt, id } = toStoredOrder(row);
      return this.cursors.encode(scope, [createdAt, id]);
    };
    return viewPage(
      {
        items,
        next: last && cursorOf(last),
        ...(large && { cursorAfter: (index: number) => cursorOf(items[index] ?? []) }),
      },
      (row) => JSON.parse(this.details(row).json) as object,
    );
  }

  /**
   * Returns an order with all details.
   * @param runner a transaction in which to read it
   * @throws NotFound
   */
  async get(resellerId: string, id: string, runner: Pick<SqlRunner, 'rows'> = this.sql): Promise<TaggedJson> {
    return this.details(await this.row(runner, resellerId, id));
  }

  private details(row: RawRow): TaggedJson {
    const order = toStoredOrder(row);
    const { histories, snapshots } = toStoredDetails(row);
    const details = order.items.map((item, index) => ({
      history: historyEntries(this.encryption, item.id, histories[index] ?? [], { side: 'reseller' }),
      snapshot: snapshots[index] ?? '{}',
    }));
    return { etag: orderETag(order), json: orderJson(this.summary(order), details) };
  }

  /** Returns an order as it is stored. @throws NotFound */
  async find(runner: Pick<SqlRunner, 'rows'>, resellerId: string, id: string): Promise<StoredOrder> {
    return toStoredOrder(await this.row(runner, resellerId, id));
  }

  private async row(runner: Pick<SqlRunner, 'rows'>, resellerId: string, id: string): Promise<RawRow> {
    const [row] = isUuid(id) ? await runner.rows(orderById(resellerId, id)) : [];
    if (!row) throw new NotFound('Order');
    return row;
  }

  private summary(order: StoredOrder): OrderSummaryView {
    const secrets = openSecrets(this.encryption, 'orders', order.id, order);
    return orderSummary(
      order,
      secrets,
      order.items.map((item) => openItem(this.encryption, item)),
    );
  }
}

/** Returns the entity tag of an order, which changes with each of its items, and with what the reseller notes for itself. */
export const orderETag = ({ version, items }: { version: number; items: readonly VersionedItem[] }) =>
  versionETag(version, ...items.flatMap(itemVersions));

type VersionedItem = Pick<StoredItem, 'version' | 'desk' | 'overdue'>;

/** Returns the versions of an item in an entity tag. The last one counts up with notes, and when the item gets overdue. */
export const itemVersions = ({ version, desk, overdue }: VersionedItem): number[] => [
  version,
  (desk?.version ?? 0) * 2 + Number(overdue),
];
