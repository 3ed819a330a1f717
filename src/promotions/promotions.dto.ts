import { ApiSchema } from '../lazy-swagger/decorators.js';
import { Choice, Day, Id, Moment, Num, Text } from '../validation/fields.js';
import { ServerSet } from '../validation/validate.js';
import { ItemsOf, ItemsQuery } from '../paging/items-page.js';
import { Nested, NestedList } from '../validation/object-fields.js';
import { categorySpellings, customerTypes, type CustomerType } from '../products/product-types.js';
import { promoCodePattern } from './promo-code.js';

const given = { optional: true, nullable: true };
const period = {
  description: 'Months for which the discount holds.',
  integer: true,
  min: 1,
  max: 1200,
  example: 12,
};
const from = { description: 'First day, in UTC; at once when left out.', example: '2026-06-01' };
const to = { description: 'Last day, in UTC, to its end; for ever when left out.', example: '2026-08-31' };
const limit = {
  description: 'How often it can be redeemed; without limit when left out.',
  integer: true,
  min: 1,
};

/** Exactly one member. */
export class PromotionTargetInput {
  @Id({ description: 'An own product offering.', optional: true })
  productOfferingId?: string;

  @Text({ description: 'An own group.', max: 64, optional: true, example: 'mobile-plans' })
  productOfferingGroupId?: string;

  @Choice(categorySpellings, {
    description: 'Product offerings whose product is of the category.',
    optional: true,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string;

  @Choice(customerTypes, { description: 'Product offerings for these customers.', optional: true })
  customerType?: CustomerType;
}

const targets = {
  description:
    'What it is for; each names exactly one thing, and one of them must fit. For all own product offerings when left out or empty.',
  maxItems: 500,
  example: [{ category: 'SUBSCRIPTION_CELL' }],
};

@ServerSet('promotionId', 'discount', 'redemptionCount', 'createdAt', 'updatedAt')
export class CreatePromotion {
  @Id({ description: 'An own discount.' })
  discountId: string;

  @Text({
    description: 'What customers type; unique in the team. Kept in capitals, case does not matter.',
    min: 1,
    max: 64,
    pattern: promoCodePattern,
    hint: 'must be 1 to 64 letters, digits, _ or -',
    example: 'SUMMER',
  })
  promoCode: string;

  @Num(period)
  discountPeriodMonths: number;

  @Day({ ...from, ...given })
  validFrom?: string | null;

  @Day({ ...to, ...given })
  validTo?: string | null;

  @Num({ ...limit, max: 2_147_483_647, ...given, example: 100 })
  maxRedemptions?: number | null;

  @NestedList(() => PromotionTargetInput, { ...targets, ...given })
  targets?: PromotionTargetInput[] | null;
}

export class ListPromotions extends ItemsQuery {
  @Text({ description: 'Only the promotion with this code.', max: 128, optional: true, example: 'SUMMER' })
  promoCode?: string;
}

/** A discount without what it takes off. */
export class DiscountLabel {
  @Id({ description: 'Id of the discount.' })
  discountId: string;

  @Text({ description: 'What the discount is.', max: 1024, example: '25 % off for a year' })
  description: string;

  @Text({ description: 'Label.', max: 255, nullable: true, example: 'summer' })
  tag: string | null;

  @Moment({ description: 'When it was created.', example: '2026-01-31T09:30:00.000Z' })
  createdAt: string;

  @Moment({ description: 'When it was last changed.', example: '2026-01-31T09:30:00.000Z' })
  updatedAt: string;
}

/** A promotion as anyone may see it who knows its code: never the amount or percentage. */
@ApiSchema({ name: 'Promotion' })
export class PromotionView {
  @Id({ description: 'Id of the promotion (UUID v7).' })
  promotionId: string;

  @Text({ description: 'The code in capitals.', max: 64, example: 'SUMMER' })
  promoCode: string;

  @Num(period)
  discountPeriodMonths: number;

  @Day({ ...from, optional: true })
  validFrom?: string;

  @Day({ ...to, optional: true })
  validTo?: string;

  @Id({ description: 'Id of the discount.' })
  discountId: string;

  @Nested(() => DiscountLabel, { description: 'The discount, without what it takes off.' })
  discount: DiscountLabel;
}

/** A promotion as its owner sees it. */
@ApiSchema({ name: 'OwnPromotion' })
export class OwnPromotionView extends PromotionView {
  @Num({ ...limit, optional: true, example: 100 })
  maxRedemptions?: number;

  @Num({ description: 'How often it has been redeemed.', integer: true, min: 0, example: 3 })
  redemptionCount: number;

  @NestedList(() => PromotionTargetInput, targets)
  targets: PromotionTargetInput[];

  @Moment({ description: 'When it was created.', example: '2026-01-31T09:30:00.000Z' })
  createdAt: string;

  @Moment({ description: 'When it was last changed.', example: '2026-01-31T09:30:00.000Z' })
  updatedAt: string;
}

@ApiSchema({ name: 'OwnPromotionList' })
export class OwnPromotionListView extends ItemsOf(OwnPromotionView) {}
