import { fromMinorUnits, toMinorUnits } from '../../money/money.js';
import { setupFeeNames, type Fees } from './fees.js';

/** Sum of the installation, equipment and activation fee in major units; null without fees. */
export function setupFee(fees: Fees | null, currency: string): number | null {
  if (fees === null) return null;
  const minor = setupFeeNames.reduce((sum, name) => sum + toMinorUnits(fees[name] ?? 0, currency), 0n);
  return fromMinorUnits(minor, currency);
}

/** Total of the monthly prices and the setup fee over a number of months, in major units; null without a price. */
export function costOver(
  months: bigint,
  { monthlyPrice, setupFee: fee }: { monthlyPrice: number | null; setupFee: number | null },
  currency: string,
): number | null {
  if (monthlyPrice === null) return null;
  const minor = toMinorUnits(monthlyPrice, currency) * months + toMinorUnits(fee ?? 0, currency);
  return fromMinorUnits(minor, currency);
}
