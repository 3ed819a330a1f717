import { withoutNulls } from '../../common/without-nulls.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { PriceMapField, type PriceMap } from '../../money/price-map.js';
import type { ProductColumns } from '../../products/product-columns.js';
import type { Product } from '../../products/product.entity.js';
import { DateTimeField, EnumField, IdField, UnlimitedTextField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { DisplayPrice, displayPrice } from '../json-api/display-price.js';
import { exampleTime, ResourceMeta, ResourceTimestamps } from '../json-api/envelope.js';
import { containingDocs, SourceRelationships } from '../offerings/containing-offerings.view.js';
import { PriceUnits, productDocs } from './subscription-product-fields.js';

type ProductRow = ProductColumns & Pick<Product, 'createdAt' | 'updatedAt'>;

@ApiSchema({ name: 'SubscriptionProductAttributes' })
export class ProductAttributesView {
  @UnlimitedTextField({ ...productDocs.name, optional: false })
  name: string;
  @UnlimitedTextField(productDocs.description)
  description?: string;
  @UnlimitedTextField(productDocs.sku)
  sku?: string;
  @UnlimitedTextField(productDocs.mainImage)
  main_image?: string;
  @UnlimitedTextField(productDocs.externalRef)
  external_ref?: string;
  @PriceMapField({ ...productDocs.price, optional: true })
  price?: PriceMap;
  @PriceMapField({ ...productDocs.oneTimePrice, optional: true })
  one_time_price?: PriceMap;
  @ObjectField(() => PriceUnits, { ...productDocs.priceUnits, optional: true })
  price_units?: PriceUnits;
  @DateTimeField({ description: 'Creation time.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updated_at: string;

  static from(row: ProductRow): ProductAttributesView {
    const { priceUnit: unit, priceUnitAmount: amount } = row;
    return withoutNulls({
      name: row.name,
      description: row.description,
      sku: row.sku,
      main_image: row.imageUrl,
      external_ref: row.externalRef,
      price: row.price,
      one_time_price: row.oneTimePrice,
      price_units: unit === null || amount === null ? null : { unit, amount },
      ...ResourceTimestamps.from(row),
    });
  }
}

@ApiSchema({ name: 'SubscriptionProductMeta' })
export class ProductMeta extends ResourceMeta {
  @ObjectField(() => DisplayPrice, {
    description: 'Price in one currency, formatted. Absent if the product has no price.',
    optional: true,
  })
  display_price?: DisplayPrice;

  static from(row: ProductRow, currencies: readonly string[]): ProductMeta {
    return withoutNulls({ ...ResourceMeta.of(row), display_price: displayPrice(row.price, currencies) });
  }
}

@ApiSchema({ name: 'SubscriptionProduct' })
export class SubscriptionProductView {
  @IdField({ description: 'ID of the product.' })
  id: string;
  @EnumField(['subscription_product'], {
    description: 'Type of the resource.',
    example: 'subscription_product',
  })
  type: string;
  @ObjectField(() => ProductAttributesView, { description: 'Attributes of the product.' })
  attributes: ProductAttributesView;
  @ObjectField(() => SourceRelationships, containingDocs.relationships)
  relationships?: SourceRelationships;
  @ObjectField(() => ProductMeta, { description: 'Owner, timestamps and display price.' })
  meta: ProductMeta;

  static from(product: Product, currencies: readonly string[]): SubscriptionProductView {
    return {
      id: product.id,
      type: 'subscription_product',
      attributes: ProductAttributesView.from(product),
      meta: ProductMeta.from(product, currencies),
    };
  }
}
