import { currencyExponent } from './currency.js';

/**
 * Decimal places of a JSON number by its shortest decimal string; undefined for exponent forms.
 * 59.99 -> 2, 10 -> 0.
 */
export function decimalPlaces(amount: number): number | undefined {
  if (Number.isSafeInteger(amount)) return 0;
  const text = String(amount);
  if (text.includes('e') || !Number.isFinite(amount)) return undefined;
  return text.split('.')[1]?.length ?? 0;
}

/** Whether the currency has a coin small enough for the amount: 10.999 USD does not fit, 10.999 KWD does. */
export function fitsCurrency(amount: number, currency: string): boolean {
  const decimals = decimalPlaces(amount);
  return decimals !== undefined && decimals <= currencyExponent(currency);
}

/** 59.99 USD -> 5999n, without float arithmetic. The amount must fit the currency. */
export function toMinorUnits(amount: number, currency: string): bigint {
  const [whole = '0', fraction = ''] = String(amount).split('.');
  return BigInt(whole + fraction.padEnd(currencyExponent(currency), '0'));
}

/** 5999n USD -> 59.99: the decimal point is put back, so the amount comes out as it went in. */
export const fromMinorUnits = (minor: bigint, currency: string) =>
  Number(minorToMajorText(String(minor), currency));

/** The same as JSON text from text: '5999' USD -> '59.99', '5900' -> '59'. For an amount that is not negative. */
export function minorToMajorText(minor: string, currency: string): string {
  const exponent = currencyExponent(currency);
  if (exponent === 0) return minor;
  const digits = minor.padStart(exponent + 1, '0');
  const fraction = digits.slice(-exponent).replace(/0+$/, '');
  const whole = digits.slice(0, -exponent);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/**
 * What is left of an amount in minor units after a discount of `percent` (0 to 100, at most 4 decimals): rounded down
 * once, so the discount is the remainder. 5000 at 5 % is 4750, 3333 at 10 % is 2999.
 */
export function subtractPercent(minor: bigint, percent: number): bigint {
  const [whole = '0', fraction = ''] = String(percent).split('.');
  const scaled = BigInt(whole + fraction.slice(0, 4).padEnd(4, '0'));
  return (minor * (1_000_000n - scaled)) / 1_000_000n;
}
