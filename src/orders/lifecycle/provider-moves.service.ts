import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Conflict, NotFound } from '../../common/errors.js';
import { requireIfMatch } from '../../http/etag.js';
import { markResponseSubject } from '../../idempotency/idempotent-run.js';
import { Sql } from '../../sql/sql.js';
import type { Transaction } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import type { TaggedJson } from '../reading/order-reader.service.js';
import { providerItemETag, ProviderItemReader } from '../reading/provider-item-reader.service.js';
import type { ProviderItem } from '../reading/provider-items.query.js';
import type { AnswerCancellation } from './cancellation.dto.js';
import { answerChange, statusChange, type CurrentItem, type ItemChange } from './item-change.js';
import { lockProviderItem } from './item-change.write.js';
import { ItemChanges } from './item-changes.service.js';
import { endedStatuses, isItemStatusIn, transitions } from './item-status.js';
import type { UpdateItemStatus } from './update-item-status.dto.js';

/** What the history of an item can contain until only its end can be added, so that it remains readable at once. */
const maxHistory = { entries: 1000, bytes: 1_048_576 };

/** Changes items for the provider that fulfils them. */
@Injectable()
export class ProviderMoves {
  constructor(
    private readonly sql: Sql,
    private readonly items: ProviderItemReader,
    private readonly changes: ItemChanges,
  ) {}

  /**
   * Sets the status of an item, and what is sent with it.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the item cannot get the status
   */
  updateStatus(team: Caller, itemId: string, body: UpdateItemStatus, ifMatch?: string): Promise<TaggedJson> {
    return this.change(team, itemId, ifMatch, (item, { time, historyBytes, version, canSeePersonalData }) => {
      const change = statusChange(item, body, time);
      if (isItemStatusIn(endedStatuses, body.status)) return change;
      if (version >= maxHistory.entries || historyBytes >= maxHistory.bytes)
        throw onlyEnds(item, 'The history of the item is full; only a status that ends the item can be set');
      // Otherwise, providers could look at the data of their old customers again.
      if (!canSeePersonalData)
        throw onlyEnds(
          item,
          'You can no longer see the data of the customer, so you cannot reopen the item; it must be ordered again',
        );
      return change;
    });
  }

  /**
   * Answers a request to cancel an item.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if there is none
   */
  answerCancellation(
    team: Caller,
    itemId: string,
    body: AnswerCancellation,
    ifMatch?: string,
  ): Promise<TaggedJson> {
    return this.change(team, itemId, ifMatch, (item) => answerChange(item, body));
  }

  private async change(
    team: Caller,
    itemId: string,
    ifMatch: string | undefined,
    apply: (
      item: CurrentItem,
      context: { time: string; historyBytes: number; version: number; canSeePersonalData: boolean },
    ) => ItemChange,
  ): Promise<TaggedJson> {
    return this.sql.transaction(async (tx) => {
      const { found, historyBytes } = await this.lock(tx, team.id, itemId);
      requireIfMatch(ifMatch, providerItemETag(found));
      const { item, orderId, canSeePersonalData } = found;
      const time = this.changes.timeFor(item);
      const context = { time, historyBytes, version: item.version, canSeePersonalData };
      const change = apply(this.changes.open(item), context);
      // Another end does not begin the time anew in which the provider sees personal data, once it is over.
      const stored = { item, change, time, keepsEnd: !canSeePersonalData };
      const order = { ...found, id: orderId };
      const actor = { side: 'provider', apiKeyId: team.keyId } as const;
      const [row = []] = await this.changes.store(tx, order, [stored], actor);
      markResponseSubject(orderId);
      return this.items.detailed(row);
    });
  }

  private async lock(
    tx: Transaction,
    teamId: string,
    itemId: string,
  ): Promise<{ found: ProviderItem; historyBytes: number }> {
    const [locked] = isUuid(itemId) ? await tx.rows(lockProviderItem(teamId, itemId)) : [];
    if (!locked) throw new NotFound('Order item');
    return { found: await this.items.find(tx, teamId, itemId), historyBytes: Number(locked[0]) };
  }
}

const onlyEnds = ({ status }: CurrentItem, message: string) =>
  new Conflict(message, {
    currentStatus: status,
    allowedStatuses: transitions[status].filter((next) => isItemStatusIn(endedStatuses, next)),
  });
