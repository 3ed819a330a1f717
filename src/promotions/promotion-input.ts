import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { withoutNulls } from '../common/without-nulls.js';
import { canonicalCategory } from '../products/product-types.js';
import { readPromoCode } from './promo-code.js';
import type { Promotion, PromotionTarget } from './promotion.entity.js';
import type { Target } from './promotion-targets.js';
import type { CreatePromotion, PromotionTargetInput } from './promotions.dto.js';

type Columns = Omit<Promotion, 'id' | 'teamId' | 'redemptionCount' | 'createdAt' | 'updatedAt'>;

/** What a checked body means. @throws ValidationFailed naming every bad field */
export function readPromotion(body: CreatePromotion): Columns & { targets: Target[] } {
  const errors = [...validityErrors(body), ...(body.targets ?? []).flatMap(targetErrors)];
  if (errors.length > 0) throw new ValidationFailed(errors);
  return {
    discountId: body.discountId,
    promoCode: readPromoCode(body.promoCode) ?? '',
    discountPeriodMonths: body.discountPeriodMonths,
    validFrom: body.validFrom ?? null,
    validTo: body.validTo ?? null,
    maxRedemptions: body.maxRedemptions ?? null,
    targets: (body.targets ?? []).map(readTarget),
  };
}

function validityErrors({ validFrom, validTo }: CreatePromotion): FieldError[] {
  if (!validFrom || !validTo || validFrom <= validTo) return [];
  return [fieldError(['validTo'], 'range', 'must not be before validFrom')];
}

function targetErrors(target: PromotionTargetInput, index: number): FieldError[] {
  if (Object.keys(target).length === 1) return [];
  const names = 'productOfferingId, productOfferingGroupId, category and customerType';
  return [fieldError(['targets', index], 'exactly_one', `must hold exactly one of ${names}`)];
}

function readTarget({ category, productOfferingId, ...target }: PromotionTargetInput): Target {
  if (category !== undefined) return { category: canonicalCategory(category) };
  // As the database writes it.
  return productOfferingId === undefined ? target : { productOfferingId: productOfferingId.toLowerCase() };
}

/** The columns of a target. */
export const toPromotionColumns = (target: Target) => ({
  productOfferingId: target.productOfferingId ?? null,
  groupSlug: target.productOfferingGroupId ?? null,
  category: target.category ?? null,
  customerType: target.customerType ?? null,
});

/** A target from its row. */
export const toTarget = (row: PromotionTarget): Target =>
  withoutNulls<Target>({
    productOfferingId: row.productOfferingId,
    productOfferingGroupId: row.groupSlug,
    category: row.category,
    customerType: row.customerType,
  });
