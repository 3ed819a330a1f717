import { DisplayPrice, displayPrice } from '../json-api/display-price.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { Choice, Moment, Id } from '../../validation/fields.js';
import { ResourceMeta, Timestamps } from '../json-api/envelope.js';
import { Nested } from '../../validation/object-fields.js';
import { present } from '../../common/without-nulls.js';
import { Shown } from '../../validation/unlimited-text.js';
import { Price, type PriceMap } from '../../money/price-map.js';
import type { Product } from '../../products/product.entity.js';
import { PriceUnits, type ProductTraits } from './subscription-product-fields.js';

type Row = ProductTraits & Pick<Product, 'createdAt' | 'updatedAt'>;
const exampleTime = '2026-02-03T09:00:00.120Z';

@ApiSchema({ name: 'SubscriptionProductAttributes' })
export class ProductAttributesView {
  @Shown({ description: 'Name for customers.', optional: false, example: 'Helmet rental' })
  name: string;
  @Shown({ description: 'Description for customers.', example: 'A helmet in your size.' })
  description?: string;
  @Shown({ description: 'Stock keeping unit.', example: 'HELMET-1' })
  sku?: string;
  @Shown({ description: 'Picture of the product.', example: 'https://shop.example/helmet.png' })
  main_image?: string;
  @Shown({ description: "Id in the provider's own system.", example: 'pim-778' })
  external_ref?: string;
  @Price({
    description: 'Price by currency; without `price_units` for one billing period.',
    optional: true,
  })
  price?: PriceMap;
  @Nested(() => PriceUnits, { description: 'The time that the price is for.', optional: true })
  price_units?: PriceUnits;
  @Moment({ description: 'When it was created.', example: exampleTime })
  created_at: string;
  @Moment({ description: 'When it was last changed.', example: exampleTime })
  updated_at: string;

  static from(row: Row): ProductAttributesView {
    const { priceUnit: unit, priceUnitAmount: amount } = row;
    return present({
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
  @Nested(() => DisplayPrice, { description: 'The price in one currency, formatted.', optional: true })
  display_price?: DisplayPrice;

  static from(row: Row, currencies: readonly string[]): ProductMeta {
    return present({ ...ResourceMeta.of(row), display_price: displayPrice(row.price, currencies) });
  }
}

@ApiSchema({ name: 'SubscriptionProduct' })
export class SubscriptionProductView {
  @Id({ description: 'Id of the product.' })
  id: string;
  @Choice(['subscription_product'], { description: 'Type of the resource.', example: 'subscription_product' })
  type: string;
  @Nested(() => ProductAttributesView, { description: 'What it is made of.' })
  attributes: ProductAttributesView;
  @Nested(() => ProductMeta, { description: 'What the server knows of it.' })
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
