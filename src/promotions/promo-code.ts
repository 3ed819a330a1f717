import { DomainError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';

/** What a promo code is made of; it is kept in capitals. */
export const promoCodePattern = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * A code as it is kept: without the spaces around it, in capitals. Undefined when nothing was given. What cannot be
 * a code at all becomes a text that none matches.
 */
export function readPromoCode(given: string | undefined): string | undefined {
  const code = given?.trim() ?? '';
  if (code === '') return undefined;
  return promoCodePattern.test(code) ? code.toUpperCase() : '?';
}

/** One answer for unknown, ended, future and used-up codes, so that codes cannot be probed. */
export const promoCodeInvalid = () => problemOfCode('PROMO_CODE_INVALID');

/** The code is good, but not for this product offering. */
export const promoCodeNotApplicable = () => problemOfCode('PROMO_CODE_NOT_APPLICABLE');

function problemOfCode(code: ProblemCode & `PROMO_${string}`): DomainError {
  const { detail } = problemTypes[code];
  const errors = [fieldError(['promoCode'], 'promo_code', detail.replace('promoCode ', ''))];
  return new DomainError(code, detail, { errors });
}
