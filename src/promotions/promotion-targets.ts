import type { CustomerType, ProductCategory } from '../products/product-types.js';

/** Selects product offerings by exactly one property. */
export interface TargetSelector {
  productOfferingId?: string;
  productOfferingGroupId?: string;
  category?: ProductCategory;
  customerType?: CustomerType;
}

/** The properties of a product offering that targets can select. */
export interface TargetedOffering {
  productOfferingId: string;
  productOfferingGroupId?: string;
  category: string | null;
  customerType: CustomerType;
}

/**
 * Returns whether a promotion applies to the product offering: it has no targets, or one of its targets
 * selects the product offering.
 */
export function coversOffering(targets: readonly TargetSelector[], offering: TargetedOffering): boolean {
  if (targets.length === 0) return true;
  return targets.some((target) =>
    Object.entries(target).every(([name, value]) => offering[name as keyof TargetSelector] === value),
  );
}

/** Returns the columns that store a target. */
export const toTargetColumns = (target: TargetSelector) => ({
  productOfferingId: target.productOfferingId ?? null,
  groupSlug: target.productOfferingGroupId ?? null,
  category: target.category ?? null,
  customerType: target.customerType ?? null,
});
