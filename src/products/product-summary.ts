import { withoutNulls } from '../common/without-nulls.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, IdField, TextField } from '../validation/fields.js';
import { ObjectField } from '../validation/object-fields.js';
import { ProductFeatures, RequirementsField } from './product-fields.js';
import { productCategories, productTypes } from './product-types.js';
import type { Product } from './product.entity.js';

/** The columns that a product offering needs of its product: those of the summary, and the version. */
export const summaryColumns = {
  id: true,
  internalName: true,
  type: true,
  category: true,
  networkProviderId: true,
  features: true,
  requirements: true,
  version: true,
} as const;

export type SummarizedProduct = Pick<Product, keyof typeof summaryColumns>;

/** The part of a product that is also shown in product offerings. */
@ApiSchema({ name: 'OfferedProduct' })
export class ProductSummaryView {
  @IdField({ description: 'ID of the product (UUID v7).' })
  productId: string;

  @TextField({
    description: "Internal name of the product, for the provider's own use.",
    max: 255,
    optional: true,
    example: 'talk20_se',
  })
  internalName?: string;

  @EnumField(productTypes, { description: 'Type of the product.', optional: true, example: 'SUBSCRIPTION' })
  type?: string;

  @EnumField(productCategories, {
    description: 'Category within the type.',
    optional: true,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string;

  @TextField({
    description: 'ID of the network on which the product runs.',
    max: 255,
    optional: true,
    example: 'net-a',
  })
  networkProviderId?: string;

  @ObjectField(() => ProductFeatures, { description: 'Included volumes, validity and coverage.' })
  features: ProductFeatures;

  @RequirementsField({
    description:
      'Requirements for ordering the product, keyed by the path of the value to which each one applies.',
  })
  requirements: object;

  static from(this: void, product: SummarizedProduct): ProductSummaryView {
    return withoutNulls<ProductSummaryView>({
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
