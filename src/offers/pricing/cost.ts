import { fromMinorUnits, toMinorUnits } from '../../money/money.js';
import { setupFeeNames, type Fees } from './fees.js';

/**
 * Returns the sum of the installation, equipment and activation fees in major units; null if none of them is
 * given.
 */
export function setupFee(fees: Fees | null, currency: string): number | null {
  const minor = sumOfSetupFees(fees, (amount) => toMinorUnits(amount, currency));
  return minor === null ? null : fromMinorUnits(minor, currency);
}

/**
 * Returns the sum of the fees that make up the setup fee; null if none of them is given.
 * @param minor converts an amount to minor units
 */
export function sumOfSetupFees(fees: Fees | null, minor: (amount: number) => bigint): bigint | null {
  let sum: bigint | null = null;
  for (const name of setupFeeNames) {
    const amount = fees?.[name] ?? null;
    if (amount !== null) sum = (sum ?? 0n) + minor(amount);
  }
  return sum;
}
