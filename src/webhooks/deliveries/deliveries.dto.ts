import { eventTypeNames } from '../../events/event-types.js';
import { publicEventId } from '../../events/new-event.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { PageQuery } from '../../paging/page.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectListField } from '../../validation/object-fields.js';
import type { Encryption } from '../../encryption/encryption.js';
import { openExcerpt } from './attempt-excerpts.js';
import { deliveryStatuses, maxAttemptsShown, type StoredDelivery } from './deliveries.query.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const eventId = {
  description: 'ID of the event; the same in `webhook-id` of all attempts and in `GET /events`.',
  example: 'evt_019c2f1f7b3a7c55b0d21d2b8f6a9e10',
};
const typeField = { description: 'Type of the event.', example: 'order.created' };
const subjectField = {
  description:
    'ID of what the event is about: the order item, offer, provider, API key or endpoint; a random ID for a test. Deliveries of the same subject are sent in order.',
};

export class ListEndpointDeliveries extends PageQuery {
  @EnumField(deliveryStatuses, { description: 'Only deliveries with this status.', optional: true })
  status?: (typeof deliveryStatuses)[number];

  @EnumField(eventTypeNames, { description: 'Only events of this type.', optional: true })
  event?: string;

  @IdField({
    ...subjectField,
    description: 'Only events about this order item, offer and so on.',
    optional: true,
  })
  subject?: string;

  @TextField({
    description: 'Only the delivery of this event.',
    max: 36,
    pattern: /^(evt_)?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
    hint: 'must be the ID of an event such as evt_019c2f1f7b3a7c55b0d21d2b8f6a9e10',
    optional: true,
  })
  eventId?: string;
}

export class ListWebhookDeliveries extends ListEndpointDeliveries {
  @IdField({
    description: 'Only deliveries to this endpoint.',
    example: exampleIdIn('/webhooks/endpoints'),
    optional: true,
  })
  endpointId?: string;
}

/** An attempt to send an event. */
@ApiSchema({ name: 'WebhookAttempt' })
export class WebhookAttemptView {
  @DateTimeField({ description: 'When the attempt began.', example: exampleTime })
  at: string;

  @NumberField({
    description: 'Duration in milliseconds.',
    integer: true,
    min: 0,
    unit: 'milliseconds',
    example: 84,
  })
  durationMs: number;

  @NumberField({
    description: 'HTTP status of the response; null if there was none.',
    integer: true,
    min: 100,
    max: 999,
    nullable: true,
    example: 503,
  })
  statusCode: number | null;

  @TextField({
    description: 'Why the attempt failed; null if it succeeded.',
    max: 500,
    nullable: true,
    example: 'The receiver answered with status 503',
  })
  error: string | null;

  @TextField({
    description: 'The first kilobyte of the response body; null if it was empty, or there was no response.',
    max: 1024,
    nullable: true,
    example: 'Service Unavailable',
  })
  response: string | null;
}

/** The delivery of an event to an endpoint. */
@ApiSchema({ name: 'WebhookDelivery' })
export class WebhookDeliveryView {
  @IdField({ description: 'ID of the delivery (UUID v7).', example: exampleIdIn('/webhooks/deliveries') })
  id: string;

  @IdField({ description: 'ID of the endpoint.', example: exampleIdIn('/webhooks/endpoints') })
  endpointId: string;

  @TextField({ ...eventId, max: 36 })
  eventId: string;

  @EnumField(eventTypeNames, typeField)
  event: string;

  @IdField(subjectField)
  subject: string;

  @EnumField(deliveryStatuses, {
    description:
      '`pending`: not received yet. `delivered`: the receiver answered with a status from 200 to 299. `dead`: all attempts failed; it is not sent again unless you request it.',
    example: 'pending',
  })
  status: (typeof deliveryStatuses)[number];

  @NumberField({ description: 'Number of attempts.', integer: true, min: 0, example: 1 })
  attemptCount: number;

  @DateTimeField({
    description:
      'When the next attempt is made at the earliest; null if the delivery is not pending. It is made later if an earlier event about the same subject is still pending, or if the endpoint is paused or disabled.',
    nullable: true,
    example: exampleTime,
  })
  nextAttemptAt: string | null;

  @DateTimeField({
    description: 'Time of the last attempt; null if there was none.',
    nullable: true,
    example: exampleTime,
  })
  lastAttemptAt: string | null;

  @NumberField({
    description: 'HTTP status of the last attempt; null if there was no response.',
    integer: true,
    min: 100,
    max: 999,
    nullable: true,
    example: 503,
  })
  lastStatusCode: number | null;

  @TextField({
    description: 'Why the last attempt failed; null if it succeeded, or there was none.',
    max: 500,
    nullable: true,
    example: 'The receiver answered with status 503',
  })
  lastError: string | null;

  @DateTimeField({
    description: 'When the event was received; null if it was not, or is to be sent again.',
    nullable: true,
    example: null,
  })
  deliveredAt: string | null;

  @DateTimeField({ description: 'When the delivery was created.', example: exampleTime })
  createdAt: string;

  @ObjectListField(() => WebhookAttemptView, {
    description: `The last ${maxAttemptsShown} attempts, the oldest first.`,
    maxItems: maxAttemptsShown,
  })
  attempts: WebhookAttemptView[];

  static from(stored: StoredDelivery, encryption: Encryption): WebhookDeliveryView {
    return {
      id: stored.id,
      endpointId: stored.endpointId,
      eventId: publicEventId(stored.eventId),
      event: stored.type,
      subject: stored.subject,
      status: stored.status,
      attemptCount: stored.attemptCount,
      nextAttemptAt: isoOrNull(stored.nextAttemptAt),
      lastAttemptAt: isoOrNull(stored.lastAttemptAt),
      lastStatusCode: stored.lastStatusCode,
      lastError: stored.lastError,
      deliveredAt: isoOrNull(stored.deliveredAt),
      createdAt: new Date(stored.createdAt).toISOString(),
      attempts: (stored.attempts ?? []).map((attempt) => ({
        at: new Date(attempt.at).toISOString(),
        durationMs: attempt.durationMs,
        statusCode: attempt.statusCode,
        error: attempt.error,
        response: openExcerpt(encryption, attempt.id, attempt),
      })),
    };
  }
}

/** A delivery with what is sent. */
@ApiSchema({ name: 'WebhookDeliveryDetail' })
export class WebhookDeliveryDetail extends WebhookDeliveryView {
  @FreeObjectField({
    description:
      'The event, with the same bytes as in the requests; null if the operator has lost the key with which it was encrypted.',
    nullable: true,
    example: {
      id: eventId.example,
      event: 'webhook.test',
      timestamp: exampleTime,
      data: { endpointId: exampleIdIn('/webhooks/endpoints'), message: 'This is a test of your endpoint.' },
    },
  })
  payload: object | null;
}

const isoOrNull = (time: string | null) => time && new Date(time).toISOString();
