import { currencyKeys } from '../money/money-fields.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { Flag, Moment, Num, Text, WebUrl } from '../validation/fields.js';
import { ItemsOf } from '../paging/items-page.js';
import { fromMinor } from '../money/money.js';
import { FreeObject, NestedMap } from '../validation/object-fields.js';
import { present } from '../common/without-nulls.js';
import { OfferedProductView } from './offered-product.js';
import type { PriceMap, Product } from './product.entity.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** What a product costs in one currency. */
export class ProductPriceView {
  @Num({ description: 'Amount in major units, such as 59.99.', min: 0, example: 19.9 })
  amount: number;

  @Flag({ description: 'Whether tax is in the amount.', example: true })
  taxIncluded: boolean;
}

/** A product in full, for its owner. A member without a value is left out. */
@ApiSchema({ name: 'Product' })
export class ProductView extends OfferedProductView {
  @Text({ description: 'Name of the product.', max: 1024, example: 'Talk 20 GB' })
  name: string;

  @Text({ description: 'Stock keeping unit.', max: 1024, optional: true, example: 'TALK-20' })
  sku?: string;

  @Text({ description: 'Description.', max: 10_000, optional: true, example: '20 GB and free calls.' })
  description?: string;

  @WebUrl({ description: 'Picture.', optional: true, example: 'https://cdn.isp.example/talk20.png' })
  imageUrl?: string;

  @Text({ description: "The provider's own reference.", max: 2048, optional: true, example: 'pim-1' })
  externalRef?: string;

  @NestedMap(() => ProductPriceView, currencyKeys, {
    description: 'Price by ISO 4217 currency.',
    maxEntries: 10,
    optional: true,
    example: { EUR: { amount: 19.9, taxIncluded: true } },
  })
  price?: Record<string, ProductPriceView>;

  @FreeObject({ description: 'Free JSON object.', example: { team: 'north' } })
  metadata: object;

  @Moment({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @Moment({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static override from(this: void, product: Product): ProductView {
    return present<ProductView>({
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
export class ProductListView extends ItemsOf(ProductView) {}

/** Minor units to decimals, for every currency. */
function shownPrice(price: PriceMap | null): Record<string, ProductPriceView> | undefined {
  const shown = Object.entries(price ?? {}).map(([currency, { amount, includes_tax: taxIncluded }]) => [
    currency,
    { amount: fromMinor(BigInt(amount), currency), taxIncluded },
  ]);
  return price ? (Object.fromEntries(shown) as Record<string, ProductPriceView>) : undefined;
}
