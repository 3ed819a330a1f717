import { linksAndMeta, offsetAndLimit, type OffsetPage, type OffsetQuery } from '../json-api/offset-page.js';
import { sumProductPrices } from './plan-price.js';
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
import { maxSnapshots } from './snapshots/snapshot-kind.js';
import { OfferingPlanView, OfferingProductView } from './snapshots/snapshot.view.js';

/** The preferred currencies of display prices, and the request URL on which page links are based. */
export interface DisplayOptions {
  currencies: readonly string[];
  url: string;
}

/** Builds the response body with one offering and the snapshots to include. */
export function offeringDocument(
  offering: OfferingWithSnapshots,
  include: readonly Includable[] | undefined,
  currencies: readonly string[],
): SubscriptionOfferingDocument {
  return { data: OfferingView.from(offering), ...includedSnapshots([offering], include, currencies) };
}

/** Builds the response body with a page of offerings and the snapshots to include. */
export function offeringListDocument(
  page: OffsetPage<OfferingWithSnapshots>,
  include: readonly Includable[] | undefined,
  { currencies, url }: DisplayOptions,
): SubscriptionOfferingList {
  const data = page.items.map(OfferingView.from);
  return { data, ...includedSnapshots(page.items, include, currencies), ...linksAndMeta(page, url) };
}

function includedSnapshots(
  offerings: OfferingWithSnapshots[],
  include: readonly Includable[] | undefined,
  currencies: readonly string[],
): { included?: Included } {
  if (!include) return {};
  const included: Included = {};
  if (include.includes('products'))
    included.products = offerings.flatMap((offering) => productViews(offering, currencies));
  if (include.includes('plans'))
    included.plans = offerings.flatMap((offering) => planViews(offering, currencies));
  return { included };
}

const productViews = ({ products }: OfferingWithSnapshots, currencies: readonly string[]) =>
  products.map((product) => OfferingProductView.from(product, currencies));

function planViews({ products, plans }: OfferingWithSnapshots, currencies: readonly string[]) {
  const sums = sumProductPrices(products);
  return plans.map((plan) => OfferingPlanView.from(plan, sums, currencies));
}

/** Builds the response body with an offering's products: all of them by default, or the requested page. */
export function productListDocument(
  offering: OfferingWithSnapshots,
  query: OffsetQuery,
  { currencies, url }: DisplayOptions,
): OfferingProductList {
  const page = slicePage(productViews(offering, currencies), query);
  return { data: page.items, ...linksAndMeta(page, url) };
}

/** Builds the response body with an offering's plans: all of them by default, or the requested page. */
export function planListDocument(
  offering: OfferingWithSnapshots,
  query: OffsetQuery,
  { currencies, url }: DisplayOptions,
): OfferingPlanList {
  const page = slicePage(planViews(offering, currencies), query);
  return { data: page.items, ...linksAndMeta(page, url) };
}

function slicePage<T>(all: T[], query: OffsetQuery): OffsetPage<T> {
  const { offset, limit } = offsetAndLimit(query, maxSnapshots);
  return { items: all.slice(offset, offset + limit), total: all.length, offset, limit };
}
