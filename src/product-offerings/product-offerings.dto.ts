import { ItemsQuery } from '../paging/items-page.js';
import { CountryListField } from '../products/product-fields.js';
import {
  categorySpellings,
  customerTypes,
  regions,
  typeSpellings,
  type CustomerType,
} from '../products/product-types.js';
import { EnumField, TextField } from '../validation/fields.js';
import { EnumListField } from '../validation/list-fields.js';
import { OmitType, PartialType } from '../validation/mapped-types.js';
import { ObjectField } from '../validation/object-fields.js';
import { ServerManaged } from '../validation/validate.js';
import { PricePatch } from './pricing/price.dto.js';
import { ProductOfferingFields } from './product-offering-fields.js';
import { productOfferingStatuses, type ProductOfferingStatus } from './product-offering.entity.js';

@ServerManaged('productOfferingId', 'product', 'group', 'createdAt', 'updatedAt')
export class CreateProductOffering extends ProductOfferingFields {}

/** A JSON merge patch (RFC 7396). `price` is merged; arrays and free-form objects are replaced as a whole. */
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
