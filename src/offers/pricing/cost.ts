import { fromMinorUnits, toMinorUnits } from '../../money/money.js';
import { setupFeeNames, type Fees } from './fees.js';

/**
 * Returns the sum of the installation, equipment and activation fees in major units; null if no fees are
 * given.
 */
export function setupFee(fees: Fees | null, currency: string): number | null {
  if (fees === null) return null;
  const minor = setupFeeNames.reduce((sum, name) => sum + toMinorUnits(fees[name] ?? 0, currency), 0n);
  return fromMinorUnits(minor, currency);
}

/**
 * Returns the total of the monthly prices and the setup fee over a number of months, in major units; null if
 * there is no price.
 */
export function costOver(
  months: bigint,
  { monthlyPrice, setupFee: fee }: { monthlyPrice: number | null; setupFee: number | null },
  currency: string,
): number | null {
  if (monthlyPrice === null) return null;
  const minor = toMinorUnits(monthlyPrice, currency) * months + toMinorUnits(fee ?? 0, currency);
  return fromMinorUnits(minor, currency);
}
