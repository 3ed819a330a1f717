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
