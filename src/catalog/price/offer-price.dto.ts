import { CurrencyField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { ListField } from '../../validation/list-fields.js';
import { ObjectListField } from '../../validation/object-fields.js';
import { priceBases, type OfferPrice } from './offer-price.js';

const maxUsageKwh = 100_000;
export const maxUsages = 1000;

export class PriceQuery {
  @TextField({
    description:
      'Monthly usage in kWh: a number from 1 to 100,000, or a range such as 100..3000, which is returned in steps.',
    max: 20,
    pattern: /^[1-9]\d{0,5}(\.\.[1-9]\d{0,5})?$/,
    hint: 'must be a usage such as 1250 or a range such as 100..3000, in whole kWh from 1 to 100000',
    example: '1250',
  })
  usageKwh: string;

  @NumberField({
    description: 'Step of the range, in kWh; the default is 50. A range has at most 1,000 steps.',
    integer: true,
    min: 1,
    max: maxUsageKwh,
    unit: 'kWh',
    optional: true,
    example: 50,
  })
  step?: number;
}

const usage = (description: string, example: number) =>
  NumberField({ description, integer: true, min: 1, example });

@ApiSchema({ name: 'UsagePrice' })
export class UsagePriceView {
  @usage('Monthly usage in kWh.', 1250)
  usageKwh: number;

  @NumberField({
    description:
      "Cost of a month in the offer's currency, without taxes, rounded half up. Negative if credits exceed the charges; null if the charges are unknown.",
    nullable: true,
    example: 163.8,
  })
  monthlyCost: number | null;

  @NumberField({
    description:
      'Average price in cents (hundredths of the major unit) per kWh, rounded half up to a tenth; null if unknown.',
    nullable: true,
    example: 13.1,
  })
  centsPerKwh: number | null;
}

@ApiSchema({ name: 'PriceCliff' })
export class PriceCliffView {
  @usage('Usage in kWh at which one more kWh starts or ends a credit or a fee.', 999)
  usageKwh: number;

  @NumberField({
    description:
      "By how much the bill changes at the next kWh in the offer's currency, without the price of that kWh; negative if it becomes lower.",
    example: -50,
  })
  change: number;
}

@ApiSchema({ name: 'OfferPrice' })
export class OfferPriceView implements OfferPrice {
  @IdField({ description: 'ID of the offer.' })
  offerId: string;

  @CurrencyField({ description: 'ISO 4217 code of the currency of all amounts.', example: 'USD' })
  currency: string;

  @EnumField(priceBases, {
    description:
      'What the prices follow from: the charges of the offer, or the averages on its Electricity Facts Label. Null if neither is known.',
    nullable: true,
    example: 'charges',
  })
  basis: OfferPrice['basis'];

  @ListField(
    {
      schema: { type: 'integer', minimum: 1, maximum: maxUsageKwh },
      message: 'must be a usage in kWh',
      test: Number.isInteger,
    },
    {
      description:
        'The only usages in kWh whose price is known; null if every price is known. A label states 500, 1,000 and 2,000 kWh, that of a plan for small businesses 1,500, 2,500 and 3,500.',
      nullable: true,
      maxItems: 6,
      example: null,
    },
  )
  knownUsageKwh: number[] | null;

  @TextField({
    description: 'What is unknown, in words; null if nothing is.',
    max: 300,
    nullable: true,
    example: null,
  })
  note: string | null;

  @ObjectListField(() => UsagePriceView, {
    description: 'Prices by usage, in ascending order.',
    maxItems: maxUsages,
  })
  prices: UsagePriceView[];

  @ObjectListField(() => PriceCliffView, {
    description:
      'All usages at which the bill jumps because a credit or a fee starts or ends, in ascending order. Empty if the charges are unknown.',
    maxItems: 100,
  })
  cliffs: PriceCliffView[];
}

/** Returns whether prices are computed for the usage. */
export const isUsage = (usageKwh: number) => usageKwh >= 1 && usageKwh <= maxUsageKwh;
