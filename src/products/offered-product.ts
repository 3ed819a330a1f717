import { ApiSchema } from '../lazy-swagger/decorators.js';
import { Choice, Id, Text } from '../validation/fields.js';
import { Nested } from '../validation/object-fields.js';
import { present } from '../common/without-nulls.js';
import { ProductFeatures, Requirements } from './product-fields.js';
import type { Product } from './product.entity.js';
import { productCategories, productTypes } from './product-types.js';

/** A product as it stands inside a product offering. */
@ApiSchema({ name: 'OfferedProduct' })
export class OfferedProductView {
  @Id({ description: 'Id of the product (UUID v7).' })
  productId: string;

  @Text({ description: "The provider's name for it.", max: 255, optional: true, example: 'talk20_se' })
  internalName?: string;

  @Choice(productTypes, { description: 'What the product is.', optional: true, example: 'SUBSCRIPTION' })
  type?: string;

  @Choice(productCategories, { description: 'Sub-type.', optional: true, example: 'SUBSCRIPTION_CELL' })
  category?: string;

  @Text({ description: 'Network it runs on.', max: 255, optional: true, example: 'net-a' })
  networkProviderId?: string;

  @Nested(() => ProductFeatures, { description: 'What is included.' })
  features: ProductFeatures;

  @Requirements({ description: 'What must hold before it can be ordered: a path and its requirement.' })
  requirements: object;

  static from(this: void, product: Product): OfferedProductView {
    return present<OfferedProductView>({
      productId: product.id,
      internalName: product.internalName,
      type: product.type,
      category: product.category,
      networkProviderId: product.networkProviderId,
      features: product.features ?? {},
      requirements: product.requirements ?? {},
    });
  }
}
