import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { DateTimeField, EnumField, TextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { itemStatuses, type ItemStatus } from './item-status.js';
import { JeopardyInput, maxMilestones, MilestoneInput } from './progress.dto.js';
import { reasonCodes, reasonCodesFor, type ReasonCode } from './reason-codes.js';

const codesFor = (status: ItemStatus) =>
  reasonCodesFor(status)
    .map((code) => `\`${code}\``)
    .join(', ');

/** What a provider says about an item. Omitted members keep their values. */
@ApiSchema({ name: 'UpdateItemStatus' })
export class UpdateItemStatus {
  @EnumField(itemStatuses, {
    description:
      'New status of the item. The current status again changes only what is sent with it, and adds an entry to the history.',
    example: 'accepted',
  })
  status: ItemStatus;

  @TextField({
    description: 'Notes for the reseller; null removes them. Stored encrypted.',
    max: 5000,
    optional: true,
    nullable: true,
    example: 'We will call the customer to make an appointment.',
  })
  providerNotes?: string | null;

  @DateTimeField({
    description:
      'Start of the appointment, usually sent with the status `scheduled`. Null removes the appointment. If only the start changes, the end is removed.',
    optional: true,
    nullable: true,
    example: '2026-02-10T08:00:00Z',
  })
  scheduledFor?: string | null;

  @DateTimeField({
    description: 'End of the appointment, not before its start.',
    optional: true,
    nullable: true,
    example: '2026-02-10T12:00:00Z',
  })
  scheduledUntil?: string | null;

  @ObjectListField(() => MilestoneInput, {
    description: 'Replaces all milestones of the item. Null is the same as an empty list.',
    maxItems: maxMilestones,
    optional: true,
    nullable: true,
  })
  milestones?: MilestoneInput[] | null;

  @ObjectField(() => JeopardyInput, {
    description:
      'Warns the reseller that the item will be late. Null removes the warning, and so do the statuses `completed`, `active`, `failed`, `cancelled` and `rejected`.',
    optional: true,
    nullable: true,
  })
  jeopardy?: JeopardyInput | null;

  @EnumField(reasonCodes, {
    description: `Code of the reason for the status. For \`rejected\`: ${codesFor('rejected')}. For \`failed\`: ${codesFor('failed')}. For \`cancelled\`: ${codesFor('cancelled')}. Not possible with any other status.`,
    optional: true,
    nullable: true,
    example: null,
  })
  reasonCode?: ReasonCode | null;

  @FreeObjectField({
    description:
      'Merged into the metadata of the item: members replace those with the same name, and null removes a member. All members together must be at most 16384 bytes long as JSON text. Stored encrypted.',
    optional: true,
    example: { workOrder: 'WO-1001' },
  })
  metadata?: object;
}
