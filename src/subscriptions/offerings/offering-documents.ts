import { listDocument, type OffsetPage } from '../json-api/offset-page.js';
import { sumProductPrices, type PricedProduct } from './plan-price.js';
import type { OfferingWithSnapshots } from './offering-with-snapshots.js';
import { OfferingView } from './offering.view.js';
import type {
  Includable,
  Included,
  OfferingPlanList,
  OfferingProductList,
  SubscriptionOfferingDocument,
  SubscriptionOfferingList,
} from './offerings.dto.js';
import type { OfferingPlan } from './snapshots/offering-plan.entity.js';
import type { OfferingProduct } from './snapshots/offering-product.entity.js';
import { OfferingPlanView, OfferingProductView } from './snapshots/snapshot.view.js';

/** The preferred currencies of display prices, and the request URL on which page links are based. */
export interface DisplayOptions {
  currencies: readonly string[];
  url: string;
}

/** How offerings are shown: also the path of `/subscriptions` for the links of each offering. */
interface OfferingDisplayOptions {
  currencies: readonly string[];
  basePath: string;
}

/** Builds the response body with one offering and the snapshots to include. */
export function offeringDocument(
  offering: OfferingWithSnapshots,
  include: readonly Includable[] | undefined,
  { currencies, basePath }: OfferingDisplayOptions,
): SubscriptionOfferingDocument {
  return {
    data: OfferingView.from(offering, basePath),
    ...includedSnapshots([offering], include, currencies),
  };
}

/** Builds the response body with a page of offerings and the snapshots to include. */
export function offeringListDocument(
  page: OffsetPage<OfferingWithSnapshots>,
  include: readonly Includable[] | undefined,
  { currencies, basePath, url }: OfferingDisplayOptions & DisplayOptions,
): SubscriptionOfferingList {
  const data = page.items.map((offering) => OfferingView.from(offering, basePath));
  return listDocument(page, { data, ...includedSnapshots(page.items, include, currencies) }, url);
}

function includedSnapshots(
  offerings: OfferingWithSnapshots[],
  include: readonly Includable[] | undefined,
  currencies: readonly string[],
): { included?: Included } {
  if (!include) return {};
  const included: Included = {};
  if (include.includes('products'))
    included.products = offerings.flatMap(({ products }) => productViews(products, currencies));
  if (include.includes('plans'))
    included.plans = offerings.flatMap(({ products, plans }) => planViews(plans, products, currencies));
  return { included };
}

const productViews = (products: readonly OfferingProduct[], currencies: readonly string[]) =>
  products.map((product) => OfferingProductView.from(product, currencies));

function planViews(
  plans: readonly OfferingPlan[],
  products: readonly PricedProduct[],
  currencies: readonly string[],
) {
  const sums = sumProductPrices(products);
  return plans.map((plan) => OfferingPlanView.from(plan, sums, currencies));
}

/** Builds the response body with a page of an offering's products. */
export const productListDocument = (
  page: OffsetPage<OfferingProduct>,
  { currencies, url }: DisplayOptions,
): OfferingProductList => listDocument(page, { data: productViews(page.items, currencies) }, url);

/** Builds the response body with a page of an offering's plans. `products` are all products of the offering. */
export const planListDocument = (
  page: OffsetPage<OfferingPlan>,
  products: readonly PricedProduct[],
  { currencies, url }: DisplayOptions,
): OfferingPlanList => listDocument(page, { data: planViews(page.items, products, currencies) }, url);
