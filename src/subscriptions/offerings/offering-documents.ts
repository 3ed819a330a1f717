import { listDocument, plainList, type OffsetPage } from '../json-api/offset-page.js';
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
  options: OfferingDisplayOptions,
): SubscriptionOfferingDocument {
  const entry = offeringEntry(offering, include, options);
  return { data: entry.data, ...includedOf([entry], include) };
}

/** Builds the response body with a page of offerings and the snapshots to include. */
export const offeringListDocument = (
  page: OffsetPage<OfferingWithSnapshots>,
  include: readonly Includable[] | undefined,
  { url, ...options }: OfferingDisplayOptions & DisplayOptions,
): SubscriptionOfferingList =>
  listDocument(
    page,
    {
      entryOf: (offering) => offeringEntry(offering, include, options),
      contentOf: (entries) => ({ data: entries.map(({ data }) => data), ...includedOf(entries, include) }),
    },
    url,
  );

/** An offering with its snapshots of the kinds to include. */
interface OfferingEntry extends Included {
  data: OfferingView;
}

function offeringEntry(
  offering: OfferingWithSnapshots,
  include: readonly Includable[] | undefined,
  { currencies, basePath }: OfferingDisplayOptions,
): OfferingEntry {
  const { products, plans } = offering;
  return {
    data: OfferingView.from(offering, basePath),
    products: include?.includes('products') ? productViews(products, currencies) : undefined,
    plans: include?.includes('plans') ? planViews(plans, products, currencies) : undefined,
  };
}

function includedOf(
  entries: readonly OfferingEntry[],
  include: readonly Includable[] | undefined,
): { included?: Included } {
  if (!include) return {};
  const included: Included = {};
  if (include.includes('products')) included.products = entries.flatMap(({ products = [] }) => products);
  if (include.includes('plans')) included.plans = entries.flatMap(({ plans = [] }) => plans);
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
): OfferingProductList =>
  listDocument(
    page,
    plainList((product) => OfferingProductView.from(product, currencies)),
    url,
  );

/** Builds the response body with a page of an offering's plans. `products` are all products of the offering. */
export function planListDocument(
  page: OffsetPage<OfferingPlan>,
  products: readonly PricedProduct[],
  { currencies, url }: DisplayOptions,
): OfferingPlanList {
  const sums = sumProductPrices(products);
  return listDocument(
    page,
    plainList((plan) => OfferingPlanView.from(plan, sums, currencies)),
    url,
  );
}
