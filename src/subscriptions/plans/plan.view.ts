import { withoutNulls } from '../../common/without-nulls.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { PriceMapField, type PriceMap } from '../../money/price-map.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  UnlimitedTextField,
} from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { exampleTime, ResourceMeta, ResourceTimestamps } from '../json-api/envelope.js';
import { containingDocs, SourceRelationships } from '../offerings/containing-offerings.view.js';
import { endBehaviors, intervalTypes, type PlanColumns } from './plan-columns.js';
import { planDocs } from './plan-fields.js';
import type { Plan } from './plan.entity.js';

@ApiSchema({ name: 'SubscriptionPlanAttributes' })
export class PlanAttributesView {
  @UnlimitedTextField({ ...planDocs.name, optional: false })
  name: string;
  @UnlimitedTextField(planDocs.description)
  description?: string;
  @UnlimitedTextField(planDocs.externalRef)
  external_ref?: string;
  @EnumField(intervalTypes, planDocs.billingIntervalType)
  billing_interval_type: string;
  @NumberField({ ...planDocs.billingFrequency, integer: true, min: 1 })
  billing_frequency: number;
  @NumberField({ ...planDocs.planLength, integer: true, min: 1 })
  plan_length: number;
  @NumberField({ ...planDocs.trialPeriod, integer: true, min: 0, optional: true })
  trial_period?: number;
  @EnumField(endBehaviors, planDocs.endBehavior)
  end_behavior: string;
  @BooleanField(planDocs.canPause)
  can_pause: boolean;
  @BooleanField(planDocs.canResume)
  can_resume: boolean;
  @BooleanField(planDocs.canCancel)
  can_cancel: boolean;
  @NumberField({ ...planDocs.basePricePercentage, min: 0, max: 100, optional: true })
  base_price_percentage?: number;
  @PriceMapField({ ...planDocs.fixedPrice, optional: true })
  fixed_price?: PriceMap;
  @DateTimeField({ description: 'Creation time.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
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
      ...ResourceTimestamps.from(row),
    });
  }
}

@ApiSchema({ name: 'SubscriptionPlan' })
export class PlanView {
  @IdField({ description: 'ID of the plan.' })
  id: string;
  @EnumField(['subscription_plan'], { description: 'Type of the resource.', example: 'subscription_plan' })
  type: string;
  @ObjectField(() => PlanAttributesView, { description: 'Attributes of the plan.' })
  attributes: PlanAttributesView;
  @ObjectField(() => SourceRelationships, containingDocs.relationships)
  relationships?: SourceRelationships;
  @ObjectField(() => ResourceMeta, { description: 'Owner and timestamps.' })
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
