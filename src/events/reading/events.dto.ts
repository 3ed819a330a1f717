import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  TextField,
} from '../../validation/fields.js';
import { EnumListField } from '../../validation/list-fields.js';
import { FreeObjectField, ObjectListField } from '../../validation/object-fields.js';
import { eventPatterns, eventTypeNames, type EventType } from '../event-types.js';

/** The largest number of seconds for which a request can wait for events. */
export const maxWaitSeconds = 30;

export class EventsQuery {
  @TextField({
    description:
      'The value of `next` in the previous response. Omit it to start with the oldest event that is kept; with `now`, only events that occur from now on follow.',
    max: 2048,
    optional: true,
  })
  after?: string;

  @NumberField({
    description:
      'Maximum number of events to return. There can be fewer, because an answer has at most 4 MiB; `more` is then true.',
    default: 50,
    integer: true,
    min: 1,
    max: 100,
    optional: true,
  })
  limit?: number;

  @EnumListField(eventPatterns, {
    description:
      'Only events of these types. `order.*` stands for all types that begin with `order.`, `*` for all. Separate them by commas.',
    optional: true,
    minItems: 1,
  })
  types?: string[];

  @IdField({
    description: 'Only events about this order item, offer, partner, API key or webhook endpoint.',
    optional: true,
  })
  subject?: string;

  @NumberField({
    description:
      'If there are no events, wait for them for up to this many seconds before the response is sent.',
    default: 0,
    integer: true,
    min: 0,
    max: maxWaitSeconds,
    unit: 'seconds',
    optional: true,
  })
  wait?: number;
}

/** An event, exactly as webhook endpoints receive it. The OpenAPI document has a schema for each type. */
@ApiSchema({ name: 'Event' })
export class EventView {
  @TextField({
    description: 'ID of the event, the same for all recipients and each time that it is sent.',
    pattern: /^evt_[0-9a-f]{32}$/,
    max: 36,
    example: 'evt_0190c3de7a10700080000000000001a0',
  })
  id: string;

  @EnumField(eventTypeNames, { description: 'Type of the event.', example: 'order.status_changed' })
  event: EventType;

  @DateTimeField({ description: 'Time of the change.', example: '2026-02-09T10:00:00.000Z' })
  timestamp: string;

  @FreeObjectField({ description: 'What has happened; depends on the type.', example: {} })
  data: object;
}

@ApiSchema({ name: 'Events' })
export class EventsAnswer {
  @ObjectListField(() => EventView, {
    description: 'The events, in the order in which they were accepted for delivery.',
    maxItems: 100,
  })
  events: EventView[];

  @TextField({
    description: 'Cursor for the next request. Send it as `after`, even if there were no events.',
    max: 2048,
    example: 'WyIxMjMiXQ.c2lnbmF0dXJl',
  })
  next: string;

  @BooleanField({
    description:
      'Whether there can be more events now. If false, try again later, or wait with the next request.',
    example: false,
  })
  more: boolean;
}
