import { DisplayPrice, displayPrice } from '../json-api/display-price.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, DateTimeField, IdField, UnlimitedTextField } from '../../validation/fields.js';
import { ResourceMeta, Timestamps } from '../json-api/envelope.js';
import { ObjectField } from '../../validation/object-fields.js';
import { withoutNulls } from '../../common/without-nulls.js';
import { PriceMapField, type PriceMap } from '../../money/price-map.js';
import type { Product } from '../../products/product.entity.js';
import { PriceUnits, type ProductTraits } from './subscription-product-fields.js';

type Row = ProductTraits & Pick<Product, 'createdAt' | 'updatedAt'>;
const exampleTime = '2026-02-03T09:00:00.120Z';

@ApiSchema({ name: 'SubscriptionProductAttributes' })
export class ProductAttributesView {
  @UnlimitedTextField({ description: 'Name for customers.', optional: false, example: 'Helmet rental' })
  name: string;
  @UnlimitedTextField({ description: 'Description for customers.', example: 'A helmet in your size.' })
  description?: string;
  @UnlimitedTextField({ description: 'Stock keeping unit.', example: 'HELMET-1' })
  sku?: string;
  @UnlimitedTextField({ description: 'Picture of the product.', example: 'https://shop.example/helmet.png' })
  main_image?: string;
  @UnlimitedTextField({ description: "Id in the provider's own system.", example: 'pim-778' })
  external_ref?: string;
  @PriceMapField({
    description: 'Price by currency; without `price_units` for one billing period.',
    optional: true,
  })
  price?: PriceMap;
  @ObjectField(() => PriceUnits, { description: 'The time that the price is for.', optional: true })
  price_units?: PriceUnits;
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updated_at: string;

  static from(row: Row): ProductAttributesView {
    const { priceUnit: unit, priceUnitAmount: amount } = row;
    return withoutNulls({
      name: row.name,
      description: row.description,
      sku: row.sku,
      main_image: row.imageUrl,
      external_ref: row.externalRef,
      price: row.price,
      price_units: unit === null || amount === null ? null : { unit, amount },
      ...Timestamps.from(row),
    });
  }
}

@ApiSchema({ name: 'SubscriptionProductMeta' })
export class ProductMeta extends ResourceMeta {
  @ObjectField(() => DisplayPrice, { description: 'The price in one currency, formatted.', optional: true })
  display_price?: DisplayPrice;

  static from(row: Row, currencies: readonly string[]): ProductMeta {
    return withoutNulls({ ...ResourceMeta.of(row), display_price: displayPrice(row.price, currencies) });
  }
}

@ApiSchema({ name: 'SubscriptionProduct' })
export class SubscriptionProductView {
  @IdField({ description: 'Id of the product.' })
  id: string;
  @EnumField(['subscription_product'], {
    description: 'Type of the resource.',
    example: 'subscription_product',
  })
  type: string;
  @ObjectField(() => ProductAttributesView, { description: 'What it is made of.' })
  attributes: ProductAttributesView;
  @ObjectField(() => ProductMeta, { description: 'What the server knows of it.' })
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
