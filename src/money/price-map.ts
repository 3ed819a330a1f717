import { currencyKeys } from './money-fields.js';
import { ValidationFailed } from '../common/errors.js';
import type { FieldOptions } from '../validation/field.js';
import { BooleanField, NumberField } from '../validation/fields.js';
import { ObjectMapField } from '../validation/object-fields.js';
import { fieldError, type PathStep } from '../common/field-path.js';

/** A price in several currencies, in minor units: `{"USD": {"amount": 5999, "includes_tax": false}}`. */
export type PriceMap = Record<string, { amount: number; includes_tax: boolean }>;

/** The input for a PriceMap. In an update, null removes a currency. */
export type PriceMapInput = Record<string, CurrencyAmount | null>;

export const maxCurrencies = 10;

/** The price in one currency. */
export class CurrencyAmount {
  @NumberField({
    description: "Amount in the currency's minor unit, such as cents.",
    integer: true,
    min: 0,
    example: 5999,
  })
  amount: number;

  @BooleanField({
    description: 'Whether the amount includes taxes.',
    default: false,
    optional: true,
    example: false,
  })
  includes_tax?: boolean;
}

/**
 * Declares a price by currency, in at most 10 currencies. With `nullableEntries`, null removes a currency.
 */
export function PriceMapField(options: FieldOptions & { nullableEntries?: boolean }) {
  const example = { USD: { amount: 5999, includes_tax: false } };
  return ObjectMapField(() => CurrencyAmount, currencyKeys, {
    maxEntries: maxCurrencies,
    example,
    ...options,
  });
}

/**
 * Merges an update into a price. An entry replaces the price in its currency; null removes it. Null instead
 * of a map removes the entire price; undefined changes nothing.
 * @param path the field's path, used in errors
 * @throws ValidationFailed if the result has more than 10 currencies
 */
export function mergePriceMap(
  current: PriceMap | null,
  update: PriceMapInput | null | undefined,
  path: PathStep[],
): PriceMap | null {
  if (update === undefined) return current;
  if (update === null) return null;
  const updated = Object.entries(update).flatMap(([currency, entry]) =>
    entry ? [[currency, { amount: entry.amount, includes_tax: entry.includes_tax ?? false }] as const] : [],
  );
  const kept = Object.entries(current ?? {}).filter(([currency]) => !Object.hasOwn(update, currency));
  const merged = [...kept, ...updated];
  if (merged.length > maxCurrencies)
    throw new ValidationFailed([
      fieldError(path, 'length', `must contain at most ${maxCurrencies} currencies`),
    ]);
  return Object.fromEntries(merged);
}
