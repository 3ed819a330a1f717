import { IdListField } from '../../validation/list-fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { ApiExtraModels, ApiSchema } from '../../lazy-swagger/decorators.js';
import { itemRule, field, rule } from '../../validation/field.js';
import { EnumField, TextField } from '../../validation/fields.js';
import { FilterText } from '../json-api/filter.js';
import { ServerManaged } from '../../validation/validate.js';
import { BodyOf, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { PlanAttributes, PlanChanges } from '../plans/plan-fields.js';
import { ProductAttributes, ProductChanges } from '../products/subscription-product-fields.js';
import { OfferingView } from './offering.view.js';
import { maxParts } from './parts/part-kind.js';
import { OfferingPlanView, OfferingProductView } from './parts/part.view.js';

const type = 'subscription_offering';
const buildBytes = 1_048_576;
const relationshipBytes = 65_536;

@ServerManaged('created_at', 'updated_at')
export class OfferingAttributes {
  @TextField({ description: 'Name for customers.', min: 3, max: 1024, example: 'City Bike Club' })
  name: string;
  @TextField({
    description: 'Description for customers.',
    max: 1024,
    optional: true,
    example: 'Ride all year.',
  })
  description?: string;
  @TextField({
    description: "Id in the provider's own system, unique in the team.",
    min: 1,
    max: 2048,
    optional: true,
    example: 'bikes-2',
  })
  external_ref?: string;
}

@ServerManaged('created_at', 'updated_at')
export class OfferingChanges extends PatchType(OfferingAttributes, ['description', 'external_ref']) {
  @field(
    { type: 'string', format: 'uuid' },
    {
      description: 'Proration policies are not supported yet; only null is taken.',
      optional: true,
      nullable: true,
      example: null,
    },
    rule({ code: 'unsupported' }, 'must be null: proration policies are not supported yet', () => false),
  )
  proration_policy_id?: null;
}

@ApiSchema({ name: 'CreateSubscriptionOfferingData' })
@ServerManaged('id', 'meta', 'links')
export class CreateOfferingData {
  @EnumField([type], { description: 'Type of the resource.', example: type })
  type: string;
  @ObjectField(() => OfferingAttributes, { description: 'What it is made of.', maxBytes: relationshipBytes })
  attributes: OfferingAttributes;
  @FreeObjectField({
    description:
      'What to copy into it: `products.data` and `plans.data`, each one `{type, id}` or a list of them. Other names are ignored.',
    optional: true,
    maxBytes: relationshipBytes,
    example: {
      plans: { data: [{ type: 'subscription_plan', id: '0190c3de-1111-7000-8000-000000000001' }] },
    },
  })
  relationships?: object;
}

export class CreateSubscriptionOffering extends BodyOf('CreateSubscriptionOffering', CreateOfferingData) {}

/** The parameter has no effect on a create; it is known so that it is not refused. */
export class CreateOfferingQuery {
  @FilterText({ description: 'Has no effect.' })
  filter?: string;
}

/** Flat: neither a type nor attributes. */
@ApiSchema({ name: 'BuildSubscriptionOfferingData' })
@ApiExtraModels(ProductAttributes, PlanAttributes)
@ServerManaged('id', 'meta', 'created_at', 'updated_at')
export class BuildOfferingData extends OfferingAttributes {
  @ObjectListField(() => ProductAttributes, {
    description:
      'Ids or external_refs of own products, or whole products that live in this offering only, mixed.',
    orTextLength: 2048,
    minItems: 1,
    maxItems: maxParts,
    example: ['pim-778', { name: 'Helmet rental', price: { EUR: { amount: 1900 } } }],
  })
  products: (string | ProductAttributes)[];
  @ObjectListField(() => PlanAttributes, {
    description: 'Ids or external_refs of own plans, or whole plans that live in this offering only, mixed.',
    orTextLength: 2048,
    minItems: 1,
    maxItems: maxParts,
    example: ['monthly-std'],
  })
  plans: (string | PlanAttributes)[];
}

export class BuildSubscriptionOffering extends BodyOf(
  'BuildSubscriptionOffering',
  BuildOfferingData,
  buildBytes,
) {}

export class UpdateSubscriptionOffering extends UpdateBody(
  'UpdateSubscriptionOffering',
  type,
  OfferingChanges,
) {}

export class UpdateOfferingProduct extends UpdateBody(
  'UpdateOfferingProduct',
  'subscription_offering_product',
  ProductChanges,
) {}

export class UpdateOfferingPlan extends UpdateBody(
  'UpdateOfferingPlan',
  'subscription_offering_plan',
  PlanChanges,
) {}

export class ProductIds {
  @IdListField({ description: 'Ids of own products.' }, { min: 1, max: maxParts })
  products: string[];
}
export class AttachProducts extends BodyOf('AttachProducts', ProductIds) {}

export class PlanIds {
  @IdListField({ description: 'Ids of own plans.' }, { min: 1, max: maxParts })
  plans: string[];
}
export class AttachPlans extends BodyOf('AttachPlans', PlanIds) {}

export const includable = ['products', 'plans'] as const;
export type Includable = (typeof includable)[number];

const IncludeList = () =>
  field(
    { type: 'string', pattern: '^(products|plans)(,(products|plans))*$' },
    { description: 'Snapshots to send along, joined by a comma.', optional: true, example: 'products,plans' },
    rule({ code: 'type', coerce: 'list' }, 'must be a list', Array.isArray),
    itemRule({ code: 'enum' }, `must be one of ${includable.join(', ')}`, (value) =>
      includable.includes(value as Includable),
    ),
  );

export class ReadOffering {
  @IncludeList()
  include?: Includable[];
}

export class ListOfferings extends OffsetQuery {
  @IncludeList()
  include?: Includable[];

  @FilterText({
    description:
      'Conditions joined by `:`, of `eq(external_ref,x)`, `in(external_product_refs,a,b)`, `eq(products.external_ref,x)` and `eq(proration_policy_id,uuid)`.',
    example: 'in(external_product_refs,pim-778,pim-779)',
  })
  filter?: string;
}

@ApiSchema({ name: 'IncludedSnapshots' })
export class Included {
  @ObjectListField(() => OfferingProductView, {
    description: 'Snapshots of products.',
    maxItems: 100 * maxParts,
    optional: true,
  })
  products?: OfferingProductView[];
  @ObjectListField(() => OfferingPlanView, {
    description: 'Snapshots of plans.',
    maxItems: 100 * maxParts,
    optional: true,
  })
  plans?: OfferingPlanView[];
}

const included = { description: 'What `include` asked for, by kind.', optional: true };

export class SubscriptionOfferingDocument extends DocumentOf('SubscriptionOfferingDocument', OfferingView) {
  @field({ type: () => Included } as never, included)
  included?: Included;
}

export class SubscriptionOfferingList extends ListDocumentOf('SubscriptionOfferingList', OfferingView) {
  @field({ type: () => Included } as never, included)
  included?: Included;
}

export class OfferingProductDocument extends DocumentOf('OfferingProductDocument', OfferingProductView) {}
export class OfferingProductList extends ListDocumentOf('OfferingProductList', OfferingProductView) {}
export class OfferingPlanDocument extends DocumentOf('OfferingPlanDocument', OfferingPlanView) {}
export class OfferingPlanList extends ListDocumentOf('OfferingPlanList', OfferingPlanView) {}
