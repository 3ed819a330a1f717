import { field, rule, type FieldOptions, type Test } from '../validation/field.js';
import { isCurrency } from './currency.js';
import { decimalPlaces } from './money.js';

const isCurrencyCode: Test = (value) => typeof value === 'string' && isCurrency(value);

/** What the keys of a map by currency must be. */
export const currencyKeys = {
  test: isCurrencyCode,
  message: 'is not an ISO 4217 code in capitals, such as USD',
  pattern: '^[A-Z]{3}$',
};

/** An ISO 4217 code. */
export function CurrencyField(options: FieldOptions) {
  const known = rule({ code: 'format' }, 'must be an ISO 4217 code in capitals, such as USD', isCurrencyCode);
  return field({ type: 'string', pattern: '^[A-Z]{3}$', minLength: 3, maxLength: 3 }, options, known);
}

/** An amount of money in major units (59.99), at most 9,999,999.99; how many decimals fit, the currency tells. */
export function MoneyField(options: FieldOptions) {
  return field(
    { type: 'number', minimum: 0, maximum: maxPrice },
    options,
    rule({ code: 'type', coerce: 'number' }, 'must be a number', Number.isFinite as Test),
    rule(
      { code: 'range' },
      `must be 0 to ${maxPrice}`,
      (value) => Number(value) >= 0 && Number(value) <= maxPrice,
    ),
    rule(
      { code: 'decimals' },
      'has more decimals than any currency',
      (value) => (decimalPlaces(Number(value)) ?? 9) <= 4,
    ),
  );
}

const maxPrice = 9_999_999.99;
