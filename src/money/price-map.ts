import { currencyKeys } from './money-fields.js';
import { ValidationFailed } from '../common/errors.js';
import type { FieldOptions } from '../validation/field.js';
import { BooleanField, NumberField } from '../validation/fields.js';
import { ObjectMapField } from '../validation/object-fields.js';
import { fieldError, type PathStep } from '../common/field-path.js';

/** A price in several currencies, in minor units: `{"USD": {"amount": 5999, "includes_tax": false}}`. */
export type PriceMap = Record<string, { amount: number; includes_tax: boolean }>;

/** What a body gives for each currency; in a change null drops the entry. */
export type PriceMapInput = Record<string, CurrencyAmount | null>;

export const maxCurrencies = 10;

/** One currency's entry of a price. */
export class CurrencyAmount {
  @NumberField({ description: "In the currency's minor unit.", integer: true, min: 0, example: 5999 })
  amount: number;

  @BooleanField({
    description: 'Whether the amount includes taxes.',
    default: false,
    optional: true,
    example: false,
  })
  includes_tax?: boolean;
}

/** A price by currency. */
export function PriceMapField(options: FieldOptions & { clearable?: boolean }) {
  const example = { USD: { amount: 5999, includes_tax: false } };
  return ObjectMapField(() => CurrencyAmount, currencyKeys, {
    maxEntries: maxCurrencies,
    example,
    ...options,
  });
}

/**
 * Puts a change of a price over the one there is: entries replace those of their currency, null drops one, null
 * instead of a map drops all, undefined changes nothing.
 * @throws ValidationFailed when more than 10 currencies result
 */
export function mergePriceMap(
  current: PriceMap | null,
  change: PriceMapInput | null | undefined,
  at: PathStep[],
): PriceMap | null {
  if (change === undefined) return current;
  if (change === null) return null;
  const given = Object.entries(change).flatMap(([currency, entry]) =>
    entry ? [[currency, { amount: entry.amount, includes_tax: entry.includes_tax ?? false }] as const] : [],
  );
  const kept = Object.entries(current ?? {}).filter(([currency]) => !Object.hasOwn(change, currency));
  const merged = [...kept, ...given];
  if (merged.length > maxCurrencies)
    throw new ValidationFailed([fieldError(at, 'length', `must hold at most ${maxCurrencies} currencies`)]);
  return Object.fromEntries(merged);
}
