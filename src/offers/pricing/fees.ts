import { MoneyField } from '../../money/money-fields.js';

const fee = (description: string, example: number) => ({
  description,
  example,
  optional: true,
  nullable: true,
});

/** One-time fees in the currency of the offer; absent and null mean none. */
export class Fees {
  @MoneyField(fee('For the installation.', 49.5))
  installationFee?: number | null;

  @MoneyField(fee('For the equipment.', 0))
  equipmentFee?: number | null;

  @MoneyField(fee('For the activation.', 10))
  activationFee?: number | null;

  @MoneyField(fee('Deposit, paid back at the end.', 100))
  depositRequired?: number | null;

  @MoneyField(fee('For leaving before the end.', 150))
  earlyTerminationFee?: number | null;
}

export const feeNames = [
  'installationFee',
  'equipmentFee',
  'activationFee',
  'depositRequired',
  'earlyTerminationFee',
] as const satisfies readonly (keyof Fees)[];

/** The fees that a customer pays to get started. */
export const setupFeeNames = ['installationFee', 'equipmentFee', 'activationFee'] as const;
