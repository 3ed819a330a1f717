import { decimalPlaces } from '../../money/money.js';
import { mergePriceMap, PriceMapField, type PriceMapInput } from '../../money/price-map.js';
import { field, rule, type Test } from '../../validation/field.js';
import { BooleanField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { ServerManaged } from '../../validation/validate.js';
import { withChange } from '../with-change.js';
import {
  endBehaviors,
  intervalTypes,
  type EndBehavior,
  type IntervalType,
  type PlanColumns,
} from './plan-columns.js';

/** Documentation of the attributes, shared by requests and responses. */
export const planDocs = {
  name: { description: 'Name shown to customers.', example: 'Monthly' },
  description: { description: 'Description shown to customers.', example: 'Paid each month.' },
  externalRef: { description: "Reference in the provider's own system.", example: 'monthly-std' },
  billingIntervalType: { description: 'Unit of the billing interval.', example: 'month' },
  billingFrequency: { description: 'Number of intervals from one bill to the next.', example: 1 },
  planLength: { description: 'Number of intervals for which a subscription runs.', example: 12 },
  trialPeriod: { description: 'Number of intervals before the first bill.', example: 1 },
  endBehavior: {
    description: 'What happens at the end of the plan: `close` ends the subscription, `roll` continues it.',
    example: 'roll',
  },
  canPause: { description: 'Whether subscribers may pause.', example: true },
  canResume: { description: 'Whether subscribers may resume.', example: true },
  canCancel: { description: 'Whether subscribers may cancel.', example: true },
  basePricePercentage: {
    description:
      'Discount on the sum of the product prices, in percent: 10 means 10% off. It can have at most 4 decimal places.',
    example: 10,
  },
  fixedPrice: {
    description:
      'Price of one billing period, by currency. It replaces the product prices and takes precedence over the percentage.',
  },
};

const maxInteger = 2_147_483_647;
const isPercentage: Test = (value) => Number(value) >= 0 && Number(value) <= 100;
const hasAtMost4Decimals: Test = (value) => (decimalPlaces(Number(value)) ?? 9) <= 4;

/**
 * Declares a percentage from 0 to 100 with at most 4 decimal places, so that it can be stored and used in
 * calculations exactly.
 */
const PercentageField = () =>
  field(
    { type: 'number', minimum: 0, maximum: 100 },
    { ...planDocs.basePricePercentage, optional: true },
    rule({ code: 'type' }, 'must be a number', Number.isFinite as Test),
    rule({ code: 'range' }, 'must be between 0 and 100', isPercentage),
    rule({ code: 'decimals' }, 'must have at most 4 decimal places', hasAtMost4Decimals),
  );

/**
 * Members to ignore. Guides of the public API also send `status` and `billing_month_day`, which have no
 * effect here.
 */
const ignored = ['created_at', 'updated_at', 'status', 'billing_month_day'];

/** Attributes of a plan in a create or build request. */
@ServerManaged(...ignored)
export class PlanAttributes {
  @TextField({ ...planDocs.name, kind: 'name', min: 3, max: 1024 })
  name: string;
  @TextField({ ...planDocs.description, max: 1024, optional: true })
  description?: string;
  @TextField({
    ...planDocs.externalRef,
    kind: 'identifier',
    description: `${planDocs.externalRef.description} It must be unique within your team.`,
    min: 1,
    max: 2048,
    optional: true,
  })
  external_ref?: string;
  @EnumField(intervalTypes, planDocs.billingIntervalType)
  billing_interval_type: IntervalType;
  @NumberField({ ...planDocs.billingFrequency, integer: true, min: 1, max: maxInteger })
  billing_frequency: number;
  @NumberField({ ...planDocs.planLength, integer: true, min: 1, max: maxInteger })
  plan_length: number;
  @NumberField({ ...planDocs.trialPeriod, integer: true, min: 0, max: maxInteger, optional: true })
  trial_period?: number;
  @EnumField(endBehaviors, planDocs.endBehavior)
  end_behavior: EndBehavior;
  @BooleanField(planDocs.canPause)
  can_pause: boolean;
  @BooleanField(planDocs.canResume)
  can_resume: boolean;
  @BooleanField(planDocs.canCancel)
  can_cancel: boolean;
  @PercentageField()
  base_price_percentage?: number;
  @PriceMapField({ ...planDocs.fixedPrice, optional: true })
  fixed_price?: PriceMapInput;
}

const clearable = [
  'description',
  'external_ref',
  'trial_period',
  'base_price_percentage',
  'fixed_price',
] as const;

/** Attributes of a plan in an update request. A null entry in `fixed_price` removes that currency. */
@ServerManaged(...ignored)
export class PlanChanges extends PatchType(PlanAttributes, clearable) {
  @PriceMapField({ ...planDocs.fixedPrice, optional: true, nullable: true, nullableEntries: true })
  override fixed_price?: PriceMapInput | null;
}

export function newPlanColumns(attributes: PlanAttributes): PlanColumns {
  const { name, billing_interval_type, billing_frequency, plan_length, end_behavior } = attributes;
  const required: PlanColumns = {
    name,
    description: null,
    externalRef: null,
    billingIntervalType: billing_interval_type,
    billingFrequency: billing_frequency,
    planLength: plan_length,
    trialPeriod: null,
    endBehavior: end_behavior,
    canPause: attributes.can_pause,
    canResume: attributes.can_resume,
    canCancel: attributes.can_cancel,
    basePricePercentage: null,
    fixedPrice: null,
  };
  return changePlanColumns(required, attributes);
}

/**
 * Returns a copy of the columns with the changes applied.
 * @throws ValidationFailed if the fixed price would have more than 10 currencies
 */
export function changePlanColumns(columns: PlanColumns, changes: PlanChanges): PlanColumns {
  return {
    name: withChange(columns.name, changes.name),
    description: withChange(columns.description, changes.description),
    externalRef: withChange(columns.externalRef, changes.external_ref),
    billingIntervalType: withChange(columns.billingIntervalType, changes.billing_interval_type),
    billingFrequency: withChange(columns.billingFrequency, changes.billing_frequency),
    planLength: withChange(columns.planLength, changes.plan_length),
    trialPeriod: withChange(columns.trialPeriod, changes.trial_period),
    endBehavior: withChange(columns.endBehavior, changes.end_behavior),
    canPause: withChange(columns.canPause, changes.can_pause),
    canResume: withChange(columns.canResume, changes.can_resume),
    canCancel: withChange(columns.canCancel, changes.can_cancel),
    basePricePercentage: withChange(columns.basePricePercentage, changes.base_price_percentage),
    fixedPrice: mergePriceMap(columns.fixedPrice, changes.fixed_price, ['data', 'attributes', 'fixed_price']),
  };
}

/** Returns only the columns of the attributes, taken from a plan or a snapshot. */
export const copyPlanColumns = (row: PlanColumns): PlanColumns => changePlanColumns(row, {});
