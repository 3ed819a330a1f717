import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound, ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { newId } from '../../common/new-id.js';
import { Encryption } from '../../encryption/encryption.js';
import { eventTypes, typesMatching, type EventType } from '../../events/event-types.js';
import { HiddenEvents } from '../../events/hidden-events.js';
import { insertEvents } from '../../events/events.write.js';
import { newEvent } from '../../events/new-event.js';
import { markResponseSubject } from '../../idempotency/idempotent-run.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { takePage } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { Transaction } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { patternProblem } from '../endpoints/endpoint-input.js';
import { endWaiting, probeLane, wakeLane } from '../endpoints/lane-changes.write.js';
import {
  createDeliveries,
  createTestDelivery,
  eventsToReplay,
  lockDelivery,
  sendAgain,
  sendAllAgain,
} from './delivery-requests.write.js';
import { DeliveryReader, type DeliveryJson } from './delivery-reader.service.js';
import { exampleOfDto } from './event-example.js';
import {
  maxReplayedEvents,
  type ReplayWebhookEvents,
  type TestWebhookEndpoint,
  type WebhookReplayView,
} from './requests.dto.js';

/** Creates and repeats deliveries that a team asks for. All of them need an endpoint that is enabled. */
@Injectable()
export class DeliveryRequests {
  constructor(
    private readonly sql: Sql,
    private readonly reader: DeliveryReader,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
    private readonly hidden: HiddenEvents,
  ) {}

  /**
   * Sends an event that has not happened to an endpoint. It is not in `GET /events`, and it is sent once, even if it fails.
   * @throws NotFound; Conflict if the endpoint is disabled; ValidationFailed for a type that the team never receives
   */
  test(team: Caller, path: string, { event = 'webhook.test' }: TestWebhookEndpoint): Promise<DeliveryJson> {
    const endpointId = path.toLowerCase();
    const type = event as EventType;
    const problem = patternProblem(team.role, type);
    if (problem !== undefined) throw new ValidationFailed([fieldError(['event'], 'enum', problem)]);
    const example = exampleOfDto(eventTypes[type].data);
    const data = type === 'webhook.test' ? { ...example, endpointId } : { ...example, test: true };
    const written = newEvent(this.encryption, {
      type,
      teamId: team.id,
      // Of its own, so that no event that failed before holds it up.
      subject: newId(),
      data: data as never,
      at: this.clock.now(),
      endpointId,
    });
    const delivery = { id: newId(), eventId: written.id };
    return this.sql.transaction(async (tx) => {
      await requireEnabled(tx, team.id, endpointId);
      await tx.rows(insertEvents([written]));
      await tx.rows(createTestDelivery(delivery));
      await tx.rows(wakeLane(endpointId));
      tx.afterCommit(this.wakeWorkers);
      return this.reader.get(team.id, delivery.id, tx);
    });
  }

  /**
   * Sends a delivery again, at once if it is pending, and with all retries.
   * @throws NotFound; Conflict if the endpoint is disabled
   */
  redeliver(teamId: string, id: string): Promise<DeliveryJson> {
    return this.sql.transaction(async (tx) => {
      const [row] = isUuid(id) ? await tx.rows(lockDelivery(teamId, id, this.hidden)) : [];
      const [endpointId, enabled, subject] = row ?? [];
      if (!endpointId) throw new NotFound('Webhook delivery');
      if (enabled !== 't') throw isDisabled();
      await tx.rows(sendAgain(id));
      await tx.rows(probeLane(endpointId));
      tx.afterCommit(this.wakeWorkers);
      // The response contains the event, which can name a customer.
      markResponseSubject(subject ?? '');
      return this.reader.get(teamId, id, tx);
    });
  }

  /**
   * Sends the events of a team since a time again that an endpoint subscribes to. Looks at up to a number of events.
   * @throws NotFound; Conflict if the endpoint is disabled; ValidationFailed; DomainError INVALID_CURSOR
   */
  replay(team: Caller, path: string, body: ReplayWebhookEvents): Promise<WebhookReplayView> {
    const endpointId = path.toLowerCase();
    const { after, ...asked } = body;
    const scope = cursorScope(`webhook replay ${endpointId}`, asked);
    const [position] = after ? this.cursors.decode(scope, after, 'after') : [];
    const { since, until, patterns } = parseReplay(team, asked);
    return this.sql.transaction(async (tx) => {
      const subscribed = typesMatching(await requireEnabled(tx, team.id, endpointId, 'FOR NO KEY UPDATE'));
      const rows = await tx.rows(
        eventsToReplay(
          team.id,
          endpointId,
          {
            since,
            until,
            types: patterns
              ? typesMatching(patterns).filter((type) => subscribed.includes(type))
              : subscribed,
            after: position ?? '0',
            limit: maxReplayedEvents + 1,
          },
          this.hidden,
        ),
      );
      const { items, last } = takePage(rows, maxReplayedEvents);
      const isWanted = (status: string | null | undefined) =>
        status !== 'pending' && !(asked.onlyUndelivered && status === 'delivered');
      const existing = items.flatMap(([, , id, status]) => (id && isWanted(status) ? [id] : []));
      const missing = items.flatMap(([, eventId, id]) => (eventId && !id ? [{ id: newId(), eventId }] : []));
      const [[again] = []] = await tx.rows(sendAllAgain(existing));
      const [[created] = []] = await tx.rows(createDeliveries(team.id, endpointId, missing));
      await tx.rows(endWaiting(endpointId));
      await tx.rows(probeLane(endpointId));
      tx.afterCommit(this.wakeWorkers);
      return {
        replayed: Number(again) + Number(created),
        next: last ? this.cursors.encode(scope, [last[0] ?? '0']) : null,
      };
    });
  }

  private readonly wakeWorkers = () => this.wakeups.send('lanes');
}

const isDisabled = () => new Conflict('The endpoint is disabled; set enabled to true first');

/** Locks an endpoint of the team. @returns the patterns it subscribes to. @throws NotFound, Conflict if it is disabled */
async function requireEnabled(
  tx: Transaction,
  teamId: string,
  id: string,
  lock: 'FOR KEY SHARE' | 'FOR NO KEY UPDATE' = 'FOR KEY SHARE',
): Promise<string[]> {
  const text = `SELECT enabled, array_to_json(events) FROM webhook_endpoints
    WHERE id = $1 AND team_id = $2 AND deleted_at IS NULL ${lock}`;
  const [row] = isUuid(id) ? await tx.rows({ text, values: [id, teamId] }) : [];
  if (!row) throw new NotFound('Webhook endpoint');
  if (row[0] !== 't') throw isDisabled();
  return JSON.parse(row[1] ?? '[]') as string[];
}

/** @throws ValidationFailed */
function parseReplay(
  { role }: Caller,
  { since, until, events: patterns }: ReplayWebhookEvents,
): { since: Date; until: Date | null; patterns?: string[] } {
  const errors: FieldError[] = (patterns ?? []).flatMap((pattern, index) => {
    const problem = patternProblem(role, pattern);
    return problem === undefined ? [] : [fieldError(['events', index], 'enum', problem)];
  });
  const [from, to] = [new Date(since), until ? new Date(until) : null];
  if (to && to <= from) errors.push(fieldError(['until'], 'range', 'must be later than since'));
  if (errors.length > 0) throw new ValidationFailed(errors);
  return { since: from, until: to, patterns };
}
