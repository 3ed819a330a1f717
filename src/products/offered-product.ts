import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, IdField, TextField } from '../validation/fields.js';
import { ObjectField } from '../validation/object-fields.js';
import { withoutNulls } from '../common/without-nulls.js';
import { ProductFeatures, Requirements } from './product-fields.js';
import type { Product } from './product.entity.js';
import { productCategories, productTypes } from './product-types.js';

/** A product as it stands inside a product offering. */
@ApiSchema({ name: 'OfferedProduct' })
export class OfferedProductView {
  @IdField({ description: 'Id of the product (UUID v7).' })
  productId: string;

  @TextField({ description: "The provider's name for it.", max: 255, optional: true, example: 'talk20_se' })
  internalName?: string;

  @EnumField(productTypes, { description: 'What the product is.', optional: true, example: 'SUBSCRIPTION' })
  type?: string;

  @EnumField(productCategories, { description: 'Sub-type.', optional: true, example: 'SUBSCRIPTION_CELL' })
  category?: string;

  @TextField({ description: 'Network it runs on.', max: 255, optional: true, example: 'net-a' })
  networkProviderId?: string;

  @ObjectField(() => ProductFeatures, { description: 'What is included.' })
  features: ProductFeatures;

  @Requirements({ description: 'What must hold before it can be ordered: a path and its requirement.' })
  requirements: object;

  static from(this: void, product: Product): OfferedProductView {
    return withoutNulls<OfferedProductView>({
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
