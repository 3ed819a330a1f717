import { maxAmount, MoneyField } from '../../money/money-fields.js';
import { decimalPlaces } from '../../money/money.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';
import { BooleanField, EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';

/*
 * The fields from which the price that a customer pays follows, beside the monthly price and `Fees`. They follow the FCC
 * broadband label (47 CFR 8.1), but apply to all categories. All amounts are in the currency of the offer.
 */

/** A lower (or higher) monthly price for the first months. */
export class Introductory {
  @MoneyField({
    description: "Monthly price in the first months, in the offer's currency.",
    example: 39.95,
  })
  monthlyPrice: number;

  @NumberField({
    description: 'Number of months for which it applies.',
    integer: true,
    min: 1,
    max: 120,
    example: 6,
  })
  months: number;
}

const monthlyFeeKinds = ['equipment', 'provider', 'passThrough', 'other'] as const;

const feeName = (example: string) =>
  TextField({ description: 'Name of the fee as customers see it.', kind: 'name', min: 1, max: 255, example });
const mandatory = () =>
  BooleanField({
    description: 'Whether every customer pays the fee. Only mandatory fees are part of `pricing`.',
    optional: true,
    default: true,
    example: true,
  });

/** A fee that is charged every month in addition to the monthly price. */
export class MonthlyFee {
  @feeName('Equipment rental')
  name: string;

  @MoneyField({ description: "Amount per month, in the offer's currency.", example: 9.95 })
  amount: number;

  @EnumField(monthlyFeeKinds, {
    description:
      'What the fee is for: rented equipment, a fee of the provider, or costs such as regulatory fees that the provider passes through.',
    example: 'equipment',
  })
  kind: (typeof monthlyFeeKinds)[number];

  @mandatory()
  mandatory?: boolean;
}

/** A fee that is charged once, at the start. */
export class OneTimeFee {
  @feeName('Equipment cost')
  name: string;

  @MoneyField({ description: "Amount, in the offer's currency.", example: 25 })
  amount: number;

  @mandatory()
  mandatory?: boolean;
}

/** The terms of the contract. */
export class Contract {
  @NumberField({
    description: 'Length in months; 0 means no contract.',
    integer: true,
    min: 0,
    max: 120,
    example: 24,
  })
  months: number;

  @BooleanField({ description: 'Whether the monthly price requires the contract.', example: true })
  required: boolean;

  @UrlField({
    description: 'URL of the terms of the contract.',
    optional: true,
    nullable: true,
    example: 'https://isp.example/terms',
  })
  termsUrl?: string | null;

  @NumberField({
    description: 'Notice period for ending the contract, in days.',
    integer: true,
    min: 0,
    max: 366,
    optional: true,
    nullable: true,
    example: 30,
  })
  noticeDays?: number | null;

  @BooleanField({
    description: 'Whether the contract renews itself.',
    optional: true,
    nullable: true,
    example: false,
  })
  autoRenews?: boolean | null;

  @MoneyField({
    description:
      "Fee for ending the contract early, for each month that remains, in the offer's currency. A fixed fee is `fees.earlyTerminationFee`.",
    optional: true,
    nullable: true,
    example: 15,
  })
  earlyTerminationFeePerRemainingMonth?: number | null;
}

const taxWords = ['included', 'varies', 'notApplicable'] as const;

/** Taxes in words, or as an amount per month. */
export type Taxes = (typeof taxWords)[number] | number;

const isAmount = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value <= maxAmount && (decimalPlaces(value) ?? 5) <= 4;

/** Declares a field for taxes: a word, or an amount per month. */
export const TaxesField = (options: FieldOptions) =>
  field(
    {
      oneOf: [
        { type: 'string', enum: [...taxWords] },
        { type: 'number', minimum: 0, maximum: maxAmount },
      ],
    },
    options,
    rule(
      { code: 'enum', money: 'amount' },
      `must be ${taxWords.join(', ')} or an amount per month from 0 to ${maxAmount}, such as 4.5`,
      (value) => (taxWords as readonly unknown[]).includes(value) || isAmount(value),
    ),
  );
