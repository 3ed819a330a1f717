import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { canonicalCategory } from '../products/product-types.js';
import { normalizePromoCode } from './promo-code.js';
import type { TargetSelector } from './promotion-targets.js';
import type { Promotion } from './promotion.entity.js';
import type { CreatePromotion, PromotionTargetInput } from './promotions.dto.js';

/** The parts of a promotion that the body of a create request determines. */
export interface NewPromotion extends Omit<
  Promotion,
  'id' | 'teamId' | 'redemptionCount' | 'createdAt' | 'updatedAt'
> {
  targets: TargetSelector[];
}

/**
 * Checks the rules that involve several fields, and returns the new promotion.
 * @throws ValidationFailed listing every invalid field
 */
export function validatePromotion(body: CreatePromotion): NewPromotion {
  const targets = body.targets ?? [];
  const errors = [...validityErrors(body), ...targets.flatMap(targetErrors)];
  if (errors.length > 0) throw new ValidationFailed(errors);
  return {
    discountId: body.discountId,
    promoCode: normalizePromoCode(body.promoCode) ?? '',
    discountPeriodMonths: body.discountPeriodMonths,
    validFrom: body.validFrom ?? null,
    validTo: body.validTo ?? null,
    maxRedemptions: body.maxRedemptions ?? null,
    targets: targets.map(toSelector),
  };
}

function validityErrors({ validFrom, validTo }: CreatePromotion): FieldError[] {
  if (!validFrom || !validTo || validFrom <= validTo) return [];
  return [fieldError(['validTo'], 'range', 'must not be before validFrom')];
}

function targetErrors(target: PromotionTargetInput, index: number): FieldError[] {
  if (Object.keys(target).length === 1) return [];
  const names = 'productOfferingId, productOfferingGroupId, category and customerType';
  return [fieldError(['targets', index], 'exactly_one', `must contain exactly one of ${names}`)];
}

function toSelector({ category, productOfferingId, ...target }: PromotionTargetInput): TargetSelector {
  if (category !== undefined) return { category: canonicalCategory(category) };
  // Lowercase, because Postgres returns UUIDs in lowercase.
  return productOfferingId === undefined ? target : { productOfferingId: productOfferingId.toLowerCase() };
}
