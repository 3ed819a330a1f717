import { versionETag } from '../http/etag.js';
import type { Discount } from './discounts/discount.entity.js';
import type { TargetSelector } from './promotion-targets.js';
import type { Promotion } from './promotion.entity.js';

/** A promotion with the related rows that are shown to its owner. */
export interface PromotionDetails {
  promotion: Promotion;
  discount: Discount;
  targets: TargetSelector[];
}

/**
 * Returns the ETag, which depends on everything that the owner sees. A redemption does not change the version
 * of the promotion, because it must take as little time as possible.
 */
export const promotionETag = ({ promotion, discount }: PromotionDetails) =>
  versionETag(promotion.version, discount.version, promotion.redemptionCount);
