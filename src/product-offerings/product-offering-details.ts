import { addressETag, allETags } from '../http/etag.js';
import type { SummarizedProduct } from '../products/product-summary.js';
import type { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import type { PriceView } from './pricing/price.dto.js';
import type { ProductOffering } from './product-offering.entity.js';

/** A product offering with the related rows that its view needs. */
export interface ProductOfferingDetails {
  offering: ProductOffering;
  product: SummarizedProduct;
  group: ProductOfferingGroup | null;
  /** Whether the caller owns the product offering. Only the owner sees internal descriptions. */
  isOwner: boolean;
  /** The price after the promo code discount, if one applies. */
  price?: PriceView;
}

/**
 * Returns the owner's ETag under the address in the path, which an update can require. It includes the versions of the
 * product and the group, because the view embeds both.
 */
export const productOfferingETag = (details: ProductOfferingDetails, path: string) =>
  addressETag(path, details.offering.id, ...versionsOf(details));

/** Returns the owner's ETags under all addresses. */
export const productOfferingETags = (details: ProductOfferingDetails) =>
  allETags(details.offering.id, ...versionsOf(details));

const versionsOf = ({ offering, product, group }: ProductOfferingDetails) => [
  offering.version,
  product.version,
  group?.version ?? 0,
];
