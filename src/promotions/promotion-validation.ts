import type { FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { canonicalCategory } from '../products/product-types.js';
import { changedColumns } from '../sql/changed-columns.js';
import { FixedAfterRedemption } from './redemptions/after-redemption.js';
import { isObject } from '../validation/checks.js';
import { validate, type ValidationResult } from '../validation/validate.js';
import { normalizePromoCode } from './promo-code.js';
import type { TargetSelector } from './promotion-targets.js';
import type { Promotion } from './promotion.entity.js';
import { CreatePromotion, type PromotionTargetInput } from './promotions.dto.js';

/** The columns of a promotion that its owner sets. */
type PromotionColumns = Omit<
  Promotion,
  'id' | 'teamId' | 'redemptionCount' | 'version' | 'createdAt' | 'updatedAt'
>;

/** The parts of a promotion that a body determines. */
export interface PromotionInput extends PromotionColumns {
  targets: TargetSelector[];
}

/** Validates the body of a request, except for the IDs in it. */
export function validatePromotion(body: unknown): ValidationResult<CreatePromotion> {
  const { value, errors } = validate(CreatePromotion, body);
  const invalid = new Set(errors.map(({ field }) => field));
  if (!invalid.has('validFrom') && !invalid.has('validTo')) errors.push(...validityErrors(value));
  if (!invalid.has('targets')) errors.push(...(value.targets ?? []).flatMap(targetErrors));
  return { value, errors };
}

/** Converts a valid body. */
export function toPromotionInput(body: CreatePromotion): PromotionInput {
  const targets = body.targets ?? [];
  return {
    // Lowercase, because Postgres returns UUIDs in lowercase.
    discountId: body.discountId.toLowerCase(),
    promoCode: normalizePromoCode(body.promoCode) ?? '',
    discountPeriodMonths: body.discountPeriodMonths,
    validFrom: body.validFrom ?? null,
    validTo: body.validTo ?? null,
    active: body.active ?? true,
    maxRedemptions: body.maxRedemptions ?? null,
    targets: targets.map(toSelector),
  };
}

/** What customers were promised when they redeemed the promotion. */
const fixedMembers = new Set<string>(['discountId', 'promoCode', 'discountPeriodMonths']);

/**
 * Checks that a change leaves what customers have already got as it is.
 * @throws FixedAfterRedemption
 */
export function requireHistoryKept(promotion: Promotion, columns: PromotionColumns): void {
  const { redemptionCount } = promotion;
  if (redemptionCount === 0) return;
  const errors = changedColumns<PromotionColumns>(promotion, columns)
    .filter((name) => fixedMembers.has(name))
    .map((name) =>
      fieldError([name], 'redeemed', 'cannot be changed, because the promotion has been redeemed'),
    );
  if (columns.maxRedemptions !== null && columns.maxRedemptions < redemptionCount)
    errors.push(
      fieldError(
        ['maxRedemptions'],
        'redeemed',
        `must be at least ${redemptionCount}, the number of redemptions so far`,
      ),
    );
  if (errors.length > 0) throw new FixedAfterRedemption(errors);
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
  return productOfferingId === undefined ? target : { productOfferingId: productOfferingId.toLowerCase() };
}
