import { currencyKeys } from '../money/money-fields.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { BooleanField, DateTimeField, NumberField, TextField, UrlField } from '../validation/fields.js';
import { ItemsPageOf } from '../paging/items-page.js';
import { fromMinorUnits } from '../money/money.js';
import { FreeObjectField, ObjectMapField } from '../validation/object-fields.js';
import { withoutNulls } from '../common/without-nulls.js';
import { OfferedProductView } from './offered-product.js';
import type { PriceMap, Product } from './product.entity.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** What a product costs in one currency. */
export class ProductPriceView {
  @NumberField({ description: 'Amount in major units, such as 59.99.', min: 0, example: 19.9 })
  amount: number;

  @BooleanField({ description: 'Whether tax is in the amount.', example: true })
  taxIncluded: boolean;
}

/** A product in full, for its owner. A member without a value is left out. */
@ApiSchema({ name: 'Product' })
export class ProductView extends OfferedProductView {
  @TextField({ description: 'Name of the product.', max: 1024, example: 'Talk 20 GB' })
  name: string;

  @TextField({ description: 'Stock keeping unit.', max: 1024, optional: true, example: 'TALK-20' })
  sku?: string;

  @TextField({ description: 'Description.', max: 10_000, optional: true, example: '20 GB and free calls.' })
  description?: string;

  @UrlField({ description: 'Picture.', optional: true, example: 'https://cdn.isp.example/talk20.png' })
  imageUrl?: string;

  @TextField({ description: "The provider's own reference.", max: 2048, optional: true, example: 'pim-1' })
  externalRef?: string;

  @ObjectMapField(() => ProductPriceView, currencyKeys, {
    description: 'Price by ISO 4217 currency.',
    maxEntries: 10,
    optional: true,
    example: { EUR: { amount: 19.9, taxIncluded: true } },
  })
  price?: Record<string, ProductPriceView>;

  @FreeObjectField({ description: 'Free JSON object.', example: { team: 'north' } })
  metadata: object;

  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static override from(this: void, product: Product): ProductView {
    return withoutNulls<ProductView>({
      ...OfferedProductView.from(product),
      name: product.name,
      sku: product.sku,
      description: product.description,
      imageUrl: product.imageUrl,
      externalRef: product.externalRef,
      price: shownPrice(product.price),
      metadata: product.metadata,
      createdAt: product.createdAt.toISOString(),
      updatedAt: product.updatedAt.toISOString(),
    });
  }
}

@ApiSchema({ name: 'ProductList' })
export class ProductListView extends ItemsPageOf(ProductView) {}

/** Minor units to decimals, for every currency. */
function shownPrice(price: PriceMap | null): Record<string, ProductPriceView> | undefined {
  const shown = Object.entries(price ?? {}).map(([currency, { amount, includes_tax: taxIncluded }]) => [
    currency,
    { amount: fromMinorUnits(BigInt(amount), currency), taxIncluded },
  ]);
  return price ? (Object.fromEntries(shown) as Record<string, ProductPriceView>) : undefined;
}
