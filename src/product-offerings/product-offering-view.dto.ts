import { withoutNulls } from '../common/without-nulls.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { ItemsPageOf } from '../paging/items-page.js';
import { ProductSummaryView } from '../products/product-summary.js';
import { categoriesOfType, customerTypes } from '../products/product-types.js';
import { DateTimeField, EnumField, IdField, TextField, UrlField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { FreeObjectField, ObjectField } from '../validation/object-fields.js';
import { OfferingGroupView } from './groups/product-offering-groups.dto.js';
import { PriceView } from './pricing/price.dto.js';
import { normalPrice } from './pricing/product-offering-price.js';
import type { ProductOfferingDetails } from './product-offering-details.js';
import { groupSlug } from './product-offering-fields.js';
import { productOfferingStatuses } from './product-offering.entity.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** A product offering as shown to a caller. Members without a value are omitted. */
@ApiSchema({ name: 'ProductOffering' })
export class ProductOfferingView {
  @IdField({ description: 'ID of the product offering (UUID v7).' })
  productOfferingId: string;

  @TextField({ description: 'Name for customers.', max: 255, example: 'Talk 20' })
  name: string;

  @ObjectField(() => PriceView, {
    description: 'Price, including the promo code discount if one applies.',
  })
  price: PriceView;

  @EnumField(productOfferingStatuses, {
    description:
      'ARCHIVED product offerings can no longer be ordered, but existing subscriptions continue to use them.',
    example: 'AVAILABLE',
  })
  status: string;

  @TextField({ description: 'Description for customers.', max: 10_000, optional: true, example: '20 GB.' })
  description?: string;

  @TextField({
    description: 'Sanitized HTML.',
    max: 65_536,
    optional: true,
    example: '<p>Calls included.</p>',
  })
  richContent?: string;

  @IdField({ description: 'ID of the product.' })
  productId: string;

  @ObjectField(() => ProductSummaryView, {
    description:
      'The current state of the product, including changes made after the product offering was created.',
  })
  product: ProductSummaryView;

  @TextField({
    ...groupSlug,
    description: 'ID of the group. Omitted if the product offering has no group.',
    optional: true,
  })
  productOfferingGroupId?: string;

  @ObjectField(() => OfferingGroupView, {
    description: 'The group. Omitted if the product offering has no group.',
    optional: true,
  })
  group?: OfferingGroupView;

  @EnumField(customerTypes, {
    description: 'Type of customer that can buy the product offering.',
    example: 'CONSUMER',
  })
  customerType: string;

  @EnumListField(categoriesOfType.SUBSCRIPTION, {
    description:
      'Categories of the subscriptions that an add-on can be added to. Omitted for other product types.',
    minItems: 1,
    optional: true,
    example: ['SUBSCRIPTION_CELL'],
  })
  addonCategories?: string[];

  @TextField({
    description: "ID of the product offering in the provider's own system. Only the owner sees it.",
    max: 255,
    optional: true,
    example: 'crm-20',
  })
  externalId?: string;

  @TextField({
    description: 'Internal notes, visible only to the owner.',
    max: 10_000,
    optional: true,
    example: 'Replaces Talk 10.',
  })
  internalDescription?: string;

  @UrlField({
    description: 'URL of an image.',
    optional: true,
    example: 'https://cdn.isp.example/talk20.png',
  })
  imageUrl?: string;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change that you can see.', example: exampleTime })
  updatedAt: string;

  @FreeObjectField({ description: 'Free-form JSON object.', example: { campaign: 'spring' } })
  metadata: object;

  static from(
    this: void,
    { offering, product, group, isOwner, price }: ProductOfferingDetails,
  ): ProductOfferingView {
    return withoutNulls<ProductOfferingView>({
      productOfferingId: offering.id,
      name: offering.name,
      price: price ?? normalPrice(offering),
      status: offering.status,
      description: offering.description,
      richContent: offering.richContent,
      productId: offering.productId,
      product: ProductSummaryView.from(product),
      productOfferingGroupId: group?.slug,
      group: group && OfferingGroupView.from(group, isOwner),
      customerType: offering.customerType,
      addonCategories: offering.addonCategories.length > 0 ? offering.addonCategories : undefined,
      externalId: isOwner ? offering.externalId : undefined,
      internalDescription: isOwner ? offering.internalDescription : undefined,
      imageUrl: offering.imageUrl,
      createdAt: offering.createdAt.toISOString(),
      updatedAt: ((isOwner ? null : offering.visibleUpdatedAt) ?? offering.updatedAt).toISOString(),
      metadata: offering.metadata,
    } satisfies Record<keyof ProductOfferingView, unknown>);
  }
}

@ApiSchema({ name: 'ProductOfferingList' })
export class ProductOfferingListView extends ItemsPageOf(ProductOfferingView) {}
