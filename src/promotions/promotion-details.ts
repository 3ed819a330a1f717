import { versionETag } from '../http/etag.js';
import type { Discount } from './discounts/discount.entity.js';
import type { TargetSelector } from './promotion-targets.js';
import type { Promotion } from './promotion.entity.js';

/** A promotion with the related rows that its owner sees. */
export interface PromotionDetails {
  promotion: Promotion;
  discount: Discount;
  targets: TargetSelector[];
}

/** The redemption count is the only part of a promotion that changes. */
export const promotionETag = ({ promotion }: PromotionDetails) => versionETag(1, promotion.redemptionCount);
