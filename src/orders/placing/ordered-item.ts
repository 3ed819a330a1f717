import type { OrderableOffer } from '../../catalog/ordering/orderable-offers.js';
import {
  orderedPrices,
  productOfferingSnapshot,
} from '../../product-offerings/ordering/orderable-product-offerings.service.js';
import type { ProductOfferingDetails } from '../../product-offerings/product-offering-details.js';

/** What an item keeps of an offer or a product offering. Amounts are in minor units. */
export interface OrderedItem {
  offerId: string | null;
  productOfferingId: string | null;
  providerId: string;
  promotionId: string | null;
  name: string;
  category: string | null;
  currency: string;
  monthlyPrice: bigint | null;
  firstMonthly: bigint | null;
  allInMonthly: bigint | null;
  /** JSON of what the reseller saw. */
  snapshot: string;
}

export const orderedOffer = (offer: OrderableOffer): OrderedItem => ({
  offerId: offer.id,
  productOfferingId: null,
  providerId: offer.providerId,
  promotionId: null,
  name: offer.name,
  category: offer.category,
  currency: offer.currency,
  monthlyPrice: offer.monthlyPrice,
  firstMonthly: offer.firstMonthly,
  allInMonthly: offer.allInMonthly,
  snapshot: offer.snapshot,
});

/** @param promotionId the promotion whose discount is in the price */
export const orderedProductOffering = (
  details: ProductOfferingDetails,
  promotionId: string | null,
): OrderedItem => ({
  offerId: null,
  productOfferingId: details.offering.id,
  providerId: details.offering.teamId,
  promotionId,
  name: details.offering.name,
  category: details.product.category,
  ...orderedPrices(details),
  snapshot: productOfferingSnapshot(details),
});
