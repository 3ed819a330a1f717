import { currencyKeys } from '../money/money-fields.js';
import { EnumField, BooleanField, IdField, TextField, UrlField } from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import { ItemsQuery } from '../paging/items-page.js';
import { EnumListField } from '../validation/list-fields.js';
import { PartialType } from '../validation/mapped-types.js';
import { FreeObjectField, ObjectField, ObjectMapField } from '../validation/object-fields.js';
import { ProductFeatures, ProductPrice, Requirements } from './product-fields.js';
import { categorySpellings, typeSpellings } from './product-types.js';

const given = { optional: true, nullable: true };

@ServerManaged('productId', 'createdAt', 'updatedAt')
export class CreateProduct {
  @TextField({ description: 'Name of the product.', min: 1, max: 1024, example: 'Talk 20 GB' })
  name: string;

  @TextField({ description: "The provider's name for it.", max: 255, ...given, example: 'talk20_se' })
  internalName?: string | null;

  @EnumField(typeSpellings, {
    description:
      'What the product is. `SUBSCRIPTION_ADDON` is another spelling of `ADDON`. A product offering needs a product with a type, and keeps the type as it is.',
    ...given,
    example: 'SUBSCRIPTION',
  })
  type?: string | null;

  @EnumField(categorySpellings, {
    description:
      'Sub-type; must be one of the type. The prefix `PRODUCT_CATEGORY_` is accepted and not kept.',
    ...given,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string | null;

  @TextField({ description: 'Network it runs on.', max: 255, ...given, example: 'net-a' })
  networkProviderId?: string | null;

  @ObjectField(() => ProductFeatures, { description: 'What is included.', ...given })
  features?: ProductFeatures | null;

  @Requirements({
    description: 'What must hold before it can be ordered: a path and its requirement.',
    ...given,
  })
  requirements?: Record<string, string> | null;

  @TextField({ description: 'Stock keeping unit.', max: 1024, ...given, example: 'TALK-20' })
  sku?: string | null;

  @TextField({ description: 'Description.', max: 10_000, ...given, example: '20 GB and free calls.' })
  description?: string | null;

  @UrlField({ description: 'Picture.', ...given, example: 'https://cdn.isp.example/talk20.png' })
  imageUrl?: string | null;

  @TextField({
    description: "The provider's own reference, unique in the team.",
    max: 2048,
    ...given,
    example: 'pim-1',
  })
  externalRef?: string | null;

  @ObjectMapField(() => ProductPrice, currencyKeys, {
    description: 'Price by ISO 4217 currency.',
    maxEntries: 10,
    ...given,
    example: { EUR: { amount: 19.9, taxIncluded: true } },
  })
  price?: Record<string, ProductPrice> | null;

  @FreeObjectField({ description: 'Free JSON object, at most 16 KiB.', ...given, example: { team: 'north' } })
  metadata?: object | null;
}

/** A JSON merge patch (RFC 7396); `features` and `price` are merged in turn, other objects replaced whole. */
export class UpdateProduct extends PartialType(CreateProduct) {}

export class ListProducts extends ItemsQuery {
  @EnumListField(typeSpellings, {
    description: 'Only products of these types; repeated or separated by commas.',
    optional: true,
  })
  types?: string[];

  @EnumListField(categorySpellings, {
    description: 'Only products of these categories; repeated or separated by commas.',
    optional: true,
  })
  categories?: string[];

  @TextField({ description: 'Only products with this SKU.', max: 1024, optional: true })
  sku?: string;
}

export class DeletedProduct {
  @IdField({ description: 'Id of the product that was deleted.' })
  productId: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
