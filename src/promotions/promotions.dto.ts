import { ItemsQuery } from '../paging/items-page.js';
import { categorySpellings, customerTypes, type CustomerType } from '../products/product-types.js';
import { BooleanField, DateField, EnumField, IdField, NumberField, TextField } from '../validation/fields.js';
import { PartialType } from '../validation/mapped-types.js';
import { ObjectListField } from '../validation/object-fields.js';
import { ServerManaged } from '../validation/validate.js';
import { promoCodePattern } from './promo-code.js';
import { exampleIdIn } from '../lazy-swagger/example-ids.js';

const optionalNullable = { optional: true, nullable: true };

/** Documentation and limits of the fields shared by requests and responses. */
export const promotionFields = {
  discountPeriodMonths: {
    description: 'Number of months for which the discount applies.',
    integer: true,
    min: 1,
    max: 1200,
    example: 12,
  },
  validFrom: {
    description: 'First day of validity, in UTC. If omitted, the promotion is valid immediately.',
    example: '2026-06-01',
  },
  validTo: {
    description: 'Last day of validity, in UTC, inclusive. If omitted, the promotion does not expire.',
    example: '2035-08-31',
  },
  active: {
    description:
      'Whether the promotion can be redeemed while it is valid. false stops it immediately, and other promotions can use its code. If it has ended and another promotion takes over its code, it becomes false.',
    example: true,
  },
  maxRedemptions: {
    description: 'Maximum number of redemptions. If omitted, the number is unlimited.',
    integer: true,
    min: 1,
    example: 100,
  },
  targets: {
    description:
      'Product offerings to which the promotion applies. Each target has exactly one property, and a product offering must match at least one target. Without targets, the promotion applies to all product offerings of its owner.',
    maxItems: 500,
    example: [{ category: 'SUBSCRIPTION_CELL' }],
  },
};

/** Must have exactly one property. */
export class PromotionTargetInput {
  @IdField({ description: 'ID of one of your product offerings.', optional: true })
  productOfferingId?: string;

  @TextField({
    description: 'ID of one of your product offering groups.',
    max: 64,
    optional: true,
    example: 'mobile-plans',
  })
  productOfferingGroupId?: string;

  @EnumField(categorySpellings, {
    description: 'Category of the product. The prefix `PRODUCT_CATEGORY_` is accepted and removed.',
    optional: true,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string;

  @EnumField(customerTypes, { description: 'Customer type of the product offering.', optional: true })
  customerType?: CustomerType;
}

@ServerManaged('promotionId', 'discount', 'redemptionCount', 'createdAt', 'updatedAt')
export class CreatePromotion {
  @IdField({ description: 'ID of one of your discounts.', example: exampleIdIn('/discounts') })
  discountId: string;

  @TextField({
    description:
      'Code that customers enter. It is case-insensitive and stored in uppercase. Of several promotions of a team with the same code, only one can be active; the code of one that has ended can be used again.',
    min: 1,
    max: 64,
    pattern: promoCodePattern,
    hint: 'must consist of 1 to 64 letters, digits, _ or -',
    example: 'SUMMER',
  })
  promoCode: string;

  @NumberField(promotionFields.discountPeriodMonths)
  discountPeriodMonths: number;

  @DateField({ ...promotionFields.validFrom, ...optionalNullable })
  validFrom?: string | null;

  @DateField({ ...promotionFields.validTo, ...optionalNullable })
  validTo?: string | null;

  @BooleanField({ ...promotionFields.active, default: true, optional: true })
  active?: boolean;

  @NumberField({ ...promotionFields.maxRedemptions, max: 2_147_483_647, ...optionalNullable })
  maxRedemptions?: number | null;

  @ObjectListField(() => PromotionTargetInput, { ...promotionFields.targets, ...optionalNullable })
  targets?: PromotionTargetInput[] | null;
}

/** A JSON merge patch (RFC 7396). The list of targets is replaced as a whole. */
export class UpdatePromotion extends PartialType(CreatePromotion) {}

export class ListPromotions extends ItemsQuery {
  // The maximum length is greater than that of a promo code, so that surrounding spaces are accepted.
  @TextField({
    description:
      'Returns only promotions with this code, stopped ones included. Case and surrounding spaces are ignored.',
    max: 128,
    optional: true,
    example: 'SUMMER',
  })
  promoCode?: string;
}
