import { withoutNulls } from '../../../common/without-nulls.js';
import { ApiSchema } from '../../../lazy-swagger/decorators.js';
import { PriceMapField, type PriceMap } from '../../../money/price-map.js';
import { EnumField, BooleanField, IdField } from '../../../validation/fields.js';
import { ObjectField } from '../../../validation/object-fields.js';
import { DisplayPrice, displayPrice } from '../../json-api/display-price.js';
import { ResourceMeta } from '../../json-api/envelope.js';
import { PlanAttributesView } from '../../plans/plan.view.js';
import { ProductAttributesView, ProductMeta } from '../../products/subscription-product.view.js';
import { planPrice, type ProductSums } from '../plan-price.js';
import { ResourceLinkage } from '../offering.view.js';
import type { OfferingPlan } from './offering-plan.entity.js';
import type { OfferingProduct } from './offering-product.entity.js';

@ApiSchema({ name: 'OriginRelationship' })
export class OriginRelationship {
  @ObjectField(() => ResourceLinkage, { description: 'Type and ID of the product or plan that was copied.' })
  data: ResourceLinkage;
}

@ApiSchema({ name: 'SnapshotRelationships' })
export class SnapshotRelationships {
  @ObjectField(() => OriginRelationship, {
    description: 'Product or plan that was copied. Absent if a build request contained the attributes.',
    optional: true,
  })
  origin?: OriginRelationship;
}

const relationshipsTo = (id: string | null, type: string): SnapshotRelationships =>
  id === null ? {} : { origin: { data: { type, id } } };

/** A snapshot of a product, also used as an entry of `included.products`. */
@ApiSchema({ name: 'SubscriptionOfferingProduct' })
export class OfferingProductView {
  @IdField({ description: 'ID of the snapshot.' })
  id: string;
  @EnumField(['subscription_offering_product'], {
    description: 'Type of the resource.',
    example: 'subscription_offering_product',
  })
  type: string;
  @ObjectField(() => ProductAttributesView, { description: 'Attributes of the product.' })
  attributes: ProductAttributesView;
  @ObjectField(() => SnapshotRelationships, { description: 'Origin of the snapshot.' })
  relationships: SnapshotRelationships;
  @ObjectField(() => ProductMeta, { description: 'Owner, timestamps and display price.' })
  meta: ProductMeta;

  static from(product: OfferingProduct, currencies: readonly string[]): OfferingProductView {
    return {
      id: product.id,
      type: 'subscription_offering_product',
      attributes: ProductAttributesView.from(product),
      relationships: relationshipsTo(product.originId, 'subscription_product'),
      meta: ProductMeta.from(product, currencies),
    };
  }
}

@ApiSchema({ name: 'SubscriptionOfferingPlanMeta' })
export class OfferingPlanMeta extends ResourceMeta {
  @PriceMapField({
    description:
      'Price of one billing period, by currency. Absent if the plan has no fixed price and no currency is common to all priced products.',
    optional: true,
  })
  price?: PriceMap;
  @ObjectField(() => DisplayPrice, {
    description: 'Price in one currency, formatted. Absent if the plan has no price.',
    optional: true,
  })
  display_price?: DisplayPrice;
  @BooleanField({
    description: 'True if a subscription uses the plan; null otherwise.',
    nullable: true,
    example: null,
  })
  active_plan: boolean | null;
}

/** A snapshot of a plan with its calculated price, also used as an entry of `included.plans`. */
@ApiSchema({ name: 'SubscriptionOfferingPlan' })
export class OfferingPlanView {
  @IdField({ description: 'ID of the snapshot.' })
  id: string;
  @EnumField(['subscription_offering_plan'], {
    description: 'Type of the resource.',
    example: 'subscription_offering_plan',
  })
  type: string;
  @ObjectField(() => PlanAttributesView, { description: 'Attributes of the plan.' })
  attributes: PlanAttributesView;
  @ObjectField(() => SnapshotRelationships, { description: 'Origin of the snapshot.' })
  relationships: SnapshotRelationships;
  @ObjectField(() => OfferingPlanMeta, { description: 'Owner, timestamps and calculated price.' })
  meta: OfferingPlanMeta;

  /** @param sums the sums of the offering's product prices */
  static from(plan: OfferingPlan, sums: ProductSums, currencies: readonly string[]): OfferingPlanView {
    const price = planPrice(plan, sums);
    const prices = withoutNulls({ price, display_price: displayPrice(price, currencies) });
    return {
      id: plan.id,
      type: 'subscription_offering_plan',
      attributes: PlanAttributesView.from(plan),
      relationships: relationshipsTo(plan.originId, 'subscription_plan'),
      meta: { ...ResourceMeta.of(plan), ...prices, active_plan: null },
    };
  }
}
