import type { Fees } from '../../offers/pricing/fees.js';
import type { LabelSource } from './label-source.js';

/** A fee on a label. */
export interface LabelFee {
  name: string;
  /** In major units. */
  amount: number;
  /** Whether customers can do without what it pays for. */
  optional: boolean;
}

/** The names of fees that an offer states without one. */
const startingFees = {
  installationFee: 'Installation fee',
  equipmentFee: 'Equipment fee',
  activationFee: 'Activation fee',
  depositRequired: 'Refundable deposit',
} as const satisfies Partial<Record<keyof Fees, string>>;

type ListedFee = { name: string; amount: number; mandatory?: boolean };

const labelFee = ({ name, amount, mandatory }: ListedFee): LabelFee => ({
  name,
  amount,
  optional: mandatory === false,
});

/** Returns the fees per month; null if the offer does not state whether there are any. */
export const monthlyFeesOf = ({ monthlyFees }: LabelSource): LabelFee[] | null =>
  monthlyFees && monthlyFees.map(labelFee);

/** Returns the fees at the time of purchase; null if the offer does not state whether there are any. */
export function oneTimeFeesOf({ fees, oneTimeFees }: LabelSource): LabelFee[] | null {
  if (!fees && !oneTimeFees) return null;
  const named = Object.entries(startingFees).flatMap(([member, name]) => {
    const amount = fees?.[member as keyof typeof startingFees];
    return amount ? [{ name, amount, optional: false }] : [];
  });
  return [...named, ...(oneTimeFees ?? []).map(labelFee)];
}

/** What ending the contract early costs. */
export interface EarlyTermination {
  /** Null if the offer does not state it; 0 if there is no fee. */
  fee: number | null;
  feePerRemainingMonth: number | null;
}

export function earlyTerminationOf({ fees, contract }: LabelSource): EarlyTermination {
  const fee = fees?.earlyTerminationFee ?? null;
  const feePerRemainingMonth = contract?.earlyTerminationFeePerRemainingMonth ?? null;
  // Without a contract, there is nothing to end early.
  const isFree = fee === null && feePerRemainingMonth === null && contract?.required === false;
  return { fee: isFree ? 0 : fee, feePerRemainingMonth };
}

/** The contract that a price requires; null if the offer does not state whether it requires one. */
export interface LabelContract {
  required: boolean;
  months: number;
  termsUrl: string | null;
}

export const labelContractOf = ({ contract }: LabelSource): LabelContract | null =>
  contract && {
    required: contract.required && contract.months > 0,
    months: contract.months,
    termsUrl: contract.termsUrl ?? null,
  };

/** An introductory price, which is the price on the label; afterwards the regular price applies. */
export interface LabelIntroductory {
  months: number;
  /** Null if unknown. */
  priceAfter: number | null;
}

export const labelIntroductoryOf = ({ introductory, monthlyPrice }: LabelSource): LabelIntroductory | null =>
  introductory && { months: introductory.months, priceAfter: monthlyPrice };
