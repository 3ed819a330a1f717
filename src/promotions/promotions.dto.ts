import { ApiSchema } from '../lazy-swagger/decorators.js';
import {
  EnumField,
  DateField,
  IdField,
  DateTimeField,
  NumberField,
  TextField,
} from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import { ItemsPageOf, ItemsQuery } from '../paging/items-page.js';
import { ObjectField, ObjectListField } from '../validation/object-fields.js';
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
  @IdField({ description: 'An own product offering.', optional: true })
  productOfferingId?: string;

  @TextField({ description: 'An own group.', max: 64, optional: true, example: 'mobile-plans' })
  productOfferingGroupId?: string;

  @EnumField(categorySpellings, {
    description: 'Product offerings whose product is of the category.',
    optional: true,
    example: 'SUBSCRIPTION_CELL',
  })
  category?: string;

  @EnumField(customerTypes, { description: 'Product offerings for these customers.', optional: true })
  customerType?: CustomerType;
}

const targets = {
  description:
    'What it is for; each names exactly one thing, and one of them must fit. For all own product offerings when left out or empty.',
  maxItems: 500,
  example: [{ category: 'SUBSCRIPTION_CELL' }],
};

@ServerManaged('promotionId', 'discount', 'redemptionCount', 'createdAt', 'updatedAt')
export class CreatePromotion {
  @IdField({ description: 'An own discount.' })
  discountId: string;

  @TextField({
    description: 'What customers type; unique in the team. Kept in capitals, case does not matter.',
    min: 1,
    max: 64,
    pattern: promoCodePattern,
    hint: 'must be 1 to 64 letters, digits, _ or -',
    example: 'SUMMER',
  })
  promoCode: string;

  @NumberField(period)
  discountPeriodMonths: number;

  @DateField({ ...from, ...given })
  validFrom?: string | null;

  @DateField({ ...to, ...given })
  validTo?: string | null;

  @NumberField({ ...limit, max: 2_147_483_647, ...given, example: 100 })
  maxRedemptions?: number | null;

  @ObjectListField(() => PromotionTargetInput, { ...targets, ...given })
  targets?: PromotionTargetInput[] | null;
}

export class ListPromotions extends ItemsQuery {
  @TextField({
    description: 'Only the promotion with this code.',
    max: 128,
    optional: true,
    example: 'SUMMER',
  })
  promoCode?: string;
}

/** A discount without what it takes off. */
export class DiscountLabel {
  @IdField({ description: 'Id of the discount.' })
  discountId: string;

  @TextField({ description: 'What the discount is.', max: 1024, example: '25 % off for a year' })
  description: string;

  @TextField({ description: 'Label.', max: 255, nullable: true, example: 'summer' })
  tag: string | null;

  @DateTimeField({ description: 'When it was created.', example: '2026-01-31T09:30:00.000Z' })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: '2026-01-31T09:30:00.000Z' })
  updatedAt: string;
}

/** A promotion as anyone may see it who knows its code: never the amount or percentage. */
@ApiSchema({ name: 'Promotion' })
export class PromotionView {
  @IdField({ description: 'Id of the promotion (UUID v7).' })
  promotionId: string;

  @TextField({ description: 'The code in capitals.', max: 64, example: 'SUMMER' })
  promoCode: string;

  @NumberField(period)
  discountPeriodMonths: number;

  @DateField({ ...from, optional: true })
  validFrom?: string;

  @DateField({ ...to, optional: true })
  validTo?: string;

  @IdField({ description: 'Id of the discount.' })
  discountId: string;

  @ObjectField(() => DiscountLabel, { description: 'The discount, without what it takes off.' })
  discount: DiscountLabel;
}

/** A promotion as its owner sees it. */
@ApiSchema({ name: 'OwnPromotion' })
export class OwnPromotionView extends PromotionView {
  @NumberField({ ...limit, optional: true, example: 100 })
  maxRedemptions?: number;

  @NumberField({ description: 'How often it has been redeemed.', integer: true, min: 0, example: 3 })
  redemptionCount: number;

  @ObjectListField(() => PromotionTargetInput, targets)
  targets: PromotionTargetInput[];

  @DateTimeField({ description: 'When it was created.', example: '2026-01-31T09:30:00.000Z' })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: '2026-01-31T09:30:00.000Z' })
  updatedAt: string;
}

@ApiSchema({ name: 'OwnPromotionList' })
export class OwnPromotionListView extends ItemsPageOf(OwnPromotionView) {}
