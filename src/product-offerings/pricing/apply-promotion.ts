import type { LivePromotion } from '../../promotions/live-promotions.js';
import { covers } from '../../promotions/promotion-targets.js';
import { promotedPrice } from './product-offering-price.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';

/** The product offering at the price of its owner's promotion; undefined where that is not for it. */
export function promoted(
  shown: ProductOfferingDetails,
  promotion?: LivePromotion,
): ProductOfferingDetails | undefined {
  const { offering, product, group } = shown;
  if (!promotion || promotion.teamId !== offering.teamId || offering.status === 'ARCHIVED') return undefined;
  const subject = {
    productOfferingId: offering.id,
    productOfferingGroupId: group?.slug,
    category: product.category,
    customerType: offering.customerType,
  };
  const price = covers(promotion.targets, subject) ? promotedPrice(offering, promotion) : undefined;
  return price && { ...shown, price };
}
