import type { SelectQueryBuilder } from 'typeorm';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { fitsCurrency, toMinorUnits } from '../money/money.js';
import { canonicalCategory, canonicalType } from '../products/product-types.js';
import { Product } from '../products/product.entity.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { providerIsVisible } from '../teams/provider-visibility.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import type { ProductOffering } from './product-offering.entity.js';
import type { ListProductOfferings } from './product-offerings.dto.js';

type OfferingQuery = SelectQueryBuilder<ProductOffering>;

/** SQL expression for the bytes that the product and the group add to a product offering. */
export const bytesOfProductAndGroup = `1024
  + (SELECT coalesce(octet_length(CAST(p.features AS text)), 0) + coalesce(octet_length(CAST(p.requirements AS text)), 0)
       FROM products p WHERE p.id = offering.productId)
  + coalesce((SELECT coalesce(octet_length(g.description), 0) + coalesce(octet_length(g.internal_description), 0)
                FROM product_offering_groups g WHERE g.id = offering.groupId), 0)`;

type ListFilter = 'type' | 'types' | 'categories' | 'countries' | 'regions';

/**
 * The filters of a list. Cursors are bound to the filters, so equivalent filters must have the same spelling
 * and order.
 */
export type ProductOfferingFilters = Omit<ListProductOfferings, 'limit' | 'cursor' | ListFilter> &
  Partial<Record<ListFilter, string[]>>;

/** Converts the filters of a query to their canonical spelling and order. @throws ValidationFailed */
export function toProductOfferingFilters(
  { limit: _limit, cursor: _cursor, ...query }: ListProductOfferings,
  promoCode: string | undefined,
): ProductOfferingFilters {
  checkPrices(query);
  return {
    ...query,
    type: query.type?.map(canonicalType).toSorted(),
    types: query.types?.map(canonicalType).toSorted(),
    categories: query.categories?.map(canonicalCategory).toSorted(),
    countries: query.countries?.toSorted(),
    regions: query.regions?.toSorted(),
    providerId: query.providerId?.toLowerCase(),
    status: query.status ?? 'AVAILABLE',
    promoCode,
  };
}

/** Checks the rules that involve several parameters. @throws ValidationFailed */
function checkPrices({ currency, minPrice, maxPrice }: ListProductOfferings): void {
  const errors: FieldError[] = [];
  for (const [name, price] of Object.entries({ minPrice, maxPrice }))
    if (price !== undefined && currency !== undefined && !fitsCurrency(price, currency))
      errors.push(fieldError([name], 'decimals', `has more decimal places than ${currency} allows`));
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
    errors.push(fieldError(['minPrice'], 'range', 'must not be greater than maxPrice'));
  if (currency === undefined && (minPrice ?? maxPrice) !== undefined)
    errors.push(fieldError(['currency'], 'required', 'is required with minPrice and maxPrice'));
  if (errors.length > 0) throw new ValidationFailed(errors);
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

/** Applies the filters. A row must match all of them, and at least one value of a filter with several. */
export function applyProductOfferingFilters(
  list: OfferingQuery,
  caller: Caller,
  filters: ProductOfferingFilters,
): void {
  const { type, types, categories, countries, regions, customerType, externalId } = filters;
  const { providerId, productOfferingGroupId: slug, search } = filters;
  if (type) list.andWhere('offering.productType = ANY(:type)', { type });
  if (types) list.andWhere('offering.productType = ANY(:types)', { types });
  if (customerType) list.andWhere('offering.customerType = :customerType', { customerType });
  if (providerId) list.andWhere('offering.teamId = :providerId', { providerId });
  if (slug) list.andWhere(`offering.groupId IN ${groupsWithSlug(list)}`, { slug });
  // Other teams must not learn external IDs by trying them.
  if (externalId !== undefined) list.andWhere({ teamId: caller.id, externalId });
  if (search !== undefined)
    list.andWhere("offering.search @@ plainto_tsquery('offerdock', search_text(:search))", { search });
  applyPriceFilters(list, filters);
  if (categories) whereProduct(list, 'product.category = ANY(:categories)', { categories });
  if (countries) whereProduct(list, "product.features -> 'countries' ?| :countries", { countries });
  if (regions) whereProduct(list, "product.features -> 'regions' ?| :regions", { regions });
}

function applyPriceFilters(
  list: OfferingQuery,
  { currency, minPrice, maxPrice }: ProductOfferingFilters,
): void {
  if (currency === undefined) return;
  const amount = "CAST(offering.price -> CAST(:currency AS text) ->> 'amount' AS bigint)";
  list.andWhere('offering.price ? :currency', { currency });
  if (minPrice !== undefined)
    list.andWhere(`${amount} >= :minMinor`, { minMinor: String(toMinorUnits(minPrice, currency)) });
  if (maxPrice !== undefined)
    list.andWhere(`${amount} <= :maxMinor`, { maxMinor: String(toMinorUnits(maxPrice, currency)) });
}

const groupsWithSlug = (list: OfferingQuery) =>
  list.subQuery().select('g.id').from(ProductOfferingGroup, 'g').where('g.slug = :slug').getQuery();

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
