import { DomainError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';

/** Characters and length of a promo code; codes are stored in upper case. */
export const promoCodePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Does not match `promoCodePattern`, so no stored code equals it. */
const unmatchableCode = '?';

/**
 * The stored form of a code: trimmed and in upper case; undefined for empty input. Text that cannot be a promo code
 * becomes a code that matches no promotion, so it fails in the same way as an unknown one.
 */
export function normalizePromoCode(input: string | undefined): string | undefined {
  const code = input?.trim() ?? '';
  if (code === '') return undefined;
  return promoCodePattern.test(code) ? code.toUpperCase() : unmatchableCode;
}

/** The same error for unknown, expired, future and used-up codes, so that clients cannot probe for codes. */
export const promoCodeInvalid = () => promoCodeProblem('PROMO_CODE_INVALID');

/** The code is valid, but does not apply to this product offering. */
export const promoCodeNotApplicable = () => promoCodeProblem('PROMO_CODE_NOT_APPLICABLE');

function promoCodeProblem(code: ProblemCode & `PROMO_${string}`): DomainError {
  const { detail } = problemTypes[code];
  const errors = [fieldError(['promoCode'], 'promo_code', detail.replace('promoCode ', ''))];
  return new DomainError(code, detail, { errors });
}
