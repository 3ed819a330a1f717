import {
  customerTypes,
  subscriptionCategorySpellings,
  type CustomerType,
} from '../products/product-types.js';
import { rule } from '../validation/field.js';
import { EnumField, IdField, TextField, UrlField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { FreeObjectField, ObjectField } from '../validation/object-fields.js';
import { PriceInput } from './pricing/price.dto.js';
import { productOfferingStatuses, type ProductOfferingStatus } from './product-offering.entity.js';
import { maxRichContentBytes, richContentPolicy } from './rich-content.js';
import { exampleIdIn } from '../lazy-swagger/example-ids.js';

const optionalNullable = { optional: true, nullable: true };

/** The slug of a group. It is the group's public ID and unique within the team. */
export const groupSlug = {
  min: 1,
  max: 64,
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  hint: 'must start with a letter or digit and contain only letters, digits, _ and -',
  example: 'mobile-plans',
};

/** The product offering fields that the provider sets. */
export class ProductOfferingFields {
  @TextField({ description: 'Name for customers.', kind: 'name', min: 1, max: 255, example: 'Talk 20' })
  name: string;

  @IdField({
    description: 'ID of one of your products. The product must have a type.',
    example: exampleIdIn('/products'),
  })
  productId: string;

  @EnumField(customerTypes, {
    description: 'Type of customer that can buy the product offering.',
    example: 'CONSUMER',
  })
  customerType: CustomerType;

  @ObjectField(() => PriceInput, { description: 'Price of the product offering.' })
  price: PriceInput;

  @EnumField(productOfferingStatuses, {
    description:
      'New product offerings are AVAILABLE. To archive one, use `POST /product-offerings/{productOfferingId}/archive`.',
    optional: true,
    example: 'AVAILABLE',
  })
  status?: ProductOfferingStatus;

  @TextField({
    ...groupSlug,
    description: 'ID of one of your product offering groups.',
    ...optionalNullable,
  })
  productOfferingGroupId?: string | null;

  @TextField({
    description: 'Description for customers.',
    max: 10_000,
    ...optionalNullable,
    example: '20 GB and free calls.',
  })
  description?: string | null;

  @rule(
    { code: 'length' },
    `must be at most ${maxRichContentBytes} bytes long in UTF-8`,
    (value) => Buffer.byteLength(String(value)) <= maxRichContentBytes,
  )
  @TextField({
    description: richContentPolicy,
    max: maxRichContentBytes,
    ...optionalNullable,
    example: '<p>Calls <strong>included</strong>.</p>',
  })
  richContent?: string | null;

  @TextField({
    description:
      "ID of the product offering in the provider's own system, visible only to the owner. It need not be unique within your team.",
    kind: 'identifier',
    max: 255,
    ...optionalNullable,
    example: 'crm-20',
  })
  externalId?: string | null;

  @TextField({
    description: 'Internal notes, visible only to the owner.',
    max: 10_000,
    ...optionalNullable,
    example: 'Replaces Talk 10.',
  })
  internalDescription?: string | null;

  @UrlField({
    description: 'URL of an image.',
    ...optionalNullable,
    example: 'https://cdn.isp.example/talk20.png',
  })
  imageUrl?: string | null;

  @EnumListField(subscriptionCategorySpellings, {
    description:
      'Categories of the subscriptions that an add-on can be added to. Required for products of type ADDON; must be empty for other types. The prefix `PRODUCT_CATEGORY_` is accepted and removed.',
    ...optionalNullable,
    example: [],
  })
  addonCategories?: string[] | null;

  @FreeObjectField({
    description: 'Free-form JSON object of at most 16 KiB.',
    ...optionalNullable,
    example: { campaign: 'spring' },
  })
  metadata?: object | null;
}
