import { frameOf, windowOf, type OffsetPage, type OffsetQuery } from '../json-api/offset-page.js';
import { sumProducts } from './offering-price.js';
import { OfferingView } from './offering.view.js';
import type {
  Includable,
  Included,
  OfferingPlanList,
  OfferingProductList,
  SubscriptionOfferingDocument,
  SubscriptionOfferingList,
} from './offerings.dto.js';
import { maxParts } from './parts/part-kind.js';
import { OfferingPlanView, OfferingProductView } from './parts/part.view.js';
import type { WholeOffering } from './offering-with-parts.js';

/** How offerings and their snapshots are shown: prices in these currencies, links for this URL. */
export interface Presentation {
  currencies: readonly string[];
  url: string;
}

/** One offering, with the snapshots that were asked for. */
export function offeringDocument(
  whole: WholeOffering,
  include: readonly Includable[] | undefined,
  currencies: readonly string[],
): SubscriptionOfferingDocument {
  return { data: OfferingView.from(whole), ...included([whole], include, currencies) };
}

/** A page of offerings, with the snapshots of all that were asked for. */
export function offeringList(
  page: OffsetPage<WholeOffering>,
  include: readonly Includable[] | undefined,
  { currencies, url }: Presentation,
): SubscriptionOfferingList {
  const data = page.items.map(OfferingView.from);
  return { data, ...included(page.items, include, currencies), ...frameOf(page, url) };
}

function included(
  wholes: WholeOffering[],
  include: readonly Includable[] | undefined,
  currencies: readonly string[],
): { included?: Included } {
  if (!include) return {};
  const products = () => wholes.flatMap((whole) => productViews(whole, currencies));
  const plans = () => wholes.flatMap((whole) => planViews(whole, currencies));
  return {
    included: {
      ...(include.includes('products') ? { products: products() } : {}),
      ...(include.includes('plans') ? { plans: plans() } : {}),
    },
  };
}

const productViews = ({ products }: WholeOffering, currencies: readonly string[]) =>
  products.map((product) => OfferingProductView.from(product, currencies));

function planViews({ products, plans }: WholeOffering, currencies: readonly string[]): OfferingPlanView[] {
  const sums = sumProducts(products);
  return plans.map((plan) => OfferingPlanView.from(plan, sums, currencies));
}

/** The products in an offering: all of them unless the query asks for a page. */
export function productList(
  whole: WholeOffering,
  query: OffsetQuery,
  { currencies, url }: Presentation,
): OfferingProductList {
  const page = windowed(productViews(whole, currencies), query);
  return { data: page.items, ...frameOf(page, url) };
}

/** The plans in an offering with their prices: all of them unless the query asks for a page. */
export function planList(
  whole: WholeOffering,
  query: OffsetQuery,
  { currencies, url }: Presentation,
): OfferingPlanList {
  const page = windowed(planViews(whole, currencies), query);
  return { data: page.items, ...frameOf(page, url) };
}

function windowed<T>(all: T[], query: OffsetQuery): OffsetPage<T> {
  const { offset, limit } = windowOf(query, maxParts);
  return { items: all.slice(offset, offset + limit), total: all.length, offset, limit };
}
