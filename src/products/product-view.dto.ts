import { withoutNulls } from '../common/without-nulls.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { currencyKeys } from '../money/money-fields.js';
import { fromMinorUnits } from '../money/money.js';
import type { PriceMap } from '../money/price-map.js';
import { ItemsPageOf } from '../paging/items-page.js';
import { BooleanField, DateTimeField, NumberField, TextField, UrlField } from '../validation/fields.js';
import { FreeObjectField, ObjectMapField } from '../validation/object-fields.js';
import { ProductSummaryView } from './product-summary.js';
import type { Product } from './product.entity.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** The price in one currency. */
export class ProductPriceView {
  @NumberField({
    description: 'Amount in major units of the currency, such as 59.99.',
    min: 0,
    example: 19.9,
  })
  amount: number;

  @BooleanField({ description: 'Whether the amount includes taxes.', example: true })
  taxIncluded: boolean;
}

/** A product as shown to its owner. Members without a value are omitted. */
@ApiSchema({ name: 'Product' })
export class ProductView extends ProductSummaryView {
  @TextField({ description: 'Name shown to customers.', max: 1024, example: 'Talk 20 GB' })
  name: string;

  @TextField({ description: 'Stock keeping unit.', max: 1024, optional: true, example: 'TALK-20' })
  sku?: string;

  @TextField({
    description: 'Description shown to customers.',
    max: 10_000,
    optional: true,
    example: '20 GB and free calls.',
  })
  description?: string;

  @UrlField({
    description: 'URL of a product image.',
    optional: true,
    example: 'https://cdn.isp.example/talk20.png',
  })
  imageUrl?: string;

  @TextField({
    description: "Reference in the provider's own system.",
    max: 2048,
    optional: true,
    example: 'pim-1',
  })
  externalRef?: string;

  @TextField({
    description: "ID of the product in the provider's own system.",
    max: 255,
    optional: true,
    example: 'crm-20',
  })
  externalId?: string;

  @ObjectMapField(() => ProductPriceView, currencyKeys, {
    description: 'Price by ISO 4217 currency code.',
    maxEntries: 10,
    optional: true,
    example: { EUR: { amount: 19.9, taxIncluded: true } },
  })
  price?: Record<string, ProductPriceView>;

  @ObjectMapField(() => ProductPriceView, currencyKeys, {
    description: 'What is charged once, at the start, in addition to `price`, by ISO 4217 currency code.',
    maxEntries: 10,
    optional: true,
    example: { EUR: { amount: 25, taxIncluded: true } },
  })
  oneTimePrice?: Record<string, ProductPriceView>;

  @FreeObjectField({ description: 'Any JSON object for your own use.', example: { team: 'north' } })
  metadata: object;

  @DateTimeField({ description: 'Creation time.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static override from(this: void, product: Product): ProductView {
    return withoutNulls<ProductView>({
      ...ProductSummaryView.from(product),
      name: product.name,
      sku: product.sku,
      description: product.description,
      imageUrl: product.imageUrl,
      externalRef: product.externalRef,
      externalId: product.externalId,
      price: priceViews(product.price),
      oneTimePrice: priceViews(product.oneTimePrice),
      metadata: product.metadata,
      createdAt: product.createdAt.toISOString(),
      updatedAt: product.updatedAt.toISOString(),
    });
  }
}

@ApiSchema({ name: 'ProductList' })
export class ProductListView extends ItemsPageOf(ProductView) {}

function priceViews(price: PriceMap | null): Record<string, ProductPriceView> | undefined {
  if (!price) return undefined;
  const entries = Object.entries(price).map(([currency, { amount, includes_tax: taxIncluded }]) => [
    currency,
    { amount: fromMinorUnits(BigInt(amount), currency), taxIncluded },
  ]);
  return Object.fromEntries(entries) as Record<string, ProductPriceView>;
}
