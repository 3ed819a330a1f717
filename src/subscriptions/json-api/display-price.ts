import { currencyExponent } from '../../money/currency.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { NumberField, TextField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { PriceMap } from '../../money/price-map.js';

/** An amount as people read it. */
@ApiSchema({ name: 'FormattedAmount' })
export class FormattedAmount {
  @NumberField({ description: "In the currency's minor unit.", integer: true, min: 0, example: 123456 })
  amount: number;
  @TextField({ description: 'ISO 4217 code.', max: 3, example: 'USD' })
  currency: string;
  @TextField({ description: 'As people read it.', max: 100, example: '$1,234.56' })
  formatted: string;
}

/** One currency of a price, under the name that tells whether taxes are in it. */
@ApiSchema({ name: 'DisplayPrice' })
export class DisplayPrice {
  @ObjectField(() => FormattedAmount, { description: 'Taxes included.', optional: true })
  with_tax?: FormattedAmount;
  @ObjectField(() => FormattedAmount, { description: 'Taxes not included.', optional: true })
  without_tax?: FormattedAmount;
}

/**
 * The price in the first of the preferred currencies that it has, else in the first by the alphabet; undefined when
 * it has none.
 */
export function displayPrice(
  price: PriceMap | null | undefined,
  preferred: readonly string[],
): DisplayPrice | undefined {
  if (!price) return undefined;
  const currency =
    preferred.find((each) => Object.hasOwn(price, each)) ?? Object.keys(price).toSorted()[0] ?? '';
  const entry = price[currency];
  if (!entry) return undefined;
  const shown = { amount: entry.amount, currency, formatted: formatAmount(entry.amount, currency) };
  return entry.includes_tax ? { with_tax: shown } : { without_tax: shown };
}

const formats = new Map<string, Intl.NumberFormat>();

/** 123456 USD -> `$1,234.56`, 500 JPY -> `¥500`; exact up to 2^53-1. */
export function formatAmount(minor: number, currency: string): string {
  const digits = currencyExponent(currency);
  const text = String(minor).padStart(digits + 1, '0');
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  // A decimal string is formatted without going through a float (Intl.NumberFormat v3).
  return formatOf(currency, digits).format(decimal as Intl.StringNumericLiteral);
}

function formatOf(currency: string, digits: number): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(currency, format);
  return format;
}
