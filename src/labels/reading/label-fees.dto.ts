import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { MoneyField } from '../../money/money-fields.js';
import { BooleanField, NumberField, TextField, UnlimitedTextField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import type { EarlyTermination, LabelContract, LabelFee, LabelIntroductory } from '../values/label-fees.js';

/*
 * What several kinds of labels show. All amounts are in the currency of the label, and a value that the offer does not state
 * is null.
 */

const maxFees = 60;

export const labelText = (description: string, example: string) =>
  UnlimitedTextField({ description, optional: false, example });
export const labelTextOrNull = (description: string, example: string | null = null) =>
  UnlimitedTextField({
    description: `${description} Null if not stated.`,
    optional: false,
    nullable: true,
    example,
  });
export const labelUrl = (description: string, example: string) =>
  labelTextOrNull(`URL of ${description}.`, example);
export const labelAmount = (description: string, example: number) =>
  NumberField({ description: `${description} Null if not stated.`, nullable: true, min: 0, example });
export const labelFlag = (description: string, example = false) =>
  BooleanField({ description: `${description} Null if not stated.`, nullable: true, example });
export const labelCurrency = () =>
  TextField({ description: 'ISO 4217 code of the currency of all amounts.', max: 3, example: 'USD' });

@ApiSchema({ name: 'LabelFee' })
export class LabelFeeView implements LabelFee {
  @labelText('Name of the fee.', 'Router rental')
  name: string;

  @MoneyField({ description: 'Amount.', example: 5 })
  amount: number;

  @BooleanField({ description: 'Whether customers can do without what it pays for.', example: false })
  optional: boolean;
}

export const labelFees = (description: string) =>
  ObjectListField(() => LabelFeeView, {
    description: `${description} Null if it is not stated whether there are any.`,
    nullable: true,
    maxItems: maxFees,
  });

@ApiSchema({ name: 'LabelEarlyTermination' })
export class LabelEarlyTerminationView implements EarlyTermination {
  @labelAmount('Fee for ending the contract early; 0 if there is none.', 150)
  fee: number | null;

  @labelAmount('Fee for each month that remains.', 15)
  feePerRemainingMonth: number | null;
}

export const labelEarlyTermination = () =>
  ObjectField(() => LabelEarlyTerminationView, { description: 'What ending the contract early costs.' });

@ApiSchema({ name: 'LabelContract' })
export class LabelContractView implements LabelContract {
  @BooleanField({ description: 'Whether the price requires a contract.', example: true })
  required: boolean;

  @NumberField({ description: 'Length in months.', integer: true, min: 0, example: 24 })
  months: number;

  @labelUrl('the terms of the contract', 'https://isp.example/terms')
  termsUrl: string | null;
}

export const labelContract = () =>
  ObjectField(() => LabelContractView, {
    description: 'The contract. Null if it is not stated whether there is one.',
    nullable: true,
  });

@ApiSchema({ name: 'LabelIntroductory' })
export class LabelIntroductoryView implements LabelIntroductory {
  @NumberField({ description: 'Number of months.', integer: true, min: 1, example: 6 })
  months: number;

  @labelAmount('Monthly price afterwards.', 59.95)
  priceAfter: number | null;
}

export const labelIntroductory = () =>
  ObjectField(() => LabelIntroductoryView, {
    description: 'The introductory period; null if there is none.',
    nullable: true,
  });
