import { currencyKeys } from '../money/money-fields.js';
import { ItemsQuery } from '../paging/items-page.js';
import { EnumField, BooleanField, IdField, TextField, UrlField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { PartialType } from '../validation/mapped-types.js';
import { FreeObjectField, ObjectField, ObjectMapField } from '../validation/object-fields.js';
import { ServerManaged } from '../validation/validate.js';
import { ProductFeatures, ProductPrice, RequirementsField } from './product-fields.js';
import { categorySpellings, typeSpellings } from './product-types.js';

const optionalOrNull = { optional: true, nullable: true };

const serverManaged = ['productId', 'createdAt', 'updatedAt'];

@ServerManaged(...serverManaged)
export class CreateProduct {
  @TextField({
    description: 'Name shown to customers.',
    kind: 'name',
    min: 1,
    max: 1024,
    example: 'Talk 20 GB',
  })
  name: string;

  @TextField({
    description: "Internal name of the product, for the provider's own use.",
    max: 255,
    ...optionalOrNull,
    example: 'talk20_se',
  })
  internalName?: string | null;

  @EnumField(typeSpellings, {
    description:
      'Type of the product. `SUBSCRIPTION_ADDON` is accepted as an alias of `ADDON`. The type is required for product offerings and cannot change while product offerings use the product.',
    ...optionalOrNull,
    example: 'SUBSCRIPTION',
  })
  type?: string | null;

  @EnumField(categorySpellings, {
    description: 'Category within the type. The prefix `PRODUCT_CATEGORY_` is accepted and removed.',
    ...optionalOrNull,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string | null;

  @TextField({
    description: 'ID of the network on which the product runs.',
    max: 255,
    ...optionalOrNull,
    example: 'net-a',
  })
  networkProviderId?: string | null;

  @ObjectField(() => ProductFeatures, {
    description: 'Included volumes, validity and coverage.',
    ...optionalOrNull,
  })
  features?: ProductFeatures | null;

  @RequirementsField({
    description:
      'Requirements for ordering the product, keyed by the path of the value to which each one applies.',
    ...optionalOrNull,
  })
  requirements?: Record<string, string> | null;

  @TextField({
    description: 'Stock keeping unit.',
    kind: 'identifier',
    max: 1024,
    ...optionalOrNull,
    example: 'TALK-20',
  })
  sku?: string | null;

  @TextField({
    description: 'Description shown to customers.',
    max: 10_000,
    ...optionalOrNull,
    example: '20 GB and free calls.',
  })
  description?: string | null;

  @UrlField({
    description: 'URL of a product image.',
    ...optionalOrNull,
    example: 'https://cdn.isp.example/talk20.png',
  })
  imageUrl?: string | null;

  @TextField({
    description: "Reference in the provider's own system. It must be unique within your team.",
    kind: 'identifier',
    max: 2048,
    ...optionalOrNull,
    example: 'pim-1',
  })
  externalRef?: string | null;

  @TextField({
    description:
      "ID of the product in the provider's own system. Unlike `externalRef`, it need not be unique within your team.",
    kind: 'identifier',
    max: 255,
    ...optionalOrNull,
    example: 'crm-20',
  })
  externalId?: string | null;

  @ObjectMapField(() => ProductPrice, currencyKeys, {
    description: 'Price by ISO 4217 currency code, in at most 10 currencies.',
    maxEntries: 10,
    ...optionalOrNull,
    example: { EUR: { amount: 19.9, taxIncluded: true } },
  })
  price?: Record<string, ProductPrice> | null;

  @ObjectMapField(() => ProductPrice, currencyKeys, {
    description:
      'What is charged once, at the start, in addition to `price`: for example, a set-up fee. By ISO 4217 currency code, in at most 10 currencies.',
    maxEntries: 10,
    ...optionalOrNull,
    example: { EUR: { amount: 25, taxIncluded: true } },
  })
  oneTimePrice?: Record<string, ProductPrice> | null;

  @FreeObjectField({
    description: 'Any JSON object for your own use, at most 16 KiB.',
    ...optionalOrNull,
    example: { team: 'north' },
  })
  metadata?: object | null;
}

/** A JSON merge patch (RFC 7396). `features`, `price` and `oneTimePrice` are merged; other objects are replaced. */
@ServerManaged(...serverManaged)
export class UpdateProduct extends PartialType(CreateProduct) {}

export class ListProducts extends ItemsQuery {
  @EnumListField(typeSpellings, {
    description: 'Returns only products of these types. Repeat the parameter or separate values with commas.',
    optional: true,
  })
  types?: string[];

  @EnumListField(categorySpellings, {
    description:
      'Returns only products of these categories. Repeat the parameter or separate values with commas.',
    optional: true,
  })
  categories?: string[];

  @TextField({
    description: 'Returns only products with this SKU.',
    kind: 'identifier',
    max: 1024,
    optional: true,
  })
  sku?: string;

  @TextField({
    description: 'Returns only products with this external ID.',
    kind: 'identifier',
    min: 1,
    max: 255,
    optional: true,
  })
  externalId?: string;
}

export class DeletedProduct {
  @IdField({ description: 'ID of the deleted product.' })
  productId: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
