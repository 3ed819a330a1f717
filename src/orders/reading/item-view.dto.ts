import { isoTimeOrNull } from './iso-time.js';
import { CurrencyField, TotalField } from '../../money/money-fields.js';
import { fromMinorUnits } from '../../money/money.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  TextField,
} from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { itemStatuses, type ItemStatus } from '../lifecycle/item-status.js';
import { InternalView } from '../desks/internal.dto.js';
import { CancelRequestView, JeopardyView, maxMilestones, MilestoneView } from '../lifecycle/progress.dto.js';
import { reasonCodes, type ReasonCode } from '../lifecycle/reason-codes.js';
import type { DeskSecrets, ItemSecrets } from '../personal-data/order-secrets.js';
import { historyEvents, type HistoryEvent, type ItemRow } from './item-row.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const time = (description: string, example: string | null = exampleTime) =>
  DateTimeField({ description, nullable: true, example });
const amount = (description: string, example: number) =>
  TotalField({ description: `${description} Null if unknown.`, nullable: true, example });

/** The members of an order item that the reseller and the provider see. */
export class ItemFields {
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

  @TextField({
    description: 'Category of the offer when it was ordered.',
    max: 50,
    nullable: true,
    example: 'internet',
  })
  category: string | null;

  @CurrencyField({ description: 'ISO 4217 code of the currency of all amounts.', example: 'USD' })
  currency: string;

  @amount('Regular price per month when the offer was ordered.', 59.95)
  monthlyPrice: number | null;

  @amount('Price of the first month, with introductory price or promo code.', 39.95)
  firstMonthlyPrice: number | null;

  @amount('Regular price per month with all mandatory monthly fees.', 73.9)
  allInMonthlyPrice: number | null;

  @BooleanField({ description: 'Whether the promo code of the order applies to the item.', example: false })
  promoCodeApplied: boolean;

  @EnumField(itemStatuses, { description: 'Status of the item.', example: 'submitted_to_provider' })
  status: ItemStatus;

  @time('Time until which the provider should accept or reject the item; null if there is no deadline.')
  respondBy: string | null;

  @BooleanField({ description: 'Whether `respondBy` has passed without an answer.', example: false })
  overdue: boolean;

  @time('Time at which the provider accepted the item; null if it has not.', null)
  acceptedAt: string | null;

  @time('Time at which the item became active; null if it has not.', null)
  activatedAt: string | null;

  @time('Start of the appointment; null if there is none.', null)
  scheduledFor: string | null;

  @time('End of the appointment; null if unknown.', null)
  scheduledUntil: string | null;

  @ObjectListField(() => MilestoneView, {
    description: 'Steps of the work, in the order of the provider.',
    maxItems: maxMilestones,
  })
  milestones: MilestoneView[];

  @ObjectField(() => JeopardyView, {
    description: 'Warning of the provider that the item will be late; null if there is none.',
    nullable: true,
  })
  jeopardy: JeopardyView | null;

  @EnumField(reasonCodes, {
    description: 'Code of the reason why the item was rejected or cancelled, or failed.',
    nullable: true,
    example: null,
  })
  reasonCode: ReasonCode | null;

  @ObjectField(() => CancelRequestView, {
    description: 'Request of the reseller to cancel the item, until the provider has answered it; else null.',
    nullable: true,
  })
  cancelRequested: CancelRequestView | null;

  @amount('Fee of the provider for the cancellation that it accepted.', 25)
  cancellationFee: number | null;

  @FreeObjectField({
    description: 'Values of the order form; null after they have been erased.',
    nullable: true,
    example: {},
  })
  fields: object | null;

  @TextField({ description: 'Latest notes of the provider.', max: 5000, nullable: true, example: null })
  providerNotes: string | null;

  @ObjectField(() => InternalView, {
    description: 'What your team has noted for itself. The other side never sees it.',
  })
  internal: InternalView;

  @NumberField({
    description: 'Version number, incremented with every change.',
    integer: true,
    min: 1,
    example: 2,
  })
  version: number;

  @DateTimeField({ description: 'Time of the order.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  /** @param secrets null if the personal data was erased or may not be shown any more */
  static of(
    row: ItemRow,
    { secrets, desk }: { secrets: ItemSecrets | null; desk: DeskSecrets | null },
    isErased: boolean,
  ): ItemFields {
    const { currency } = row;
    const major = (minor: number | null) => (minor === null ? null : fromMinorUnits(BigInt(minor), currency));
    return {
      offerId: row.offerId,
      productOfferingId: row.productOfferingId,
      offerName: row.offerName,
      category: row.category,
      currency,
      monthlyPrice: major(row.monthlyPrice),
      firstMonthlyPrice: major(row.firstMonthly),
      allInMonthlyPrice: major(row.allInMonthly),
      promoCodeApplied: row.hasPromotion,
      status: row.status,
      respondBy: isoTimeOrNull(row.respondBy),
      overdue: row.overdue,
      acceptedAt: isoTimeOrNull(row.acceptedAt),
      activatedAt: isoTimeOrNull(row.activatedAt),
      scheduledFor: isoTimeOrNull(row.scheduledFor),
      scheduledUntil: isoTimeOrNull(row.scheduledUntil),
      milestones: secrets?.milestones ?? [],
      jeopardy: row.jeopardySince
        ? {
            reason: secrets?.jeopardyReason ?? null,
            expectedAt: isoTimeOrNull(row.expectedAt),
            since: new Date(row.jeopardySince).toISOString(),
          }
        : null,
      reasonCode: row.reasonCode,
      cancelRequested: row.cancelRequestedAt
        ? {
            requestedAt: new Date(row.cancelRequestedAt).toISOString(),
            reason: secrets?.cancelRequest?.reason ?? null,
            reasonCode: secrets?.cancelRequest?.reasonCode ?? null,
          }
        : null,
      cancellationFee: major(row.cancellationFee),
      fields: isErased ? null : (secrets?.fields ?? {}),
      providerNotes: secrets?.providerNotes ?? null,
      internal: desk ?? { assignee: null, notes: null },
      version: row.version,
      createdAt: new Date(row.createdAt).toISOString(),
      updatedAt: new Date(row.updatedAt).toISOString(),
    };
  }
}

/** An entry of the history of an item. */
@ApiSchema({ name: 'OrderHistoryEntry' })
export class HistoryEntry {
  @IdField({ description: 'ID of the item.' })
  itemId: string;

  @EnumField(itemStatuses, { description: 'Status after the change.', example: 'pending' })
  status: ItemStatus;

  @EnumField(itemStatuses, {
    description: 'Status before the change; null for the order itself.',
    nullable: true,
    example: null,
  })
  previousStatus: ItemStatus | null;

  @EnumField(historyEvents, {
    description:
      'What happened. `updated` leaves the status as it is. A request for cancellation can be accepted or declined by a new status, too.',
    example: 'placed',
  })
  event: HistoryEvent;

  @DateTimeField({ description: 'Time of the change.', example: exampleTime })
  timestamp: string;

  @EnumField(['reseller', 'provider', 'system'], { description: 'Who made the change.', example: 'reseller' })
  actor: 'reseller' | 'provider' | 'system';

  @IdField({ description: 'ID of the API key, if it is one of your own team.', nullable: true })
  apiKeyId: string | null;

  @TextField({ description: 'Notes on the change.', max: 5000, nullable: true, example: null })
  notes: string | null;

  @TextField({ description: 'Code of the reason.', max: 100, nullable: true, example: null })
  reasonCode: string | null;

  @time('Start of the appointment after the change.', null)
  scheduledFor: string | null;

  @time('End of the appointment after the change.', null)
  scheduledUntil: string | null;

  @FreeObjectField({
    description:
      'New values of the other members that were sent, such as `milestones`, `jeopardy`, `metadata` and `cancellationFee`.',
    example: {},
  })
  changes: object;
}
