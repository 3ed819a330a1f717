import { versionETag } from '../http/etag.js';
import type { Product } from '../products/product.entity.js';
import type { PriceView } from './pricing/price.dto.js';
import type { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import type { ProductOffering } from './product-offering.entity.js';

/** A product offering with what is shown beside it. */
export interface ProductOfferingDetails {
  offering: ProductOffering;
  product: Product;
  group: ProductOfferingGroup | null;
  /** Whether the caller owns it, and so sees the internal descriptions. */
  owned: boolean;
  /** The price with a promo code, where one applies. */
  price?: PriceView;
}

/** The tag follows the product and the group too, as both are shown inside. */
export const tagOf = ({ offering, product, group }: ProductOfferingDetails) =>
  versionETag(offering.version, product.version, group?.version ?? 0);
