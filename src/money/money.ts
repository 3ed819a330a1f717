import { currencyExponent } from './currency.js';

/**
 * Decimals of a JSON number in its shortest decimal form: 59.99 -> 2, 10 -> 0. Undefined for numbers that JavaScript
 * prints with an exponent, such as 1e-7.
 */
export function decimalPlaces(amount: number): number | undefined {
  if (Number.isSafeInteger(amount)) return 0;
  const text = String(amount);
  if (text.includes('e') || !Number.isFinite(amount)) return undefined;
  return text.split('.')[1]?.length ?? 0;
}

/** Whether the amount has no more decimals than the currency: 10.99 USD and 10.999 KWD fit, 10.999 USD does not. */
export function fitsCurrency(amount: number, currency: string): boolean {
  const decimals = decimalPlaces(amount);
  return decimals !== undefined && decimals <= currencyExponent(currency);
}

/** 59.99 USD -> 5999n, without float arithmetic. The amount must fit the currency. */
export function toMinorUnits(amount: number, currency: string): bigint {
  const [whole = '0', fraction = ''] = String(amount).split('.');
  return BigInt(whole + fraction.padEnd(currencyExponent(currency), '0'));
}

/** 5999n USD -> 59.99, without float arithmetic: the inverse of toMinorUnits(). */
export const fromMinorUnits = (minor: bigint, currency: string) =>
  Number(minorToMajorText(String(minor), currency));

/** Like fromMinorUnits(), from text to JSON text: '5999' USD -> '59.99', '5900' -> '59'. The amount is not negative. */
export function minorToMajorText(minor: string, currency: string): string {
  const exponent = currencyExponent(currency);
  if (exponent === 0) return minor;
  const digits = minor.padStart(exponent + 1, '0');
  const fraction = digits.slice(-exponent).replace(/0+$/, '');
  const whole = digits.slice(0, -exponent);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/**
 * The amount in minor units less `percent` (0 to 100, at most 4 decimals), rounded down: 5000 less 5 % is 4750, 3333
 * less 10 % is 2999. The discount is the difference, so both always add up.
 */
export function subtractPercent(minor: bigint, percent: number): bigint {
  const [whole = '0', fraction = ''] = String(percent).split('.');
  const scaled = BigInt(whole + fraction.slice(0, 4).padEnd(4, '0'));
  return (minor * (1_000_000n - scaled)) / 1_000_000n;
}
