import type { SelectQueryBuilder } from 'typeorm';
import { Product } from '../products/product.entity.js';
import { canonicalCategory, canonicalType } from '../products/product-types.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { providerIsVisible } from '../teams/provider-visibility.js';
import type { ProductOffering } from './product-offering.entity.js';
import type { ListProductOfferings } from './product-offerings.dto.js';

type Query = SelectQueryBuilder<ProductOffering>;

/** The filters of a list in the spelling and order that bind its cursor. */
export type OfferingFilters = Pick<ListProductOfferings, 'customerType' | 'status' | 'promoCode'> &
  Partial<Record<'type' | 'types' | 'categories' | 'countries' | 'regions', string[]>>;

/** Brings the filters of a list to one spelling and order. */
export function readFilters(query: ListProductOfferings, promoCode: string | undefined): OfferingFilters {
  return {
    type: query.type?.map(canonicalType).toSorted(),
    types: query.types?.map(canonicalType).toSorted(),
    categories: query.categories?.map(canonicalCategory).toSorted(),
    countries: query.countries?.toSorted(),
    regions: query.regions?.toSorted(),
    customerType: query.customerType,
    status: query.status ?? 'AVAILABLE',
    promoCode,
  };
}

/**
 * What the caller sees in a list: what is available of its own and, if it browses providers, of every provider that
 * is not suspended; or what it has archived itself.
 */
export function listVisible(list: Query, caller: Caller, status: OfferingFilters['status']): Query {
  if (status === 'ARCHIVED' || !canBrowseProviders(caller))
    return list.where({ teamId: caller.id }).andWhere('offering.status = :status', { status });
  // The literal lets Postgres use the index of what is available.
  return list.where("offering.status = 'AVAILABLE'").andWhere(providerIsVisible('offering.teamId'));
}

/** What the caller sees one by one: all of its own, and what others have available. */
export function readVisible(one: Query, caller: Caller): Query {
  const available = `offering.status = 'AVAILABLE' AND ${providerIsVisible('offering.teamId')}`;
  return one.where(`(offering.teamId = :own OR (:others AND ${available}))`, {
    own: caller.id,
    others: canBrowseProviders(caller),
  });
}

/** Narrows a list: values of one filter are alternatives, filters are added up. */
export function narrow(list: Query, filters: OfferingFilters): void {
  const { type, types, categories, countries, regions, customerType } = filters;
  if (type) list.andWhere('offering.productType = ANY(:type)', { type });
  if (types) list.andWhere('offering.productType = ANY(:types)', { types });
  if (customerType) list.andWhere('offering.customerType = :customerType', { customerType });
  if (categories) byProduct(list, 'product.category = ANY(:categories)', { categories });
  if (countries) byProduct(list, "product.features -> 'countries' ?| :countries", { countries });
  if (regions) byProduct(list, "product.features -> 'regions' ?| :regions", { regions });
}

/** As a sub-query, so that Postgres may start from the few products of a rare category or country. */
function byProduct(list: Query, condition: string, parameters: Record<string, string[]>): void {
  list
    .andWhere(
      (outer) =>
        `offering.productId IN ${outer.subQuery().select('product.id').from(Product, 'product').where(condition).getQuery()}`,
    )
    .setParameters(parameters);
}
