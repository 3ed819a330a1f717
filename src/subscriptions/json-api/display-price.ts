import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { currencyExponent } from '../../money/currency.js';
import type { PriceMap } from '../../money/price-map.js';
import { NumberField, TextField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';

/** An amount and its display text. */
@ApiSchema({ name: 'FormattedAmount' })
export class FormattedAmount {
  @NumberField({
    description: "Amount in the currency's minor unit.",
    integer: true,
    min: 0,
    example: 123456,
  })
  amount: number;
  @TextField({ description: 'ISO 4217 currency code.', max: 3, example: 'USD' })
  currency: string;
  @TextField({ description: 'Amount formatted for display in US English.', max: 100, example: '$1,234.56' })
  formatted: string;
}

/** The price in one currency. The name of its member indicates whether the amount includes taxes. */
@ApiSchema({ name: 'DisplayPrice' })
export class DisplayPrice {
  @ObjectField(() => FormattedAmount, {
    description: 'Price including taxes. Absent if the price excludes taxes.',
    optional: true,
  })
  with_tax?: FormattedAmount;
  @ObjectField(() => FormattedAmount, {
    description: 'Price excluding taxes. Absent if the price includes taxes.',
    optional: true,
  })
  without_tax?: FormattedAmount;
}

/**
 * Returns the price in the first preferred currency in which it exists, or else in its alphabetically first
 * currency. Returns undefined if there is no price.
 */
export function displayPrice(
  price: PriceMap | null | undefined,
  preferredCurrencies: readonly string[],
): DisplayPrice | undefined {
  if (!price) return undefined;
  const preferred = preferredCurrencies.find((code) => Object.hasOwn(price, code));
  const currency = preferred ?? Object.keys(price).toSorted()[0] ?? '';
  const entry = price[currency];
  if (!entry) return undefined;
  const formatted = { amount: entry.amount, currency, formatted: formatAmount(entry.amount, currency) };
  return entry.includes_tax ? { with_tax: formatted } : { without_tax: formatted };
}

const formatters = new Map<string, Intl.NumberFormat>();

/**
 * Formats an amount: 123456 USD -> `$1,234.56`, 500 JPY -> `¥500`. `minorUnits` is an integer; exact up to
 * 2^53-1.
 */
export function formatAmount(minorUnits: number, currency: string): string {
  const digits = currencyExponent(currency);
  const text = String(minorUnits).padStart(digits + 1, '0');
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  // Intl.NumberFormat v3 formats a decimal string without converting it to a float.
  return formatterFor(currency, digits).format(decimal as Intl.StringNumericLiteral);
}

function formatterFor(currency: string, digits: number): Intl.NumberFormat {
  const cached = formatters.get(currency);
  if (cached) return cached;
  const formatter = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formatters.set(currency, formatter);
  return formatter;
}
