import { DisplayPrice, displayPrice } from '../../json-api/display-price.js';
import { ApiSchema } from '../../../lazy-swagger/decorators.js';
import { EnumField, BooleanField, IdField } from '../../../validation/fields.js';
import { ResourceMeta } from '../../json-api/envelope.js';
import { ObjectField } from '../../../validation/object-fields.js';
import { withoutNulls } from '../../../common/without-nulls.js';
import { PriceMapField, type PriceMap } from '../../../money/price-map.js';
import { PlanAttributesView } from '../../plans/plan.view.js';
import { ProductAttributesView, ProductMeta } from '../../products/subscription-product.view.js';
import type { OfferingPlan } from './offering-plan.entity.js';
import { planPrice, type ProductSums } from '../offering-price.js';
import type { OfferingProduct } from './offering-product.entity.js';
import { Linkage } from '../offering.view.js';

@ApiSchema({ name: 'OriginRelationship' })
export class Origin {
  @ObjectField(() => Linkage, { description: 'The resource it was copied from.' })
  data: Linkage;
}

@ApiSchema({ name: 'SnapshotRelationships' })
export class PartRelationships {
  @ObjectField(() => Origin, {
    description: 'Where it was copied from; absent when it was given whole in a build.',
    optional: true,
  })
  origin?: Origin;
}

const originOf = (id: string | null, type: string): PartRelationships =>
  id === null ? {} : { origin: { data: { type, id } } };

/** A product inside an offering, and as an entry of `included.products`. */
@ApiSchema({ name: 'SubscriptionOfferingProduct' })
export class OfferingProductView {
  @IdField({ description: 'Id of the snapshot.' })
  id: string;
  @EnumField(['subscription_offering_product'], {
    description: 'Type of the resource.',
    example: 'subscription_offering_product',
  })
  type: string;
  @ObjectField(() => ProductAttributesView, { description: 'What it is made of.' })
  attributes: ProductAttributesView;
  @ObjectField(() => PartRelationships, { description: 'What it belongs to.' })
  relationships: PartRelationships;
  @ObjectField(() => ProductMeta, { description: 'What the server knows of it.' })
  meta: ProductMeta;

  static from(product: OfferingProduct, currencies: readonly string[]): OfferingProductView {
    return {
      id: product.id,
      type: 'subscription_offering_product',
      attributes: ProductAttributesView.from(product),
      relationships: originOf(product.originId, 'subscription_product'),
      meta: ProductMeta.from(product, currencies),
    };
  }
}

@ApiSchema({ name: 'SubscriptionOfferingPlanMeta' })
export class OfferingPlanMeta extends ResourceMeta {
  @PriceMapField({
    description: 'What one billing period costs by currency; absent when nothing in the offering is priced.',
    optional: true,
  })
  price?: PriceMap;
  @ObjectField(() => DisplayPrice, { description: 'The price in one currency, formatted.', optional: true })
  display_price?: DisplayPrice;
  @BooleanField({
    description: 'True when a subscription uses the plan; null as long as none does.',
    nullable: true,
    example: null,
  })
  active_plan: boolean | null;
}

/** A plan inside an offering with its price, and as an entry of `included.plans`. */
@ApiSchema({ name: 'SubscriptionOfferingPlan' })
export class OfferingPlanView {
  @IdField({ description: 'Id of the snapshot.' })
  id: string;
  @EnumField(['subscription_offering_plan'], {
    description: 'Type of the resource.',
    example: 'subscription_offering_plan',
  })
  type: string;
  @ObjectField(() => PlanAttributesView, { description: 'What it is made of.' })
  attributes: PlanAttributesView;
  @ObjectField(() => PartRelationships, { description: 'What it belongs to.' })
  relationships: PartRelationships;
  @ObjectField(() => OfferingPlanMeta, { description: 'What the server knows of it.' })
  meta: OfferingPlanMeta;

  /** `sums` are those of the offering's products. */
  static from(plan: OfferingPlan, sums: ProductSums, currencies: readonly string[]): OfferingPlanView {
    const price = planPrice(plan, sums);
    const known = withoutNulls({ price, display_price: displayPrice(price, currencies) });
    return {
      id: plan.id,
      type: 'subscription_offering_plan',
      attributes: PlanAttributesView.from(plan),
      relationships: originOf(plan.originId, 'subscription_plan'),
      meta: { ...ResourceMeta.of(plan), ...known, active_plan: null },
    };
  }
}
