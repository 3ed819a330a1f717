import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { NotFound } from '../../common/errors.js';
import { Encryption } from '../../encryption/encryption.js';
import { versionETag } from '../../http/etag.js';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { boundedTotal, defaultLimit, takePage, viewPage, type Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { RawRow, SqlRunner } from '../../sql/transaction.js';
import { openSecrets } from '../personal-data/order-secrets.js';
import { ordersCountLimit } from './item-conditions.js';
import { ItemFields } from './item-view.dto.js';
import type { ListProviderItems } from './list-orders.dto.js';
import { historyEntries, itemDetailJson, openDesk } from './order-json.js';
import { itemVersions, type TaggedJson } from './order-reader.service.js';
import type { ProviderItemView } from './provider-item-view.dto.js';
import {
  countItems,
  detailedItemById,
  itemById,
  newestItems,
  toItemDetails,
  toProviderItem,
  type ProviderItem,
} from './provider-items.query.js';

/** Reads the order items that a provider has to fulfil. */
@Injectable()
export class ProviderItemReader {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns a page of items, newest first, within the byte budget of an answer. Runs one statement, one more with `count`,
   * and one more if the page is large.
   * @throws DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async list(
    providerId: string,
    query: ListProviderItems,
    reserve: ReserveMemory,
  ): Promise<Page<ProviderItemView>> {
    const { cursor, limit = defaultLimit, count, ...asked } = query;
    const { overdue, ...filters } = asked;
    const scope = cursorScope(`order items ${providerId}`, asked);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const filter = { filters, overdue };
    const statement = newestItems(providerId, filter, { after, limit: limit + 1 });
    const { rows: found, large } = await readWithinBudget(reserve, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    const total = count ? await this.sql.rows(countItems(providerId, filter)) : undefined;
    const rows = found.rows.map((row) => toProviderItem(row.texts()));
    const { items, last } = takePage(rows, limit, found.truncated);
    const cursorOf = ({ item }: ProviderItem) =>
      this.cursors.encode(scope, [new Date(item.createdAt).toISOString(), item.id]);
    return viewPage(
      {
        items,
        next: last && cursorOf(last),
        ...(total && boundedTotal(Number(total[0]?.[0]), ordersCountLimit)),
        ...(large && { cursorAfter: (index: number) => cursorOf(items[index] as ProviderItem) }),
      },
      (item) => this.view(item),
    );
  }

  /**
   * Returns an item with all details.
   * @param runner a transaction in which to read it
   * @throws NotFound
   */
  async get(providerId: string, id: string, runner: Pick<SqlRunner, 'rows'> = this.sql): Promise<TaggedJson> {
    const [row] = isUuid(id) ? await runner.rows(detailedItemById(providerId, id)) : [];
    if (!row) throw new NotFound('Order item');
    return this.detailed(row);
  }

  /** Returns an item with all details from a row of `detailColumns`. */
  detailed(row: RawRow): TaggedJson {
    const found = toProviderItem(row);
    const { history: rows, snapshot } = toItemDetails(row);
    const view = this.view(found);
    const history = historyEntries(this.encryption, found.item.id, rows, {
      side: 'provider',
      canSeeTexts: found.canSeePersonalData,
    });
    return { etag: providerItemETag(found), json: itemDetailJson(view, { history, snapshot }) };
  }

  /** Returns an item as it is stored. @throws NotFound */
  async find(runner: Pick<SqlRunner, 'rows'>, providerId: string, id: string): Promise<ProviderItem> {
    const [row] = isUuid(id) ? await runner.rows(itemById(providerId, id)) : [];
    if (!row) throw new NotFound('Order item');
    return toProviderItem(row);
  }

  private view(found: ProviderItem): ProviderItemView {
    const { item, canSeePersonalData, isErased } = found;
    const ofOrder = openSecrets(this.encryption, 'orders', found.orderId, found);
    const ofItem = canSeePersonalData ? openSecrets(this.encryption, 'order_items', item.id, item) : null;
    const desk = canSeePersonalData ? openDesk(this.encryption, item) : null;
    const isHidden = isErased || !canSeePersonalData;
    return {
      id: item.id,
      orderId: found.orderId,
      ...ItemFields.of(item, { secrets: ofItem, desk }, isHidden),
      resellerTeamId: found.resellerId,
      resellerName: found.resellerName,
      customerInfo: ofOrder?.customerInfo ?? null,
      serviceAddress: ofOrder?.serviceAddress ?? null,
      notes: ofOrder?.notes ?? null,
      metadata: isHidden ? null : { ...ofOrder?.metadata, ...ofItem?.metadata },
      personalDataUntil: found.personalDataUntil,
    };
  }
}

/**
 * Returns the entity tag of an item for its provider. It changes with the item and the provider's own notes, when personal
 * data is erased, and with what changes as time goes by.
 */
export const providerItemETag = ({ item, orderVersion, canSeePersonalData }: ProviderItem) =>
  versionETag(orderVersion, ...itemVersions(item), Number(canSeePersonalData));
