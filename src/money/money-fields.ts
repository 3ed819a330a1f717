import { NumberField } from '../validation/fields.js';
import { field, rule, type FieldOptions, type Test } from '../validation/field.js';
import { isCurrency } from './currency.js';
import { decimalPlaces } from './money.js';

/** Returns whether the value is an active, uppercase ISO 4217 code. */
export const isCurrencyCode = (value: unknown) => typeof value === 'string' && isCurrency(value);

/** The rule for the keys of a map that is keyed by currency. */
export const currencyKeys = {
  test: isCurrencyCode,
  message: 'is not an uppercase ISO 4217 code such as USD',
};

/** Declares an active, uppercase ISO 4217 currency code. */
export function CurrencyField(options: FieldOptions) {
  return field(
    { type: 'string', pattern: '^[A-Z]{3}$', minLength: 3, maxLength: 3 },
    options,
    rule({ code: 'format' }, 'must be an uppercase ISO 4217 code such as USD', isCurrencyCode),
  );
}

/**
 * The largest amount, in major units of any currency. It leaves room for a house in the currencies with the
 * smallest units, such as VND, IDR or IRR, and the minor units of 27 such amounts are still exact numbers.
 */
export const maxAmount = 99_999_999_999.99;
const maxDecimals = 4;

/**
 * Declares an amount of money in major units (59.99), from 0 to 99,999,999,999.99, with at most 4 decimal places.
 * fitsCurrency() checks the number of decimal places after the currency is known.
 */
export function MoneyField(options: FieldOptions) {
  return field(
    { type: 'number', minimum: 0, maximum: maxAmount },
    options,
    rule({ code: 'type', coerce: 'number' }, 'must be a number', Number.isFinite as Test),
    rule(
      { code: 'range' },
      `must be between 0 and ${maxAmount}`,
      (value) => Number(value) >= 0 && Number(value) <= maxAmount,
    ),
    rule(
      { code: 'decimals', money: 'amount' },
      `must have at most ${maxDecimals} decimal places`,
      (value) => (decimalPlaces(Number(value)) ?? Infinity) <= maxDecimals,
    ),
  );
}

/**
 * Declares a sum of amounts of money in a response, in major units. It has no upper limit, because each amount
 * can be the largest that MoneyField() allows.
 */
export const TotalField = (options: FieldOptions) => NumberField({ min: 0, ...options });
