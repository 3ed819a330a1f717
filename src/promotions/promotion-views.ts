import { withoutNulls } from '../common/without-nulls.js';
import type { Discount } from './discounts/discount.entity.js';
import type { LivePromotion } from './live-promotions.js';
import type { Promotion } from './promotion.entity.js';
import type { Target } from './promotion-targets.js';
import type { DiscountLabel, OwnPromotionView, PromotionView } from './promotions.dto.js';

/** A promotion with what its owner sees beside it. */
export interface OwnPromotion {
  promotion: Promotion;
  discount: Discount;
  targets: Target[];
}

/** What anyone may see who knows the code. */
export function viewOfLive(live: LivePromotion): PromotionView {
  return withoutNulls<PromotionView>({
    promotionId: live.id,
    promoCode: live.promoCode,
    discountPeriodMonths: live.discountPeriodMonths,
    validFrom: live.validFrom,
    validTo: live.validTo,
    discountId: live.discount.id,
    discount: labelOf(live.discount),
  });
}

/** What the owner sees. */
export function viewOfOwn({ promotion, discount, targets }: OwnPromotion): OwnPromotionView {
  return withoutNulls<OwnPromotionView>({
    promotionId: promotion.id,
    promoCode: promotion.promoCode,
    discountPeriodMonths: promotion.discountPeriodMonths,
    validFrom: promotion.validFrom,
    validTo: promotion.validTo,
    discountId: discount.id,
    discount: labelOf(discount),
    maxRedemptions: promotion.maxRedemptions,
    redemptionCount: promotion.redemptionCount,
    targets,
    createdAt: promotion.createdAt.toISOString(),
    updatedAt: promotion.updatedAt.toISOString(),
  });
}

const labelOf = (discount: LivePromotion['discount']): DiscountLabel => ({
  discountId: discount.id,
  description: discount.description,
  tag: discount.tag,
  createdAt: discount.createdAt.toISOString(),
  updatedAt: discount.updatedAt.toISOString(),
});
