import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, IdField, DateTimeField, TextField, UrlField } from '../validation/fields.js';
import { ItemsPageOf } from '../paging/items-page.js';
import { EnumListField } from '../validation/list-fields.js';
import { FreeObjectField, ObjectField } from '../validation/object-fields.js';
import { withoutNulls } from '../common/without-nulls.js';
import { categoriesOfType, customerTypes } from '../products/product-types.js';
import { OfferedProductView } from '../products/offered-product.js';
import { normalPrice } from './pricing/product-offering-price.js';
import { PriceView } from './pricing/price.dto.js';
import { groupSlug } from './product-offering-fields.js';
import { offeringStatuses } from './product-offering.entity.js';
import { OfferingGroupView } from './groups/product-offering-groups.dto.js';
import type { ProductOfferingDetails } from './product-offering-details.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** A product offering as a caller may see it. A member without a value is left out. */
@ApiSchema({ name: 'ProductOffering' })
export class ProductOfferingView {
  @IdField({ description: 'Id of the product offering (UUID v7).' })
  productOfferingId: string;

  @TextField({ description: 'Name for customers.', max: 255, example: 'Talk 20' })
  name: string;

  @ObjectField(() => PriceView, { description: 'What it costs, and what a promo code takes off.' })
  price: PriceView;

  @EnumField(offeringStatuses, {
    description: 'ARCHIVED cannot be ordered any more, but serves existing subscriptions.',
    example: 'AVAILABLE',
  })
  status: string;

  @TextField({ description: 'Description for customers.', max: 10_000, optional: true, example: '20 GB.' })
  description?: string;

  @TextField({
    description: 'Sanitised HTML.',
    max: 65_536,
    optional: true,
    example: '<p>Calls included.</p>',
  })
  richContent?: string;

  @IdField({ description: 'Id of the product.' })
  productId: string;

  @ObjectField(() => OfferedProductView, { description: 'The product as it is now.' })
  product: OfferedProductView;

  @TextField({ ...groupSlug, description: 'Id of the group; left out without one.', optional: true })
  productOfferingGroupId?: string;

  @ObjectField(() => OfferingGroupView, { description: 'The group; left out without one.', optional: true })
  group?: OfferingGroupView;

  @EnumField(customerTypes, { description: 'Who may buy it.', example: 'CONSUMER' })
  customerType: string;

  @EnumListField(categoriesOfType.SUBSCRIPTION, {
    description: 'What an add-on fits; left out for other types.',
    minItems: 1,
    optional: true,
    example: ['SUBSCRIPTION_CELL'],
  })
  addonCategories?: string[];

  @TextField({
    description: 'Notes; for the owner only.',
    max: 10_000,
    optional: true,
    example: 'Replaces Talk 10.',
  })
  internalDescription?: string;

  @UrlField({ description: 'Picture.', optional: true, example: 'https://cdn.isp.example/talk20.png' })
  imageUrl?: string;

  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  @FreeObjectField({ description: 'Free JSON object.', example: { campaign: 'spring' } })
  metadata: object;

  static from(
    this: void,
    { offering, product, group, owned, price }: ProductOfferingDetails,
  ): ProductOfferingView {
    return withoutNulls<ProductOfferingView>({
      productOfferingId: offering.id,
      name: offering.name,
      price: price ?? normalPrice(offering),
      status: offering.status,
      description: offering.description,
      richContent: offering.richContent,
      productId: offering.productId,
      product: OfferedProductView.from(product),
      productOfferingGroupId: group?.slug,
      group: group && OfferingGroupView.from(group, owned),
      customerType: offering.customerType,
      addonCategories: offering.addonCategories.length > 0 ? offering.addonCategories : undefined,
      internalDescription: owned ? offering.internalDescription : undefined,
      imageUrl: offering.imageUrl,
      createdAt: offering.createdAt.toISOString(),
      updatedAt: offering.updatedAt.toISOString(),
      metadata: offering.metadata,
    });
  }
}

@ApiSchema({ name: 'ProductOfferingList' })
export class ProductOfferingListView extends ItemsPageOf(ProductOfferingView) {}
