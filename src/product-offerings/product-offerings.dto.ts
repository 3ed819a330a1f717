import { CurrencyField, MoneyField } from '../money/money-fields.js';
import { ItemsQuery } from '../paging/items-page.js';
import { CountryListField } from '../products/product-fields.js';
import {
  categorySpellings,
  customerTypes,
  regions,
  typeSpellings,
  type CustomerType,
} from '../products/product-types.js';
import { BooleanField, EnumField, IdField, TextField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { OmitType, PartialType } from '../validation/mapped-types.js';
import { ObjectField } from '../validation/object-fields.js';
import { ServerManaged } from '../validation/validate.js';
import { PricePatch } from './pricing/price.dto.js';
import { groupSlug, ProductOfferingFields } from './product-offering-fields.js';
import { productOfferingStatuses, type ProductOfferingStatus } from './product-offering.entity.js';

const serverManaged = ['productOfferingId', 'product', 'group', 'createdAt', 'updatedAt'];

@ServerManaged(...serverManaged)
export class CreateProductOffering extends ProductOfferingFields {}

/** A JSON merge patch (RFC 7396). `price` is merged; arrays and free-form objects are replaced as a whole. */
@ServerManaged(...serverManaged)
export class UpdateProductOffering extends PartialType(OmitType(ProductOfferingFields, ['price'])) {
  @ObjectField(() => PricePatch, {
    description: 'Price members to change. Omitted members keep their values.',
    optional: true,
  })
  price?: PricePatch;
}

/** The maximum length is greater than that of a promo code, so that surrounding spaces are accepted. */
export const PromoCodeField = () =>
  TextField({
    description:
      "The provider's promo code. Case and surrounding spaces are ignored; an empty value is treated as no code.",
    max: 128,
    optional: true,
    example: 'SUMMER',
  });

export class GetProductOffering {
  @PromoCodeField()
  promoCode?: string;
}

const listFilter = { optional: true, maxItems: 50 };
const severalValues = 'Repeat the parameter or separate values with commas.';

export class ListProductOfferings extends ItemsQuery {
  @EnumListField(typeSpellings, {
    description: `Returns only product offerings whose product has one of these types. ${severalValues}`,
    ...listFilter,
  })
  type?: string[];

  @EnumListField(typeSpellings, { description: `Same as \`type\`. ${severalValues}`, ...listFilter })
  types?: string[];

  @EnumListField(categorySpellings, {
    description: `Returns only product offerings whose product has one of these categories. ${severalValues}`,
    ...listFilter,
  })
  categories?: string[];

  @CountryListField({
    description: `Returns only product offerings whose product lists one of these countries. ${severalValues}`,
    optional: true,
  })
  countries?: string[];

  @EnumListField(regions, {
    description: `Returns only product offerings whose product lists one of these regions. ${severalValues}`,
    ...listFilter,
  })
  regions?: string[];

  @EnumField(customerTypes, {
    description: 'Returns only product offerings for this customer type.',
    optional: true,
  })
  customerType?: CustomerType;

  @EnumField(productOfferingStatuses, {
    description: 'ARCHIVED returns the archived product offerings of your team.',
    default: 'AVAILABLE',
    optional: true,
  })
  status?: ProductOfferingStatus;

  @IdField({ description: 'Returns only product offerings of this provider.', optional: true })
  providerId?: string;

  @TextField({
    ...groupSlug,
    description:
      'Returns only product offerings in the groups with this ID. Groups of different providers can have the same ID; combine it with `providerId`.',
    optional: true,
  })
  productOfferingGroupId?: string;

  @CurrencyField({
    description: 'Returns only product offerings that have a price in this currency (ISO 4217).',
    optional: true,
    example: 'EUR',
  })
  currency?: string;

  @MoneyField({
    description: 'Minimum `grossPrice` in `currency`, before any discount. Requires `currency`.',
    optional: true,
    example: 10,
  })
  minPrice?: number;

  @MoneyField({
    description: 'Maximum `grossPrice` in `currency`, before any discount. Requires `currency`.',
    optional: true,
    example: 30,
  })
  maxPrice?: number;

  @TextField({
    description:
      'Returns only product offerings whose name and description contain all of these words. Case, accents and punctuation are ignored, and English words match all of their forms.',
    min: 1,
    max: 200,
    optional: true,
    example: 'free calls',
  })
  search?: string;

  @TextField({
    description: 'Returns only product offerings of your team with this external ID.',
    kind: 'identifier',
    min: 1,
    max: 255,
    optional: true,
  })
  externalId?: string;

  @PromoCodeField()
  promoCode?: string;
}

export class DeletedProductOffering {
  @IdField({ description: 'ID of the deleted product offering.' })
  productOfferingId: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
