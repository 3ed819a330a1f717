import type { CustomerType, ProductCategory } from '../products/product-types.js';

/** What a promotion is for: exactly one member is given. */
export interface Target {
  productOfferingId?: string;
  productOfferingGroupId?: string;
  category?: ProductCategory;
  customerType?: CustomerType;
}

/** What a product offering is asked for by the targets of a promotion. */
export interface Subject {
  productOfferingId: string;
  productOfferingGroupId?: string;
  category: string | null;
  customerType: CustomerType;
}

/** Whether a promotion with these targets is for the product offering: any of them fits, or there are none. */
export function covers(targets: readonly Target[], subject: Subject): boolean {
  if (targets.length === 0) return true;
  return targets.some((target) =>
    Object.entries(target).every(([name, wanted]) => subject[name as keyof Target] === wanted),
  );
}
