import type { FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { canonicalCategory } from '../products/product-types.js';
import { isObject } from '../validation/checks.js';
import { validate, type ValidationResult } from '../validation/validate.js';
import { normalizePromoCode } from './promo-code.js';
import type { TargetSelector } from './promotion-targets.js';
import type { Promotion } from './promotion.entity.js';
import { CreatePromotion, type PromotionTargetInput } from './promotions.dto.js';

/** The parts of a promotion that the body of a create request determines. */
export interface NewPromotion extends Omit<
  Promotion,
  'id' | 'teamId' | 'redemptionCount' | 'createdAt' | 'updatedAt'
> {
  targets: TargetSelector[];
}

/** Validates the body of a create request, except for the IDs in it. */
export function validateNewPromotion(body: unknown): ValidationResult<CreatePromotion> {
  const { value, errors } = validate(CreatePromotion, body);
  const invalid = new Set(errors.map(({ field }) => field));
  if (!invalid.has('validFrom') && !invalid.has('validTo')) errors.push(...validityErrors(value));
  if (!invalid.has('targets')) errors.push(...(value.targets ?? []).flatMap(targetErrors));
  return { value, errors };
}

/** Converts a valid body. */
export function toNewPromotion(body: CreatePromotion): NewPromotion {
  const targets = body.targets ?? [];
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
  if (!isObject(target) || Object.keys(target).length === 1) return [];
  const names = 'productOfferingId, productOfferingGroupId, category and customerType';
  return [fieldError(['targets', index], 'exactly_one', `must contain exactly one of ${names}`)];
}

function toSelector({ category, productOfferingId, ...target }: PromotionTargetInput): TargetSelector {
  if (category !== undefined) return { category: canonicalCategory(category) };
  // Lowercase, because Postgres returns UUIDs in lowercase.
  return productOfferingId === undefined ? target : { productOfferingId: productOfferingId.toLowerCase() };
}
