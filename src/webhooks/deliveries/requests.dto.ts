import { eventTypeNames } from '../../events/event-types.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, DateTimeField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { EventPatternsField } from '../endpoints/endpoints.dto.js';

export class TestWebhookEndpoint {
  @EnumField(eventTypeNames, {
    description:
      'Type of the event to send. If it is not `webhook.test`, `data` is the example of this document with `"test": true`.',
    default: 'webhook.test',
    optional: true,
    example: 'webhook.test',
  })
  event?: string;
}

/** How many events a single request covers. */
export const maxReplayedEvents = 5_000;

export class ReplayWebhookEvents {
  @DateTimeField({
    description: 'Events that occurred at this time or later are sent again.',
    example: '2026-01-31T09:00:00Z',
  })
  since: string;

  @DateTimeField({
    description:
      'Events that occurred at this time or later are not sent again. If omitted, there is no end.',
    optional: true,
    nullable: true,
    example: null,
  })
  until?: string | null;

  @EventPatternsField({
    description:
      'Only these types of events, or groups such as `order.*`. If omitted, all that the endpoint subscribes to. Others are never sent.',
    optional: true,
  })
  events?: string[];

  @BooleanField({
    description:
      'Whether only events are sent that the endpoint has not received: those whose delivery is dead, and those that have none because the endpoint was disabled, or did not exist or subscribe to them.',
    default: false,
    optional: true,
  })
  onlyUndelivered?: boolean;

  @TextField({
    description:
      'The value of `next` in the previous response. Send the other members unchanged. Omit it to begin with the oldest event.',
    max: 2048,
    optional: true,
    nullable: true,
    example: null,
  })
  after?: string | null;
}

@ApiSchema({ name: 'WebhookReplay' })
export class WebhookReplayView {
  @NumberField({
    description:
      'Number of deliveries that are pending because of this request. Those that were pending before are not counted.',
    integer: true,
    min: 0,
    max: maxReplayedEvents,
    example: 42,
  })
  replayed: number;

  @TextField({
    description: `Set if there are more events than a request covers (${maxReplayedEvents}): send the same request again with this value as \`after\`. Null if all events were covered.`,
    max: 2048,
    nullable: true,
    example: null,
  })
  next: string | null;
}
