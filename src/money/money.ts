import { currencyExponent } from './currency.js';

/**
 * Returns the number of decimal places in the shortest decimal form of a JSON number: 59.99 -> 2, 10 -> 0.
 * Returns undefined for numbers that JavaScript prints with an exponent, such as 1e-7.
 */
export function decimalPlaces(amount: number): number | undefined {
  if (Number.isSafeInteger(amount)) return 0;
  const text = String(amount);
  if (text.includes('e') || !Number.isFinite(amount)) return undefined;
  return text.split('.')[1]?.length ?? 0;
}

/**
 * Returns whether the currency allows the decimal places of the amount: 10.99 USD and 10.999 KWD fit, 10.999
 * USD does not.
 */
export function fitsCurrency(amount: number, currency: string): boolean {
  const decimals = decimalPlaces(amount);
  return decimals !== undefined && decimals <= currencyExponent(currency);
}

/**
 * Converts an amount to minor units without float arithmetic: 59.99 USD -> 5999n. The amount must fit the
 * currency.
 */
export function toMinorUnits(amount: number, currency: string): bigint {
  const [whole = '0', fraction = ''] = String(amount).split('.');
  return BigInt(whole + fraction.padEnd(currencyExponent(currency), '0'));
}

/**
 * Converts an amount from minor units without float arithmetic: 5999n USD -> 59.99. The inverse of
 * toMinorUnits().
 */
export const fromMinorUnits = (minor: bigint, currency: string) =>
  Number(minorToMajorText(String(minor), currency));

/**
 * Converts an amount from minor units to the JSON text of major units: '5999' USD -> '59.99', '5900' USD ->
 * '59'. The amount must not be negative.
 */
export function minorToMajorText(minor: string, currency: string): string {
  const exponent = currencyExponent(currency);
  if (exponent === 0) return minor;
  const digits = minor.padStart(exponent + 1, '0');
  const fraction = digits.slice(-exponent).replace(/0+$/, '');
  const whole = digits.slice(0, -exponent);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/**
 * Subtracts `percent` (0 to 100, at most 4 decimal places) from an amount in minor units and rounds down:
 * 5000 less 5% is 4750, 3333 less 10% is 2999. The discount is the difference from the original amount, so
 * the two always add up.
 */
export function subtractPercent(minor: bigint, percent: number): bigint {
  const [whole = '0', fraction = ''] = String(percent).split('.');
  const scaled = BigInt(whole + fraction.slice(0, 4).padEnd(4, '0'));
  return (minor * (1_000_000n - scaled)) / 1_000_000n;
}
