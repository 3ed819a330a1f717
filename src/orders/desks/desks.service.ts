import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { NotFound } from '../../common/errors.js';
import { newId } from '../../common/new-id.js';
import { Encryption } from '../../encryption/encryption.js';
import { requireIfMatch } from '../../http/etag.js';
import { Sql } from '../../sql/sql.js';
import type { Transaction } from '../../sql/transaction.js';
import { lockOrderItems, lockProviderItem } from '../lifecycle/item-change.write.js';
import { sealSecrets, type DeskSecrets } from '../personal-data/order-secrets.js';
import type { StoredItem } from '../reading/item-row.js';
import { openDesk } from '../reading/order-json.js';
import { orderETag, OrderReader, type TaggedJson } from '../reading/order-reader.service.js';
import { providerItemETag, ProviderItemReader } from '../reading/provider-item-reader.service.js';
import type { UpdateInternal } from './internal.dto.js';

/**
 * Stores what each side notes for itself on an item. The item keeps its version, so that the other side does not even see
 * that there was a change.
 */
@Injectable()
export class Desks {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    private readonly orders: OrderReader,
    private readonly items: ProviderItemReader,
  ) {}

  /** Changes the notes of the provider. @throws NotFound, PreconditionFailed */
  updateForProvider(
    teamId: string,
    itemId: string,
    patch: UpdateInternal,
    ifMatch?: string,
  ): Promise<TaggedJson> {
    return this.sql.transaction(async (tx) => {
      const locked = isUuid(itemId) ? await tx.rows(lockProviderItem(teamId, itemId)) : [];
      if (locked.length === 0) throw new NotFound('Order item');
      const found = await this.items.find(tx, teamId, itemId);
      requireIfMatch(ifMatch, providerItemETag(found));
      await this.store(tx, teamId, found.item, patch);
      return this.items.get(teamId, itemId, tx);
    });
  }

  /** Changes the notes of the reseller. @throws NotFound, PreconditionFailed */
  updateForReseller(
    teamId: string,
    { orderId, itemId }: { orderId: string; itemId: string },
    patch: UpdateInternal,
    ifMatch?: string,
  ): Promise<TaggedJson> {
    return this.sql.transaction(async (tx) => {
      const locked = isUuid(orderId) ? await tx.rows(lockOrderItems(teamId, orderId)) : [];
      if (locked.length === 0) throw new NotFound('Order');
      const order = await this.orders.find(tx, teamId, orderId);
      const item = order.items.find(({ id }) => id === itemId.toLowerCase());
      if (!item) throw new NotFound('Order item');
      requireIfMatch(ifMatch, orderETag(order));
      await this.store(tx, teamId, item, patch);
      return this.orders.get(teamId, orderId, tx);
    });
  }

  private async store(
    tx: Transaction,
    teamId: string,
    item: StoredItem,
    patch: UpdateInternal,
  ): Promise<void> {
    if (patch.assignee === undefined && patch.notes === undefined) return;
    const current = openDesk(this.encryption, item) ?? { assignee: null, notes: null };
    const next: DeskSecrets = {
      assignee: patch.assignee === undefined ? current.assignee : patch.assignee,
      notes: patch.notes === undefined ? current.notes : patch.notes,
    };
    const id = item.desk?.id ?? newId(this.clock.nowMs());
    const { bytes, keyId } = sealSecrets(this.encryption, 'order_item_desks', id, next);
    await tx.rows({
      text: `INSERT INTO order_item_desks AS d (id, order_item_id, team_id, sealed, data_key_id, version, updated_at)
          VALUES ($1, $2, $3, $4, $5, 1, $6)
        ON CONFLICT (id) DO UPDATE SET sealed = $4, data_key_id = $5, version = d.version + 1, updated_at = $6`,
      values: [id, item.id, teamId, bytes, keyId, this.clock.now()],
    });
  }
}
