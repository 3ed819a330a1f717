import { versionETag } from '../http/etag.js';
import type { Product } from '../products/product.entity.js';
import type { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import type { PriceView } from './pricing/price.dto.js';
import type { ProductOffering } from './product-offering.entity.js';

/** A product offering with the related rows that its view needs. */
export interface ProductOfferingDetails {
  offering: ProductOffering;
  product: Product;
  group: ProductOfferingGroup | null;
  /** Whether the caller owns it. Only the owner sees internal descriptions. */
  isOwner: boolean;
  /** The price with a promo code, if one applies. */
  price?: PriceView;
}

/** Includes the versions of the product and the group, as the view embeds both. */
export const productOfferingETag = ({ offering, product, group }: ProductOfferingDetails) =>
  versionETag(offering.version, product.version, group?.version ?? 0);
