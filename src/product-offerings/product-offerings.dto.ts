import { EnumField, TextField } from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import { ItemsQuery } from '../paging/items-page.js';
import { EnumListField } from '../validation/list-fields.js';
import { OmitType, PartialType } from '../validation/mapped-types.js';
import { ObjectField } from '../validation/object-fields.js';
import { Countries } from '../products/product-fields.js';
import {
  categorySpellings,
  customerTypes,
  regions,
  typeSpellings,
  type CustomerType,
} from '../products/product-types.js';
import { PricePatch } from './pricing/price.dto.js';
import { ProductOfferingFields } from './product-offering-fields.js';
import { offeringStatuses, type OfferingStatus } from './product-offering.entity.js';

@ServerManaged('productOfferingId', 'product', 'group', 'createdAt', 'updatedAt')
export class CreateProductOffering extends ProductOfferingFields {}

/** A JSON merge patch (RFC 7396); `price` is merged in turn, lists and free objects are replaced whole. */
export class UpdateProductOffering extends PartialType(OmitType(ProductOfferingFields, ['price'])) {
  @ObjectField(() => PricePatch, { description: 'What changes in the price.', optional: true })
  price?: PricePatch;
}

/** Longer than any code, so that spaces around it do no harm. */
export const PromoCodeParam = () =>
  TextField({
    description:
      'Promo code of the owner of a product offering; case and spaces around it do not matter, empty counts as not given.',
    max: 128,
    optional: true,
    example: 'SUMMER',
  });

export class ReadProductOffering {
  @PromoCodeParam()
  promoCode?: string;
}

const several = { optional: true, maxItems: 50 };
const repeated = 'repeated or separated by commas.';

export class ListProductOfferings extends ItemsQuery {
  @EnumListField(typeSpellings, { description: `Only products of this type; ${repeated}`, ...several })
  type?: string[];

  @EnumListField(typeSpellings, { description: `The same as \`type\`; ${repeated}`, ...several })
  types?: string[];

  @EnumListField(categorySpellings, {
    description: `Only products of these categories; ${repeated}`,
    ...several,
  })
  categories?: string[];

  @Countries({ description: `Only products that name one of these countries; ${repeated}`, optional: true })
  countries?: string[];

  @EnumListField(regions, {
    description: `Only products that name one of these regions; ${repeated}`,
    ...several,
  })
  regions?: string[];

  @EnumField(customerTypes, { description: 'Only for these customers.', optional: true })
  customerType?: CustomerType;

  @EnumField(offeringStatuses, {
    description: 'ARCHIVED shows the own archived ones.',
    default: 'AVAILABLE',
    optional: true,
  })
  status?: OfferingStatus;

  @PromoCodeParam()
  promoCode?: string;
}
