import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  EnumField,
  BooleanField,
  DateTimeField,
  NumberField,
  IdField,
  UnlimitedTextField,
} from '../../validation/fields.js';
import { ResourceMeta, Timestamps } from '../json-api/envelope.js';
import { ObjectField } from '../../validation/object-fields.js';
import { withoutNulls } from '../../common/without-nulls.js';
import { PriceMapField, type PriceMap } from '../../money/price-map.js';
import { endBehaviors, intervalTypes, type PlanColumns } from './plan-columns.js';
import type { Plan } from './plan.entity.js';

const exampleTime = '2026-02-03T09:00:00.120Z';

@ApiSchema({ name: 'SubscriptionPlanAttributes' })
export class PlanAttributesView {
  @UnlimitedTextField({ description: 'Name for customers.', optional: false, example: 'Monthly' })
  name: string;
  @UnlimitedTextField({ description: 'Description for customers.', example: 'Paid each month.' })
  description?: string;
  @UnlimitedTextField({ description: "Id in the provider's own system.", example: 'monthly-std' })
  external_ref?: string;
  @EnumField(intervalTypes, { description: 'Unit of the interval.', example: 'month' })
  billing_interval_type: string;
  @NumberField({ description: 'Intervals from one bill to the next.', integer: true, min: 1, example: 1 })
  billing_frequency: number;
  @NumberField({ description: 'Intervals that a subscription runs.', integer: true, min: 1, example: 12 })
  plan_length: number;
  @NumberField({
    description: 'Intervals before the first bill.',
    integer: true,
    min: 0,
    optional: true,
    example: 1,
  })
  trial_period?: number;
  @EnumField(endBehaviors, { description: 'What happens at the end: close, or roll on.', example: 'roll' })
  end_behavior: string;
  @BooleanField({ description: 'Whether a subscriber may pause.', example: true })
  can_pause: boolean;
  @BooleanField({ description: 'Whether a subscriber may resume.', example: true })
  can_resume: boolean;
  @BooleanField({ description: 'Whether a subscriber may cancel.', example: true })
  can_cancel: boolean;
  @NumberField({
    description: "Discount on the sum of the products' prices: 10 takes 10 % off.",
    min: 0,
    max: 100,
    optional: true,
    example: 10,
  })
  base_price_percentage?: number;
  @PriceMapField({
    description: "Price of one billing period instead of the products' prices; wins over the percentage.",
    optional: true,
  })
  fixed_price?: PriceMap;
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updated_at: string;

  static from(row: PlanColumns & Pick<Plan, 'createdAt' | 'updatedAt'>): PlanAttributesView {
    return withoutNulls({
      name: row.name,
      description: row.description,
      external_ref: row.externalRef,
      billing_interval_type: row.billingIntervalType,
      billing_frequency: row.billingFrequency,
      plan_length: row.planLength,
      trial_period: row.trialPeriod,
      end_behavior: row.endBehavior,
      can_pause: row.canPause,
      can_resume: row.canResume,
      can_cancel: row.canCancel,
      base_price_percentage: row.basePricePercentage,
      fixed_price: row.fixedPrice,
      ...Timestamps.from(row),
    });
  }
}

@ApiSchema({ name: 'SubscriptionPlan' })
export class PlanView {
  @IdField({ description: 'Id of the plan.' })
  id: string;
  @EnumField(['subscription_plan'], { description: 'Type of the resource.', example: 'subscription_plan' })
  type: string;
  @ObjectField(() => PlanAttributesView, { description: 'What it is made of.' })
  attributes: PlanAttributesView;
  @ObjectField(() => ResourceMeta, { description: 'What the server knows of it.' })
  meta: ResourceMeta;

  static from(this: void, plan: Plan): PlanView {
    return {
      id: plan.id,
      type: 'subscription_plan',
      attributes: PlanAttributesView.from(plan),
      meta: ResourceMeta.of(plan),
    };
  }
}
