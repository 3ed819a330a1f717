import { rule } from '../validation/field.js';
import { EnumField, IdField, TextField, UrlField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { FreeObjectField, ObjectField } from '../validation/object-fields.js';
import {
  customerTypes,
  subscriptionCategorySpellings,
  type CustomerType,
} from '../products/product-types.js';
import { PriceInput } from './pricing/price.dto.js';
import { offeringStatuses, type OfferingStatus } from './product-offering.entity.js';
import { maxRichContentBytes, richContentPolicy } from './rich-content.js';

const given = { optional: true, nullable: true };

/** The slug of a group: its public id, unique within the team. */
export const groupSlug = {
  min: 1,
  max: 64,
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  hint: 'must start with a letter or digit and hold only letters, digits, _ and -',
  example: 'mobile-plans',
};

/** Every field that a provider gives a product offering. */
export class ProductOfferingFields {
  @TextField({ description: 'Name for customers.', min: 1, max: 255, example: 'Talk 20' })
  name: string;

  @IdField({ description: 'An own product that has a type.' })
  productId: string;

  @EnumField(customerTypes, { description: 'Who may buy it.', example: 'CONSUMER' })
  customerType: CustomerType;

  @ObjectField(() => PriceInput, { description: 'What it costs.' })
  price: PriceInput;

  @EnumField(offeringStatuses, {
    description:
      'AVAILABLE to begin with; archive it by `POST /product-offerings/{productOfferingId}/archive`.',
    optional: true,
    example: 'AVAILABLE',
  })
  status?: OfferingStatus;

  @TextField({ ...groupSlug, description: 'An own group.', ...given })
  productOfferingGroupId?: string | null;

  @TextField({
    description: 'Description for customers.',
    max: 10_000,
    ...given,
    example: '20 GB and free calls.',
  })
  description?: string | null;

  @rule(
    { code: 'length' },
    `must be at most ${maxRichContentBytes} bytes in UTF-8`,
    (value) => Buffer.byteLength(String(value)) <= maxRichContentBytes,
  )
  @TextField({
    description: richContentPolicy,
    max: maxRichContentBytes,
    ...given,
    example: '<p>Calls <strong>included</strong>.</p>',
  })
  richContent?: string | null;

  @TextField({
    description: 'Notes for the owner only.',
    max: 10_000,
    ...given,
    example: 'Replaces Talk 10.',
  })
  internalDescription?: string | null;

  @UrlField({ description: 'Picture.', ...given, example: 'https://cdn.isp.example/talk20.png' })
  imageUrl?: string | null;

  @EnumListField(subscriptionCategorySpellings, {
    description:
      'Categories of the subscriptions that an add-on fits: at least one for a product of type ADDON, none for the other types. The prefix `PRODUCT_CATEGORY_` is accepted and not kept.',
    ...given,
    example: [],
  })
  addonCategories?: string[] | null;

  @FreeObjectField({
    description: 'Free JSON object, at most 16 KiB.',
    ...given,
    example: { campaign: 'spring' },
  })
  metadata?: object | null;
}
