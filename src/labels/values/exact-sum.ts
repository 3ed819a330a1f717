import { currencyExponent } from '../../money/currency.js';
import { scaledBy, unscaled } from '../../money/exact.js';

/** Adds amounts in major units without the errors of binary fractions. Each is rounded to the minor unit first, half up. */
export function sumOfAmounts(currency: string, amounts: readonly number[]): number {
  const places = currencyExponent(currency);
  return unscaled(
    places,
    amounts.reduce((sum, amount) => sum + scaledBy(places, amount), 0n),
  );
}
