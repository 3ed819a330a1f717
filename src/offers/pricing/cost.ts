import { fromMinorUnits, toMinorUnits } from '../../money/money.js';
import { setupFeeNames, type Fees } from './fees.js';

/**
 * Returns the sum of the installation, equipment and activation fees in major units; null if no fees are
 * given.
 */
export function setupFee(fees: Fees | null, currency: string): number | null {
  if (fees === null) return null;
  const minor = sumOfSetupFees(fees, (amount) => toMinorUnits(amount, currency));
  return fromMinorUnits(minor, currency);
}

/** Returns the sum of the fees that make up the setup fee. @param minor converts an amount to minor units */
export const sumOfSetupFees = (fees: Fees | null, minor: (amount: number) => bigint): bigint =>
  setupFeeNames.reduce((sum, name) => sum + minor(fees?.[name] ?? 0), 0n);
