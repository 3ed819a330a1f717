import { MoneyField } from '../../money/money-fields.js';
import { decimalPlaces } from '../../money/money.js';
import { notBelow, rule } from '../../validation/field.js';
import { NumberField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { maxCentsPerKwh, minCentsPerKwh } from '../pricing/per-kwh.js';

const maxKwh = 1_000_000;
const kwh = (description: string, example: number, min = 0) => ({
  description,
  example,
  min,
  max: maxKwh,
  integer: true,
  unit: 'kWh',
});

const atMostDecimals = (places: number) =>
  rule(
    { code: 'decimals' },
    `must have at most ${places} decimal places`,
    (value) => (decimalPlaces(Number(value)) ?? Infinity) <= places,
  );

const inCents = rule(
  { code: 'range', money: 'rate' },
  `must be 0 or ${minCentsPerKwh} to ${maxCentsPerKwh} cents per kWh`,
  (value) => value === 0 || (Number(value) >= minCentsPerKwh && Number(value) <= maxCentsPerKwh),
);

/** The price of energy above a usage. */
export class EnergyRate {
  @NumberField(kwh('Usage above which the price applies. The first price starts at 0.', 0))
  fromKwh: number;

  @inCents
  @atMostDecimals(6)
  @NumberField({
    description: 'Price in cents per kWh: 0, or 1 to 100.',
    min: 0,
    unit: 'cents per kWh',
    example: 14.3,
  })
  centsPerKwh: number;

  @atMostDecimals(4)
  @NumberField({
    description:
      'For prices that depend on the time of use: the share of the usage to which the price applies, in percent. The shares of prices with the same `fromKwh` add up to 100.',
    above: 0,
    max: 100,
    unit: 'percent',
    optional: true,
    example: 100,
  })
  sharePercent?: number;
}

/** A credit for a month whose usage is in a range. */
export class UsageCredit {
  @NumberField(kwh('Lowest usage with the credit.', 1000))
  fromKwh: number;

  @notBelow('fromKwh')
  @NumberField({
    ...kwh('Highest usage with the credit; omitted or null if there is none.', 1999),
    optional: true,
    nullable: true,
  })
  toKwh?: number | null;

  @MoneyField({ description: "Credit per month, in the offer's currency.", example: 50 })
  amount: number;
}

/** A fee for a month with little usage. */
export class MinimumUsageFee {
  @NumberField(kwh('Usage from which the fee is not charged.', 1000, 1))
  belowKwh: number;

  @MoneyField({ description: "Fee per month, in the offer's currency.", example: 9.95 })
  amount: number;
}

/** Returns whether the prices start at 0 and ascend, and the shares of each step add up to 100 percent. */
function coverAllUsage(rates: EnergyRate[]): boolean {
  const steps = new Map<number, number>();
  let last = 0;
  for (const { fromKwh, sharePercent = 100 } of rates) {
    if (fromKwh < last) return false;
    last = fromKwh;
    steps.set(fromKwh, (steps.get(fromKwh) ?? 0) + Math.round(sharePercent * 10_000));
  }
  return rates[0]?.fromKwh === 0 && [...steps.values()].every((share) => share === 1_000_000);
}

/**
 * The charges of an electricity plan, from which its price at any usage follows (16 TAC 25.475(g)). A charge that is
 * omitted is not made.
 */
export class EnergyCharges {
  @rule(
    { code: 'steps', afterMembers: true },
    'must start at fromKwh 0 and ascend, and the shares of prices with the same fromKwh must add up to 100 percent',
    (value) => coverAllUsage(value as EnergyRate[]),
  )
  @ObjectListField(() => EnergyRate, {
    description:
      'Prices of energy by usage. Each applies to the usage above its `fromKwh`, up to that of the next step.',
    minItems: 1,
    maxItems: 20,
  })
  energy: EnergyRate[];

  @MoneyField({
    description: "Base charge per month, in the offer's currency.",
    optional: true,
    example: 4.95,
  })
  baseMonthly?: number;

  @inCents
  @atMostDecimals(6)
  @NumberField({
    description:
      'Delivery charge of the utility in cents per kWh: 0, or 1 to 100. Omitted if the energy prices include delivery.',
    min: 0,
    unit: 'cents per kWh',
    optional: true,
    example: 5.6032,
  })
  deliveryCentsPerKwh?: number;

  @MoneyField({
    description: "Delivery charge of the utility per month, in the offer's currency.",
    optional: true,
    example: 4.23,
  })
  deliveryMonthly?: number;

  @ObjectListField(() => UsageCredit, {
    description: 'Credits for a month whose usage is in a range. All that apply are added up.',
    optional: true,
    maxItems: 20,
  })
  credits?: UsageCredit[];

  @ObjectField(() => MinimumUsageFee, { description: 'Fee for a month with little usage.', optional: true })
  minimumUsageFee?: MinimumUsageFee;
}
