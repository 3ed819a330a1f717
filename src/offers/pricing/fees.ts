import { MoneyField } from '../../money/money-fields.js';

const fee = (description: string, example: number) => ({
  description,
  example,
  optional: true,
  nullable: true,
});

/** One-time fees in the offer's currency. A fee that is omitted or null counts as 0 in the costs. */
export class Fees {
  @MoneyField(fee('Installation fee.', 49.5))
  installationFee?: number | null;

  @MoneyField(fee('Equipment fee.', 0))
  equipmentFee?: number | null;

  @MoneyField(fee('Activation fee.', 10))
  activationFee?: number | null;

  @MoneyField(fee('Refundable deposit.', 100))
  depositRequired?: number | null;

  @MoneyField(fee('Fee for ending the contract early.', 150))
  earlyTerminationFee?: number | null;
}

export const feeNames = [
  'installationFee',
  'equipmentFee',
  'activationFee',
  'depositRequired',
  'earlyTerminationFee',
] as const satisfies readonly (keyof Fees)[];

/** The fees that make up the setup fee. */
export const setupFeeNames = ['installationFee', 'equipmentFee', 'activationFee'] as const;

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
