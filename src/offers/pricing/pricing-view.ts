import { CurrencyField, MoneyField, TotalField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { NumberField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { AveragePrices } from './per-kwh.js';

const average = (usage: string, example: number) =>
  NumberField({
    description: `Average price at ${usage} kWh per month, in cents (hundredths of the major unit) per kWh, rounded half up to a tenth; null if unknown.`,
    nullable: true,
    example,
  });

@ApiSchema({ name: 'PricePerKwh' })
export class PricePerKwh implements AveragePrices {
  @average('500', 14.9)
  500: number | null;

  @average('1,000', 13.2)
  1000: number | null;

  @average('2,000', 12.6)
  2000: number | null;
}

const total = (description: string, example: number) =>
  TotalField({ description: `${description} Null if unknown.`, nullable: true, example });

/** What a customer pays, derived from the fields of the offer. Optional fees and taxes are not included. */
@ApiSchema({ name: 'Pricing' })
export class Pricing {
  @CurrencyField({ description: 'ISO 4217 code of the currency of all amounts.', example: 'USD' })
  currency: string;

  @MoneyField({
    description:
      'Price of the first month without fees: the introductory price, if there is one. Null if unknown.',
    nullable: true,
    example: 39.95,
  })
  firstMonthly: number | null;

  @MoneyField({
    description: 'Regular price per month without fees: `monthlyPrice`. Null if unknown.',
    nullable: true,
    example: 59.95,
  })
  regularMonthly: number | null;

  @total(
    'Regular price per month with all mandatory monthly fees; for television `allInMonthlyPrice`, if that is higher.',
    73.9,
  )
  allInMonthly: number | null;

  @total(
    'Sum of the installation, equipment and activation fees and of the mandatory one-time fees. If none of them is given, it is null and counts as 0 in the costs.',
    75,
  )
  setupFee: number | null;

  @total(
    'Total of the first 12 months: prices, mandatory monthly fees and the setup fee. For television with a higher `allInMonthlyPrice`, that counts in place of the regular price and the monthly fees, also if `monthlyPrice` is null.',
    841.8,
  )
  costOver12Months: number | null;

  @total(
    'Total of the first 24 months: prices, mandatory monthly fees and the setup fee. For television with a higher `allInMonthlyPrice`, that counts in place of the regular price and the monthly fees, also if `monthlyPrice` is null.',
    1728.6,
  )
  costOver24Months: number | null;

  @ObjectField(() => PricePerKwh, {
    description:
      'Energy: average prices, which follow from the charges, or else are those of the Electricity Facts Label.',
  })
  perKwh: PricePerKwh;
}
