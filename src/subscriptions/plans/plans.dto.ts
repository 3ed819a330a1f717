import { CreateBody, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FilterField } from '../json-api/filter.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { PlanAttributes, PlanChanges } from './plan-fields.js';
import { PlanView } from './plan.view.js';

const type = 'subscription_plan';

export class CreateSubscriptionPlan extends CreateBody('CreateSubscriptionPlan', type, PlanAttributes) {}

export class UpdateSubscriptionPlan extends UpdateBody('UpdateSubscriptionPlan', type, PlanChanges) {}

export class ListSubscriptionPlans extends OffsetQuery {
  @FilterField({
    description: 'Filters by reference: `eq(external_ref,monthly-std)`.',
    example: 'eq(external_ref,monthly-std)',
  })
  filter?: string;
}

export class SubscriptionPlanDocument extends DocumentOf('SubscriptionPlanDocument', PlanView) {}

export class SubscriptionPlanList extends ListDocumentOf('SubscriptionPlanList', PlanView) {}
