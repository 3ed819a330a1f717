import { DomainError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';

/** The characters and length allowed for a promo code; codes are stored in uppercase. */
export const promoCodePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Does not match `promoCodePattern`, so it never equals a stored code. */
const unmatchableCode = '?';

/**
 * Returns the stored form of a code: trimmed and in uppercase; undefined if the input is empty. Text that
 * cannot be a promo code is replaced by a code that matches no promotion, so it fails in the same way as an
 * unknown code.
 */
export function normalizePromoCode(input: string | undefined): string | undefined {
  const code = input?.trim() ?? '';
  if (code === '') return undefined;
  return promoCodePattern.test(code) ? code.toUpperCase() : unmatchableCode;
}

/**
 * Returns the same error for unknown, expired, future, stopped and used-up codes, so that clients
 * cannot probe for codes.
 */
export const promoCodeInvalid = () => promoCodeProblem('PROMO_CODE_INVALID');

/** Returns the error for a valid code that does not apply to the product offering, or to any in an order. */
export const promoCodeNotApplicable = (detail?: string) =>
  promoCodeProblem('PROMO_CODE_NOT_APPLICABLE', detail);

/** @param detail starts with `promoCode` */
function promoCodeProblem(
  code: ProblemCode & `PROMO_${string}`,
  detail: string = problemTypes[code].detail,
): DomainError {
  const errors = [fieldError(['promoCode'], 'promo_code', detail.replace('promoCode ', ''))];
  return new DomainError(code, detail, { errors });
}
