import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { NotFound } from '../../common/errors.js';
import { Encryption } from '../../encryption/encryption.js';
import { HiddenEvents } from '../../events/hidden-events.js';
import { eventContext } from '../../events/new-event.js';
import { contentETag } from '../../http/etag.js';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { boundedTotal, defaultLimit, takePage, viewPage, type Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import { WebhookDeliveryView, type ListWebhookDeliveries } from './deliveries.dto.js';
import {
  countDeliveries,
  deliveriesCountLimit,
  deliveryById,
  newestDeliveries,
  toStoredDelivery,
  type StoredDelivery,
  type StoredPayload,
} from './deliveries.query.js';

/** A delivery as JSON text, with its entity tag. */
export interface DeliveryJson {
  id: string;
  etag: string;
  json: string;
}

/** Reads the deliveries to the endpoints of a team. */
@Injectable()
export class DeliveryReader {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
    private readonly hidden: HiddenEvents,
  ) {}

  /**
   * Returns a page of deliveries, those of the newest events first, within the byte budget of an answer. Runs one
   * statement, one more with `count`, and one more if the page is large.
   * @throws NotFound if the team does not have the endpoint of the query; DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async list(
    teamId: string,
    query: ListWebhookDeliveries,
    reserve: ReserveMemory,
  ): Promise<Page<WebhookDeliveryView>> {
    const { cursor, limit = defaultLimit, count, event, eventId, ...others } = query;
    const endpointId = others.endpointId?.toLowerCase();
    if (endpointId !== undefined && !isUuid(endpointId)) throw new NotFound('Webhook endpoint');
    const filter = { ...others, endpointId, type: event, eventId: eventId?.replace(/^evt_/i, '') };
    const scope = cursorScope(`webhook deliveries ${teamId}`, filter);
    const [position, id] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    const after = position && id ? { position, id } : undefined;
    const statement = newestDeliveries(teamId, filter, { after, limit: limit + 1 }, this.hidden);
    const { rows: found, large } = await readWithinBudget(reserve, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    if (filter.endpointId !== undefined && found.rows.length === 0) throw new NotFound('Webhook endpoint');
    const total = count ? await this.sql.rows(countDeliveries(teamId, filter, this.hidden)) : undefined;
    const deliveries = found.rows.flatMap((row) => toStoredDelivery(row.texts()) ?? []);
    const { items, last } = takePage(deliveries, limit, found.truncated);
    const cursorOf = (delivery: StoredDelivery) =>
      this.cursors.encode(scope, [delivery.position, delivery.id]);
    return viewPage(
      {
        items,
        next: last && cursorOf(last),
        ...(total && boundedTotal(Number(total[0]?.[0]), deliveriesCountLimit)),
        ...(large && { cursorAfter: (index: number) => cursorOf(items[index] as StoredDelivery) }),
      },
      (delivery) => WebhookDeliveryView.from(delivery, this.encryption),
    );
  }

  /**
   * Returns a delivery with the payload of its event.
   * @param runner a transaction in which to read it
   * @throws NotFound
   */
  async get(teamId: string, id: string, runner: Pick<SqlRunner, 'rows'> = this.sql): Promise<DeliveryJson> {
    const [row] = isUuid(id) ? await runner.rows(deliveryById(teamId, id, this.hidden)) : [];
    const stored = row && toStoredDelivery(row);
    if (!stored) throw new NotFound('Webhook delivery');
    const view = WebhookDeliveryView.from(stored, this.encryption);
    // Not parsed, because the bytes are those that are signed.
    const payload = this.payload(stored.eventId, JSON.parse(row[1] ?? '{}') as StoredPayload);
    const json = `${JSON.stringify(view).slice(0, -1)},"payload":${payload ?? 'null'}}`;
    return { id: stored.id, etag: contentETag(json), json };
  }

  private payload(eventId: string, { payload, sealed, keyId }: StoredPayload): string | null {
    if (sealed === null || keyId === null) return payload;
    const bytes = Buffer.from(sealed.slice(2), 'hex');
    return this.encryption.open<string>({ keyId, bytes }, eventContext(eventId));
  }
}
