import type { FieldError } from '../../common/errors.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import { fitsCurrency } from '../../money/money.js';
import type { OfferFields } from '../offer-fields.js';
import { feeNames } from './fees.js';

/** The fields that contain amounts in the currency of the offer. */
export const amountNames = [
  'monthlyPrice',
  'fees',
  'introductory',
  'monthlyFees',
  'oneTimeFees',
  'contract',
  'taxes',
] as const satisfies readonly (keyof OfferFields)[];

/** Returns an error for each amount with more decimal places than the currency has. */
export function decimalErrors(given: Partial<OfferFields>, currency: string): FieldError[] {
  const { monthlyPrice, fees, introductory, monthlyFees, oneTimeFees, contract, taxes } = given;
  const errors: FieldError[] = [];
  const check = (amount: unknown, path: PathStep[]) => {
    if (typeof amount === 'number' && !fitsCurrency(amount, currency))
      errors.push(fieldError(path, 'decimals', `has more decimal places than ${currency} allows`));
  };
  check(monthlyPrice, ['monthlyPrice']);
  check(taxes, ['taxes']);
  if (fees) for (const name of feeNames) check(fees[name], ['fees', name]);
  if (introductory) check(introductory.monthlyPrice, ['introductory', 'monthlyPrice']);
  if (contract)
    check(contract.earlyTerminationFeePerRemainingMonth, [
      'contract',
      'earlyTerminationFeePerRemainingMonth',
    ]);
  for (const [name, list] of Object.entries({ monthlyFees, oneTimeFees }))
    if (Array.isArray(list)) list.forEach((fee, index) => check(fee?.amount, [name, index, 'amount']));
  return errors;
}
