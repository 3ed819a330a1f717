import { withoutNulls } from '../common/without-nulls.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { ItemsPageOf } from '../paging/items-page.js';
import {
  BooleanField,
  DateField,
  DateTimeField,
  IdField,
  NumberField,
  TextField,
} from '../validation/fields.js';
import { ObjectField, ObjectListField } from '../validation/object-fields.js';
import type { PromotionDetails } from './promotion-details.js';
import type { Promotion } from './promotion.entity.js';
import { promotionFields, PromotionTargetInput } from './promotions.dto.js';
import type { RedeemablePromotion } from './redemptions/redeemable-promotions.query.js';

const exampleTime = '2026-01-31T09:30:00.000Z';

/** A discount without its value. */
export class DiscountLabel {
  @IdField({ description: 'ID of the discount.' })
  discountId: string;

  @TextField({
    description: 'Description for customers.',
    max: 1024,
    example: '25 % off for a year',
  })
  description: string;

  @TextField({
    description: 'Label, for example for use in reports.',
    max: 255,
    nullable: true,
    example: 'summer',
  })
  tag: string | null;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static from(this: void, discount: RedeemablePromotion['discount']): DiscountLabel {
    return {
      discountId: discount.id,
      description: discount.description,
      tag: discount.tag,
      createdAt: discount.createdAt.toISOString(),
      updatedAt: discount.updatedAt.toISOString(),
    };
  }
}

/** A promotion as shown to everyone who knows its code, without the percentage or the amounts. */
@ApiSchema({ name: 'Promotion' })
export class PromotionView {
  @IdField({ description: 'ID of the promotion (UUID v7).' })
  promotionId: string;

  @TextField({ description: 'Promo code, in uppercase.', max: 64, example: 'SUMMER' })
  promoCode: string;

  @NumberField(promotionFields.discountPeriodMonths)
  discountPeriodMonths: number;

  @DateField({ ...promotionFields.validFrom, optional: true })
  validFrom?: string;

  @DateField({ ...promotionFields.validTo, optional: true })
  validTo?: string;

  @IdField({ description: 'ID of the discount.' })
  discountId: string;

  @ObjectField(() => DiscountLabel, { description: 'The discount, without its percentage or amounts.' })
  discount: DiscountLabel;

  static from(this: void, promotion: RedeemablePromotion): PromotionView {
    return withoutNulls<PromotionView>(publicMembers(promotion, promotion.discount));
  }
}

/** A promotion as shown to its owner. */
@ApiSchema({ name: 'OwnPromotion' })
export class OwnPromotionView extends PromotionView {
  @BooleanField(promotionFields.active)
  active: boolean;

  @NumberField({ ...promotionFields.maxRedemptions, optional: true })
  maxRedemptions?: number;

  @NumberField({ description: 'Number of redemptions so far.', integer: true, min: 0, example: 3 })
  redemptionCount: number;

  @ObjectListField(() => PromotionTargetInput, promotionFields.targets)
  targets: PromotionTargetInput[];

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static fromDetails(this: void, { promotion, discount, targets }: PromotionDetails): OwnPromotionView {
    return withoutNulls<OwnPromotionView>({
      ...publicMembers(promotion, discount),
      active: promotion.active,
      maxRedemptions: promotion.maxRedemptions,
      redemptionCount: promotion.redemptionCount,
      targets,
      createdAt: promotion.createdAt.toISOString(),
      updatedAt: promotion.updatedAt.toISOString(),
    } satisfies Record<keyof OwnPromotionView, unknown>);
  }
}

@ApiSchema({ name: 'OwnPromotionList' })
export class OwnPromotionListView extends ItemsPageOf(OwnPromotionView) {}

const publicMembers = (
  promotion: Pick<Promotion, 'id' | 'promoCode' | 'discountPeriodMonths' | 'validFrom' | 'validTo'>,
  discount: RedeemablePromotion['discount'],
) =>
  ({
    promotionId: promotion.id,
    promoCode: promotion.promoCode,
    discountPeriodMonths: promotion.discountPeriodMonths,
    validFrom: promotion.validFrom,
    validTo: promotion.validTo,
    discountId: discount.id,
    discount: DiscountLabel.from(discount),
  }) satisfies Record<keyof PromotionView, unknown>;
