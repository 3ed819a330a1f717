import { ApiExtraModels, ApiSchema } from '../../lazy-swagger/decorators.js';
import { itemRule, field, rule } from '../../validation/field.js';
import { EnumField, TextField } from '../../validation/fields.js';
import { IdListField } from '../../validation/list-fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { ServerManaged } from '../../validation/validate.js';
import { timeAttributes, type AttributeInfo } from '../json-api/attributes.js';
import { BodyOf, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FilterField } from '../json-api/filter.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { commonSortNames, SortField } from '../json-api/sort.js';
import { PlanAttributes, PlanChanges } from '../plans/plan-fields.js';
import { ProductAttributes, ProductChanges } from '../products/subscription-product-fields.js';
import { offeringDocs, OfferingView, type OfferingAttributesView } from './offering.view.js';
import { maxSnapshots } from './snapshots/snapshot-kind.js';
import { OfferingPlanView, OfferingProductView } from './snapshots/snapshot.view.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';

const type = 'subscription_offering';
const buildBytes = 1_048_576;
const relationshipBytes = 65_536;

export const offeringAttributes = {
  name: { type: 'string', required: true, ...offeringDocs.name },
  description: { type: 'string', ...offeringDocs.description },
  external_ref: { type: 'string', ...offeringDocs.externalRef },
  ...timeAttributes,
} satisfies Record<keyof OfferingAttributesView, AttributeInfo>;

@ServerManaged('created_at', 'updated_at')
export class OfferingAttributes {
  @TextField({ ...offeringDocs.name, kind: 'name', min: 3, max: 1024 })
  name: string;
  @TextField({ ...offeringDocs.description, max: 1024, optional: true })
  description?: string;
  @TextField({
    ...offeringDocs.externalRef,
    kind: 'identifier',
    description: `${offeringDocs.externalRef.description} It must be unique within your team.`,
    min: 1,
    max: 2048,
    optional: true,
  })
  external_ref?: string;
}

const noProration = 'must be null, because proration policies are not supported yet';

/** Declares a member that selects a proration policy. */
const NoProrationField = (schema: object, options: { optional?: boolean } = {}) =>
  field(
    schema,
    {
      description: 'Must be null, because proration policies are not supported yet.',
      nullable: true,
      example: null,
      ...options,
    },
    rule({ code: 'unsupported' }, noProration, () => false),
  );

@ServerManaged('created_at', 'updated_at')
export class OfferingChanges extends PatchType(OfferingAttributes, ['description', 'external_ref']) {
  @NoProrationField({ type: 'string', format: 'uuid' }, { optional: true })
  proration_policy_id?: null;
}

export class SetProrationPolicy {
  @NoProrationField({ type: 'object', additionalProperties: true })
  data: null;
}

@ApiSchema({ name: 'CreateSubscriptionOfferingData' })
@ServerManaged('id', 'meta', 'links')
export class CreateOfferingData {
  @EnumField([type], { description: 'Type of the resource.', example: type })
  type: string;
  @ObjectField(() => OfferingAttributes, {
    description: 'Attributes of the offering.',
    maxBytes: relationshipBytes,
  })
  attributes: OfferingAttributes;
  @FreeObjectField({
    description:
      'Products and plans to copy into the offering: `products.data` and `plans.data` each contain one `{type, id}` object or an array of at most 100. Other relationships are ignored.',
    optional: true,
    maxBytes: relationshipBytes,
    example: {
      products: { data: [{ type: 'subscription_product', id: exampleIdIn('/subscriptions/products') }] },
      plans: { data: [{ type: 'subscription_plan', id: exampleIdIn('/subscriptions/plans') }] },
    },
  })
  relationships?: object;
}

export class CreateSubscriptionOffering extends BodyOf('CreateSubscriptionOffering', CreateOfferingData) {}

/** The public API also documents this parameter for create requests, so it must be accepted. */
export class CreateOfferingQuery {
  @FilterField({ description: 'This parameter has no effect.' })
  filter?: string;
}

/** A build request is flat, without `type` and `attributes`. */
@ApiSchema({ name: 'BuildSubscriptionOfferingData' })
@ApiExtraModels(ProductAttributes, PlanAttributes)
@ServerManaged('id', 'meta', 'created_at', 'updated_at')
export class BuildOfferingData extends OfferingAttributes {
  @ObjectListField(() => ProductAttributes, {
    description:
      'Products to copy into the offering. Each entry is the ID or `external_ref` of a product of your team, or the attributes of a product that exists only in this offering.',
    orTextLength: 2048,
    minItems: 1,
    maxItems: maxSnapshots,
    example: ['pim-778', { name: 'Helmet rental', price: { EUR: { amount: 1900 } } }],
  })
  products: (string | ProductAttributes)[];
  @ObjectListField(() => PlanAttributes, {
    description:
      'Plans to copy into the offering. Each entry is the ID or `external_ref` of a plan of your team, or the attributes of a plan that exists only in this offering.',
    orTextLength: 2048,
    minItems: 1,
    maxItems: maxSnapshots,
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
  @IdListField(
    { description: 'IDs of products of your team.', example: [exampleIdIn('/subscriptions/products')] },
    { min: 1, max: maxSnapshots },
  )
  products: string[];
}
export class AttachProducts extends BodyOf('AttachProducts', ProductIds) {}

export class PlanIds {
  @IdListField(
    { description: 'IDs of plans of your team.', example: [exampleIdIn('/subscriptions/plans')] },
    { min: 1, max: maxSnapshots },
  )
  plans: string[];
}
export class AttachPlans extends BodyOf('AttachPlans', PlanIds) {}

export const includable = ['products', 'plans'] as const;
export type Includable = (typeof includable)[number];

const IncludeList = () =>
  field(
    { type: 'string', pattern: '^(products|plans)(,(products|plans))*$' },
    {
      description: 'Kinds of snapshots to include in the response, separated by commas.',
      optional: true,
      example: 'products,plans',
    },
    rule({ code: 'type', coerce: 'list' }, 'must be an array', Array.isArray),
    itemRule({ code: 'enum' }, `must be one of ${includable.join(', ')}`, (value) =>
      includable.includes(value as Includable),
    ),
  );

export class GetOffering {
  @IncludeList()
  include?: Includable[];
}

export class ListOfferings extends OffsetQuery {
  @IncludeList()
  include?: Includable[];

  @SortField(commonSortNames)
  sort?: string;

  @FilterField({
    description:
      'Up to 10 conditions joined by `:`, all of which must match. The supported conditions are `eq(external_ref,x)`, `in(external_product_refs,a,b)`, `eq(products.external_ref,x)` and `eq(proration_policy_id,uuid)`.',
    example: 'in(external_product_refs,pim-778,pim-779)',
  })
  filter?: string;
}

@ApiSchema({ name: 'IncludedSnapshots' })
export class Included {
  @ObjectListField(() => OfferingProductView, {
    description: 'Snapshots of products.',
    maxItems: 100 * maxSnapshots,
    optional: true,
  })
  products?: OfferingProductView[];
  @ObjectListField(() => OfferingPlanView, {
    description: 'Snapshots of plans.',
    maxItems: 100 * maxSnapshots,
    optional: true,
  })
  plans?: OfferingPlanView[];
}

const included = { description: 'Snapshots selected by `include`, grouped by kind.', optional: true };

export class SubscriptionOfferingDocument extends DocumentOf('SubscriptionOfferingDocument', OfferingView) {
  @ObjectField(() => Included, included)
  included?: Included;
}

export class SubscriptionOfferingList extends ListDocumentOf('SubscriptionOfferingList', OfferingView) {
  @ObjectField(() => Included, included)
  included?: Included;
}

export class OfferingProductDocument extends DocumentOf('OfferingProductDocument', OfferingProductView) {}
export class OfferingProductList extends ListDocumentOf('OfferingProductList', OfferingProductView) {}
export class OfferingPlanDocument extends DocumentOf('OfferingPlanDocument', OfferingPlanView) {}
export class OfferingPlanList extends ListDocumentOf('OfferingPlanList', OfferingPlanView) {}
