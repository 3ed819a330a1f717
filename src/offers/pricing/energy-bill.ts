import { currencyExponent } from '../../money/currency.js';
import { divideHalfUp, scaledBy, unscaled } from '../../money/exact.js';
import type { EnergyCharges } from '../categories/energy-charges.js';

/*
 * What a month of electricity costs. All arithmetic is exact, in units of 10 ** -12 cents: a price per kWh has at most 6
 * decimal places, a share in percent at most 4.
 */

const one = 10n ** 12n;

const centsOf = (amount: number) => scaledBy(4, amount) * 10n ** 10n;
const rateOf = (cents: number, sharePercent = 100) => scaledBy(6, cents) * scaledBy(4, sharePercent);

/** Returns the bill for a month's usage in kWh, in units of 10 ** -12 cents. It does not include taxes. */
function billFor(charges: EnergyCharges, usageKwh: number): bigint {
  const { energy, deliveryCentsPerKwh = 0, baseMonthly = 0, deliveryMonthly = 0 } = charges;
  let bill = centsOf(baseMonthly) + centsOf(deliveryMonthly) + rateOf(deliveryCentsPerKwh) * BigInt(usageKwh);
  for (const { fromKwh, centsPerKwh, sharePercent } of energy) {
    const next = energy.find((other) => other.fromKwh > fromKwh)?.fromKwh ?? Infinity;
    const inTier = Math.min(usageKwh, next) - fromKwh;
    if (inTier > 0) bill += rateOf(centsPerKwh, sharePercent) * BigInt(inTier);
  }
  return bill + adjustmentAt(charges, usageKwh);
}

/** Returns the minimum usage fee less the credits that apply at a usage, in units of 10 ** -12 cents. */
function adjustmentAt({ credits = [], minimumUsageFee }: EnergyCharges, usageKwh: number): bigint {
  const fee = minimumUsageFee && usageKwh < minimumUsageFee.belowKwh ? centsOf(minimumUsageFee.amount) : 0n;
  return credits
    .filter(({ fromKwh, toKwh }) => usageKwh >= fromKwh && usageKwh <= (toKwh ?? Infinity))
    .reduce((sum, { amount }) => sum - centsOf(amount), fee);
}

/** What a month costs at one usage. */
export interface UsagePrice {
  usageKwh: number;
  /** In major units, rounded half up to the minor unit. */
  monthlyCost: number;
  /** Rounded half up to a tenth of a cent. */
  centsPerKwh: number;
}

/** Computes the cost of a month, without taxes, and the average price. @param usageKwh an integer, at least 1 */
export function priceAt(charges: EnergyCharges, usageKwh: number, currency: string): UsagePrice {
  const bill = billFor(charges, usageKwh);
  return {
    usageKwh,
    monthlyCost: toMajor(bill, currency),
    centsPerKwh: unscaled(1, divideHalfUp(bill * 10n, one * BigInt(usageKwh))),
  };
}

function toMajor(bill: bigint, currency: string): number {
  const exponent = currencyExponent(currency);
  return unscaled(exponent, divideHalfUp(bill * 10n ** BigInt(exponent), one * 100n));
}

/** A usage at which one more kWh starts or ends a credit or a fee. */
export interface Cliff {
  usageKwh: number;
  /** By how much the bill changes at the next kWh, without the price of that kWh; negative if it becomes lower. */
  change: number;
}

/** Returns the usages of at least 1 kWh at which the bill jumps, in ascending order. */
export function cliffsOf(charges: EnergyCharges, currency: string): Cliff[] {
  const { credits = [], minimumUsageFee } = charges;
  const before = [
    ...credits.flatMap(({ fromKwh, toKwh }) => [fromKwh - 1, ...(typeof toKwh === 'number' ? [toKwh] : [])]),
    ...(minimumUsageFee ? [minimumUsageFee.belowKwh - 1] : []),
  ];
  return [...new Set(before)]
    .filter((usageKwh) => usageKwh >= 1)
    .toSorted((a, b) => a - b)
    .map((usageKwh) => ({
      usageKwh,
      change: toMajor(adjustmentAt(charges, usageKwh + 1) - adjustmentAt(charges, usageKwh), currency),
    }))
    .filter(({ change }) => change !== 0);
}
