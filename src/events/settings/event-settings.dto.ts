import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumListField } from '../../validation/list-fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { optionalEventTypes, type EventType } from '../event-types.js';

/** What a team sets for its events. */
@ApiSchema({ name: 'EventSettings' })
export class EventSettingsView {
  @EnumListField(optionalEventTypes, {
    description:
      'The events about offers that `GET /events` contains, although no webhook endpoint of your team receives them. Empty if you have not set it. Providers receive only `offer.compliance_changed`, and resellers only the others.',
    maxItems: optionalEventTypes.length,
    example: ['offer.published', 'offer.price_changed'],
  })
  offerEvents: EventType[];
}

/** A JSON merge patch: omitted members keep their values. */
@ApiSchema({ name: 'UpdateEventSettings' })
export class UpdateEventSettings extends PatchType(EventSettingsView, []) {}
