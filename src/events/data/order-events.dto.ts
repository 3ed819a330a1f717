import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { CurrencyField, TotalField } from '../../money/money-fields.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';

/** The statuses of an order item, as they occur in events; `src/orders/lifecycle/item-status.ts` explains them. */
export const eventStatuses = [
  'pending',
  'submitted_to_provider',
  'accepted',
  'scheduled',
  'in_progress',
  'completed',
  'active',
  'failed',
  'cancelled',
  'rejected',
] as const;
type Status = (typeof eventStatuses)[number];

const exampleTime = '2026-02-10T08:00:00.000Z';
const optionalTime = (description: string, example: string | null = exampleTime) =>
  DateTimeField({ description, nullable: true, example });
const notes = (description: string, example: string | null) =>
  TextField({ description, max: 5000, nullable: true, example });
const status = (description: string, example: Status) => EnumField(eventStatuses, { description, example });
const reasonCode = (example: string | null) =>
  TextField({
    description: 'Code of the reason, as in `reasonCode` of the item; null if none was given.',
    max: 100,
    nullable: true,
    example,
  });

/** What every event about an order item contains. */
class ItemEventData {
  @IdField({ description: 'ID of the order.', example: exampleIdIn('/reseller/orders') })
  orderId: string;

  @IdField({ description: 'ID of the order item.', example: exampleIdIn('/provider/orders') })
  itemId: string;

  @IdField({ description: 'ID of the ordered offer; null for a product offering.', nullable: true })
  offerId: string | null;

  @IdField({
    description: 'ID of the ordered product offering; null for an offer.',
    nullable: true,
    example: null,
  })
  productOfferingId: string | null;

  @TextField({ description: 'Name of the offer when it was ordered.', max: 255, example: 'Fibre 500' })
  offerName: string;

  @NumberField({
    description: 'Version of the item after the change. An event with a lower version is older.',
    integer: true,
    min: 1,
    example: 2,
  })
  version: number;
}

/** What every event to a provider contains. */
class ProviderItemEventData extends ItemEventData {
  @IdField({ description: 'ID of the reseller.', example: exampleIdIn('/provider/partners/preferred') })
  resellerTeamId: string;
}

/** What every event to a reseller contains. */
class ResellerItemEventData extends ItemEventData {
  @IdField({ description: 'ID of the provider.' })
  providerTeamId: string;

  @TextField({
    description: 'Your own ID of the order; null if there is none.',
    max: 255,
    nullable: true,
    example: 'crm-order-4711',
  })
  externalId: string | null;

  @notes('Latest notes of the provider.', 'The technician calls before the visit.')
  providerNotes: string | null;
}

@ApiSchema({ name: 'EventServiceAddress' })
export class EventServiceAddress {
  @TextField({ description: 'Street with number and unit.', max: 200, example: '1 Market St, Apt 4' })
  street: string;

  @TextField({ description: 'City.', max: 100, example: 'San Francisco' })
  city: string;

  @TextField({ description: 'State or region.', max: 100, example: 'CA' })
  state: string;

  @TextField({ description: 'ZIP or postal code.', max: 20, example: '94102' })
  zipCode: string;

  @TextField({
    description: 'Country as an uppercase ISO 3166-1 alpha-2 code.',
    min: 2,
    max: 2,
    example: 'US',
  })
  country: string;
}

@ApiSchema({ name: 'OrderCreatedData' })
export class OrderCreatedData extends ProviderItemEventData {
  @TextField({ description: 'Name of the reseller.', max: 255, example: 'Corner Shop' })
  resellerName: string;

  @status('Status of the item.', 'submitted_to_provider')
  status: Status;

  @ObjectField(() => EventServiceAddress, { description: 'Where the service is delivered.' })
  serviceAddress: EventServiceAddress;
}

@ApiSchema({ name: 'OrderCancelledData' })
export class OrderCancelledData extends ProviderItemEventData {
  @status('Status before the cancellation.', 'accepted')
  previousStatus: Status;

  @notes('Reason of the reseller.', 'The customer moves to another city.')
  reason: string | null;

  @reasonCode('customer_moved')
  reasonCode: string | null;

  @EnumField(['reseller'], { description: 'Who cancelled the item.', example: 'reseller' })
  cancelledBy: 'reseller';
}

@ApiSchema({ name: 'OrderCancelRequestedData' })
export class OrderCancelRequestedData extends ProviderItemEventData {
  @status('Status of the item, which it keeps until you answer.', 'scheduled')
  status: Status;

  @notes('Reason of the reseller.', 'The customer moves to another city.')
  reason: string | null;

  @reasonCode('customer_moved')
  reasonCode: string | null;
}

@ApiSchema({ name: 'EventJeopardy' })
export class EventJeopardy {
  @TextField({
    description: 'Why the item will be late.',
    max: 1000,
    nullable: true,
    example: 'The cable duct is blocked.',
  })
  reason: string | null;

  @optionalTime('When the item is expected now; null if unknown.')
  expectedAt: string | null;

  @DateTimeField({ description: 'Since when the warning has existed.', example: '2026-02-09T10:00:00.000Z' })
  since: string;
}

/** The state of an item that events about it without further meaning contain. */
class ItemStateData extends ResellerItemEventData {
  @reasonCode(null)
  reasonCode: string | null;

  @optionalTime('Start of the appointment; null if there is none.')
  scheduledFor: string | null;

  @optionalTime('End of the appointment; null if unknown.', '2026-02-10T12:00:00.000Z')
  scheduledUntil: string | null;

  @ObjectField(() => EventJeopardy, {
    description: 'Warning that the item will be late; null if there is none.',
    nullable: true,
    example: null,
  })
  jeopardy: EventJeopardy | null;
}

@ApiSchema({ name: 'OrderStatusChangedData' })
export class OrderStatusChangedData extends ItemStateData {
  @status('Status before the change.', 'accepted')
  previousStatus: Status;

  @status('Status after the change.', 'scheduled')
  newStatus: Status;

  @TotalField({
    description: 'Fee of the provider for a cancellation that it accepted; null if there is none.',
    nullable: true,
    example: null,
  })
  cancellationFee: number | null;

  @CurrencyField({ description: 'ISO 4217 code of the currency of the fee.', example: 'USD' })
  currency: string;
}

@ApiSchema({ name: 'EventMilestone' })
export class EventMilestone {
  @TextField({ description: 'Name of the step.', max: 200, example: 'Router shipped' })
  name: string;

  @optionalTime('Time at which the step should be reached; null if unknown.')
  plannedFor: string | null;

  @optionalTime('Time at which the step was reached; null if it was not.', null)
  reachedAt: string | null;
}

@ApiSchema({ name: 'OrderUpdatedData' })
export class OrderUpdatedData extends ItemStateData {
  @status('Status of the item, which has not changed.', 'scheduled')
  status: Status;

  @ObjectListField(() => EventMilestone, { description: 'Steps of the work.', maxItems: 50 })
  milestones: EventMilestone[];

  @FreeObjectField({
    description: 'Metadata that the provider added to the item; null after it has been erased.',
    nullable: true,
    example: { ticket: 'T-4711' },
  })
  metadata: object | null;
}

@ApiSchema({ name: 'OrderScheduledData' })
export class OrderScheduledData extends ResellerItemEventData {
  @status('Status of the item.', 'scheduled')
  status: Status;

  @optionalTime('Start of the appointment; null if the provider has not named one.')
  scheduledFor: string | null;

  @optionalTime('End of the appointment; null if unknown.', '2026-02-10T12:00:00.000Z')
  scheduledUntil: string | null;
}

@ApiSchema({ name: 'OrderJeopardyData' })
export class OrderJeopardyData extends ResellerItemEventData {
  @status('Status of the item.', 'scheduled')
  status: Status;

  @TextField({
    description: 'Why the item will be late.',
    max: 1000,
    nullable: true,
    example: 'The cable duct is blocked.',
  })
  reason: string | null;

  @optionalTime('When the item is expected now; null if unknown.', '2026-02-17T08:00:00.000Z')
  expectedAt: string | null;

  @DateTimeField({ description: 'Since when the warning has existed.', example: '2026-02-09T10:00:00.000Z' })
  since: string;
}

@ApiSchema({ name: 'OrderCompletedData' })
export class OrderCompletedData extends ResellerItemEventData {
  @EnumField(['completed', 'active'], { description: 'Status of the item.', example: 'completed' })
  status: 'completed' | 'active';

  @TextField({
    description:
      'Number of the customer’s account, which the provider sent as `accountNumber` in the metadata of the item; null if it sent none.',
    max: 16_384,
    nullable: true,
    example: 'A-100200',
  })
  accountNumber: string | null;
}

@ApiSchema({ name: 'OrderRejectedData' })
export class OrderRejectedData extends ResellerItemEventData {
  @TextField({
    description: '`reason` in the metadata of the item or, without it, the notes of the provider.',
    max: 16_384,
    nullable: true,
    example: 'The building is not connected.',
  })
  reason: string | null;

  @reasonCode('not_serviceable')
  reasonCode: string | null;
}

@ApiSchema({ name: 'OrderCancelDeclinedData' })
export class OrderCancelDeclinedData extends ResellerItemEventData {
  @status('Status of the item. `completed` and `active` decline a request, too.', 'in_progress')
  status: Status;
}
