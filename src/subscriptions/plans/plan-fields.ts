import { PatchType } from '../../validation/patch-type.js';
import { field, rule, type Test } from '../../validation/field.js';
import { EnumField, BooleanField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { decimalPlaces } from '../../money/money.js';
import { mergePriceMap, PriceMapField, type PriceMapInput } from '../../money/price-map.js';
import {
  endBehaviors,
  intervalTypes,
  type EndBehavior,
  type IntervalType,
  type PlanColumns,
} from './plan-columns.js';

const maxInteger = 2_147_483_647;
const count = (description: string, min: number, example: number) =>
  NumberField({ description, integer: true, min, max: maxInteger, example, optional: min === 0 });
const flag = (description: string) => BooleanField({ description, example: true });

const inPercent: Test = (value) => Number(value) >= 0 && Number(value) <= 100;
const fourDecimals: Test = (value) => (decimalPlaces(Number(value)) ?? 9) <= 4;

/** 0 to 100 with at most 4 decimals, so that it is stored and reckoned with exactly. */
const Percentage = () =>
  field(
    { type: 'number', minimum: 0, maximum: 100 },
    {
      description: "Discount on the sum of the products' prices: 10 takes 10 % off. At most 4 decimals.",
      optional: true,
      example: 10,
    },
    rule({ code: 'type' }, 'must be a number', Number.isFinite as Test),
    rule({ code: 'range' }, 'must be 0 to 100', inPercent),
    rule({ code: 'decimals' }, 'must have at most 4 decimals', fourDecimals),
  );

const fixedPrice = {
  description: "Price of one billing period instead of the products' prices; wins over the percentage.",
};

/** `status` and `billing_month_day` stand in guides of the public API and mean nothing here. */
const ignored = ['created_at', 'updated_at', 'status', 'billing_month_day'];

/** What a plan is made of in a create and in a build. */
@ServerManaged(...ignored)
export class PlanAttributes {
  @TextField({ description: 'Name for customers.', min: 3, max: 1024, example: 'Monthly' })
  name: string;
  @TextField({
    description: 'Description for customers.',
    max: 1024,
    optional: true,
    example: 'Paid each month.',
  })
  description?: string;
  @TextField({
    description: "Id in the provider's own system, unique in the team.",
    min: 1,
    max: 2048,
    optional: true,
    example: 'monthly-std',
  })
  external_ref?: string;
  @EnumField(intervalTypes, { description: 'Unit of the interval.', example: 'month' })
  billing_interval_type: IntervalType;
  @count('Intervals from one bill to the next.', 1, 1)
  billing_frequency: number;
  @count('Intervals that a subscription runs.', 1, 12)
  plan_length: number;
  @count('Intervals before the first bill.', 0, 1)
  trial_period?: number;
  @EnumField(endBehaviors, { description: 'What happens at the end: close, or roll on.', example: 'roll' })
  end_behavior: EndBehavior;
  @flag('Whether a subscriber may pause.')
  can_pause: boolean;
  @flag('Whether a subscriber may resume.')
  can_resume: boolean;
  @flag('Whether a subscriber may cancel.')
  can_cancel: boolean;
  @Percentage()
  base_price_percentage?: number;
  @PriceMapField({ ...fixedPrice, optional: true })
  fixed_price?: PriceMapInput;
}

const clearable = [
  'description',
  'external_ref',
  'trial_period',
  'base_price_percentage',
  'fixed_price',
] as const;

/** What may change in a plan; a currency's entry of the fixed price may be null, which drops it. */
@ServerManaged(...ignored)
export class PlanChanges extends PatchType(PlanAttributes, clearable) {
  @PriceMapField({ ...fixedPrice, optional: true, nullable: true, nullableEntries: true })
  override fixed_price?: PriceMapInput | null;
}

export function newPlan(attributes: PlanAttributes): PlanColumns {
  const { name, billing_interval_type, billing_frequency, plan_length, end_behavior } = attributes;
  const base: PlanColumns = {
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
  return changePlan(base, attributes);
}

const given = <T>(change: T | undefined, current: T): T => (change === undefined ? current : change);

/** The traits with a change put over them. @throws ValidationFailed when the price gets too many currencies */
export function changePlan(traits: PlanColumns, change: PlanChanges): PlanColumns {
  return {
    name: given(change.name, traits.name),
    description: given(change.description, traits.description),
    externalRef: given(change.external_ref, traits.externalRef),
    billingIntervalType: given(change.billing_interval_type, traits.billingIntervalType),
    billingFrequency: given(change.billing_frequency, traits.billingFrequency),
    planLength: given(change.plan_length, traits.planLength),
    trialPeriod: given(change.trial_period, traits.trialPeriod),
    endBehavior: given(change.end_behavior, traits.endBehavior),
    canPause: given(change.can_pause, traits.canPause),
    canResume: given(change.can_resume, traits.canResume),
    canCancel: given(change.can_cancel, traits.canCancel),
    basePricePercentage: given(change.base_price_percentage, traits.basePricePercentage),
    fixedPrice: mergePriceMap(traits.fixedPrice, change.fixed_price, ['data', 'attributes', 'fixed_price']),
  };
}

/** Only the columns of the attributes, to copy them. */
export const traitsOfPlan = (row: PlanColumns): PlanColumns => changePlan(row, {});
