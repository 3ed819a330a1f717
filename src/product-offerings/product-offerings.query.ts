import type { SelectQueryBuilder } from 'typeorm';
import { canonicalCategory, canonicalType } from '../products/product-types.js';
import { Product } from '../products/product.entity.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { providerIsVisible } from '../teams/provider-visibility.js';
import type { ProductOffering } from './product-offering.entity.js';
import type { ListProductOfferings } from './product-offerings.dto.js';

type OfferingQuery = SelectQueryBuilder<ProductOffering>;

/** SQL expression for the bytes that the product and the group add to a product offering. */
export const bytesOfProductAndGroup = `1024
  + (SELECT coalesce(octet_length(CAST(p.features AS text)), 0) + coalesce(octet_length(CAST(p.requirements AS text)), 0)
       FROM products p WHERE p.id = offering.productId)
  + coalesce((SELECT coalesce(octet_length(g.description), 0) + coalesce(octet_length(g.internal_description), 0)
                FROM product_offering_groups g WHERE g.id = offering.groupId), 0)`;

/**
 * The filters of a list. Cursors are bound to the filters, so equivalent filters must have the same spelling
 * and order.
 */
export type ProductOfferingFilters = Pick<
  ListProductOfferings,
  'customerType' | 'status' | 'promoCode' | 'externalId'
> &
  Partial<Record<'type' | 'types' | 'categories' | 'countries' | 'regions', string[]>>;

/** Converts the filters of a query to their canonical spelling and order. */
export function toProductOfferingFilters(
  query: ListProductOfferings,
  promoCode: string | undefined,
): ProductOfferingFilters {
  return {
    type: query.type?.map(canonicalType).toSorted(),
    types: query.types?.map(canonicalType).toSorted(),
    categories: query.categories?.map(canonicalCategory).toSorted(),
    countries: query.countries?.toSorted(),
    regions: query.regions?.toSorted(),
    customerType: query.customerType,
    status: query.status ?? 'AVAILABLE',
    externalId: query.externalId,
    promoCode,
  };
}

/**
 * Restricts a list to the product offerings that the caller can see: its own with the given status and, if
 * the status is AVAILABLE and the caller can browse providers, those of every visible provider.
 */
export function whereListedFor(
  list: OfferingQuery,
  caller: Caller,
  status: ProductOfferingFilters['status'],
): OfferingQuery {
  if (status === 'ARCHIVED' || !canBrowseProviders(caller))
    return list.where({ teamId: caller.id }).andWhere('offering.status = :status', { status });
  // A literal instead of a parameter, so that Postgres can use the partial index of available offerings.
  return list.where("offering.status = 'AVAILABLE'").andWhere(providerIsVisible('offering.teamId'));
}

/**
 * Restricts a lookup by ID to the caller's own product offerings and the available ones that the caller can
 * browse.
 */
export function whereReadableBy(query: OfferingQuery, caller: Caller): OfferingQuery {
  const isAvailable = `offering.status = 'AVAILABLE' AND ${providerIsVisible('offering.teamId')}`;
  return query.where(`(offering.teamId = :own OR (:others AND ${isAvailable}))`, {
    own: caller.id,
    others: canBrowseProviders(caller),
  });
}

/** Applies the filters. A row must match at least one value of every filter. */
export function applyProductOfferingFilters(
  list: OfferingQuery,
  caller: Caller,
  filters: ProductOfferingFilters,
): void {
  const { type, types, categories, countries, regions, customerType, externalId } = filters;
  // Other teams must not learn external IDs by trying them.
  if (externalId !== undefined) list.andWhere({ teamId: caller.id, externalId });
  if (type) list.andWhere('offering.productType = ANY(:type)', { type });
  if (types) list.andWhere('offering.productType = ANY(:types)', { types });
  if (customerType) list.andWhere('offering.customerType = :customerType', { customerType });
  if (categories) whereProduct(list, 'product.category = ANY(:categories)', { categories });
  if (countries) whereProduct(list, "product.features -> 'countries' ?| :countries", { countries });
  if (regions) whereProduct(list, "product.features -> 'regions' ?| :regions", { regions });
}

/**
 * Adds the condition as a subquery, not a join, so that Postgres can start from the few products of a rare
 * category or country.
 */
function whereProduct(list: OfferingQuery, condition: string, parameters: Record<string, string[]>): void {
  list
    .andWhere(
      (outer) =>
        `offering.productId IN ${outer.subQuery().select('product.id').from(Product, 'product').where(condition).getQuery()}`,
    )
    .setParameters(parameters);
}
