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
 * Returns the ETag, which depends only on the redemption count, because the rest of a promotion never
 * changes.
 */
export const promotionETag = ({ promotion }: PromotionDetails) => versionETag(1, promotion.redemptionCount);
