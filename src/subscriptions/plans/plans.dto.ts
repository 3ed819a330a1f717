import { ObjectField } from '../../validation/object-fields.js';
import { timeAttributes, type AttributeInfo } from '../json-api/attributes.js';
import { CreateBody, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FilterField } from '../json-api/filter.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { commonSortNames, SortField } from '../json-api/sort.js';
import {
  containingDocs,
  IncludedOfferings,
  IncludeOfferingsField,
} from '../offerings/containing-offerings.view.js';
import { endBehaviors, intervalTypes } from './plan-columns.js';
import { PlanAttributes, PlanChanges, planDocs } from './plan-fields.js';
import { PlanView, type PlanAttributesView } from './plan.view.js';

const type = 'subscription_plan';

export const planAttributes = {
  name: { type: 'string', required: true, ...planDocs.name },
  description: { type: 'string', ...planDocs.description },
  external_ref: { type: 'string', ...planDocs.externalRef },
  billing_interval_type: {
    type: 'string',
    required: true,
    options: intervalTypes,
    ...planDocs.billingIntervalType,
  },
  billing_frequency: { type: 'integer', required: true, ...planDocs.billingFrequency },
  plan_length: { type: 'integer', required: true, ...planDocs.planLength },
  trial_period: { type: 'integer', ...planDocs.trialPeriod },
  end_behavior: { type: 'string', required: true, options: endBehaviors, ...planDocs.endBehavior },
  can_pause: { type: 'boolean', required: true, ...planDocs.canPause },
  can_resume: { type: 'boolean', required: true, ...planDocs.canResume },
  can_cancel: { type: 'boolean', required: true, ...planDocs.canCancel },
  base_price_percentage: { type: 'number', ...planDocs.basePricePercentage },
  fixed_price: { type: 'object', ...planDocs.fixedPrice },
  ...timeAttributes,
} satisfies Record<keyof PlanAttributesView, AttributeInfo>;

export class CreateSubscriptionPlan extends CreateBody('CreateSubscriptionPlan', type, PlanAttributes) {}

export class UpdateSubscriptionPlan extends UpdateBody('UpdateSubscriptionPlan', type, PlanChanges) {}

export class ListSubscriptionPlans extends OffsetQuery {
  @FilterField({
    description: 'Filters by reference: `eq(external_ref,monthly-std)`.',
    example: 'eq(external_ref,monthly-std)',
  })
  filter?: string;

  @SortField(commonSortNames)
  sort?: string;

  @IncludeOfferingsField()
  include?: string[];
}

export class SubscriptionPlanDocument extends DocumentOf('SubscriptionPlanDocument', PlanView) {
  @ObjectField(() => IncludedOfferings, containingDocs.included)
  included?: IncludedOfferings;
}

export class SubscriptionPlanList extends ListDocumentOf('SubscriptionPlanList', PlanView) {
  @ObjectField(() => IncludedOfferings, containingDocs.included)
  included?: IncludedOfferings;
}
