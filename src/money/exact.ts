/** A number as the exact fraction `digits / 10 ** places` of its shortest decimal form: 14.9 is 149 / 10 ** 1. */
function fractionOf(value: number): { digits: bigint; places: number } {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

/** Divides and rounds to the nearest integer, half up: 5 / 2 is 3, -5 / 2 is -2. The divisor is positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const doubled = 2n * dividend + divisor;
  const quotient = doubled / (2n * divisor);
  return doubled % (2n * divisor) < 0n ? quotient - 1n : quotient;
}

/**
 * Returns the number in units of `10 ** -places`, rounded half up: 14.899999999999999 with one place is 149. It is exact
 * for numbers with at most that many decimal places.
 */
export function scaledBy(places: number, value: number): bigint {
  const { digits, places: given } = fractionOf(value);
  return divideHalfUp(digits * 10n ** BigInt(places), 10n ** BigInt(given));
}

/** Returns a number of units of `10 ** -places` as a number: 149 with one place is 14.9. */
export const unscaled = (places: number, units: bigint) => Number(`${units}e-${places}`);
