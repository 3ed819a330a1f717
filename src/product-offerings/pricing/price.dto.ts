import { CurrencyField, currencyKeys, MoneyField } from '../../money/money-fields.js';
import { BooleanField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { PartialType } from '../../validation/mapped-types.js';
import { ObjectField, ObjectMapField } from '../../validation/object-fields.js';
import { ServerManaged } from '../../validation/validate.js';
import {
  billingPeriods,
  priceTypes,
  type BillingPeriod,
  type PriceType,
} from '../product-offering.entity.js';

const grossPrice = {
  description: 'Price before any discount, in major units, such as 19.90.',
  example: 19.9,
};
const currency = { description: 'ISO 4217 currency code.', example: 'EUR' };
const priceType = {
  description: 'RECURRING prices are charged once per billing cycle, ONE_TIME prices only once.',
  example: 'RECURRING',
};
const boundMonths = {
  description: 'Commitment period in months; 0 means no commitment.',
  integer: true,
  min: 0,
  example: 12,
};
const currencyOptions = 'Prices in other currencies, keyed by ISO 4217 code.';

/** How often a recurring price is charged. */
export class BillingCycle {
  @EnumField(billingPeriods, { description: 'Unit of the billing cycle.', example: 'MONTHLY' })
  period: BillingPeriod;

  @NumberField({
    description: 'Length of the billing cycle, in units of `period`.',
    integer: true,
    min: 1,
    max: 1000,
    example: 1,
  })
  interval: number;
}

const oneTimePrice =
  'What is charged once, at the start, in addition to the recurring price: for example, a set-up fee.';

/** An amount without discount. */
@ServerManaged('discount', 'netPrice')
export class GrossAmount {
  @MoneyField(grossPrice)
  grossPrice: number;

  @BooleanField({
    description: 'Whether the price includes tax.',
    default: false,
    optional: true,
    example: true,
  })
  taxIncluded?: boolean;
}

/** The price in an additional currency. */
@ServerManaged('discount', 'netPrice')
export class CurrencyOption extends GrossAmount {
  @ObjectField(() => GrossAmount, {
    description: `${oneTimePrice} Only for RECURRING prices, and in the same currency.`,
    optional: true,
    nullable: true,
    example: { grossPrice: 25, taxIncluded: true },
  })
  oneTimePrice?: GrossAmount | null;
}

@ServerManaged('discount', 'netPrice', 'promoCode', 'discountPeriodMonths')
export class PriceInput extends CurrencyOption {
  @CurrencyField(currency)
  currency: string;

  @EnumField(priceTypes, priceType)
  priceType: PriceType;

  @NumberField({ ...boundMonths, default: 0, max: 1200, optional: true })
  boundMonths?: number;

  @ObjectField(() => BillingCycle, {
    description: 'Required for RECURRING prices; must be null or omitted for ONE_TIME prices.',
    optional: true,
    nullable: true,
  })
  billingCycle?: BillingCycle | null;

  @ObjectMapField(() => CurrencyOption, currencyKeys, {
    description: currencyOptions,
    maxEntries: 9,
    optional: true,
    nullable: true,
    example: { USD: { grossPrice: 21.5, taxIncluded: false } },
  })
  currencyOptions?: Record<string, CurrencyOption> | null;
}

/** A merge patch for the price. Omitted members keep their values. */
export class PricePatch extends PartialType(PriceInput) {}

/** An amount. The gross price always equals the discount plus the net price. */
export class AmountView {
  @NumberField({ ...grossPrice, min: 0 })
  grossPrice: number;

  @NumberField({
    description: 'Amount deducted by the promo code, in major units; 0 without a promo code.',
    min: 0,
    example: 4.98,
  })
  discount: number;

  @NumberField({ description: 'Price to pay, in major units.', min: 0, example: 14.92 })
  netPrice: number;

  @BooleanField({ description: 'Whether the prices include tax.', example: true })
  taxIncluded: boolean;
}

/** The price in one currency. */
export class CurrencyOptionView extends AmountView {
  @ObjectField(() => AmountView, {
    description: `${oneTimePrice} Omitted if there is none. Promo codes do not reduce it.`,
    optional: true,
    example: { grossPrice: 25, discount: 0, netPrice: 25, taxIncluded: true },
  })
  oneTimePrice?: AmountView;
}

export class PriceView extends CurrencyOptionView {
  @CurrencyField(currency)
  currency: string;

  @EnumField(priceTypes, priceType)
  priceType: PriceType;

  @NumberField(boundMonths)
  boundMonths: number;

  @ObjectField(() => BillingCycle, { description: 'Null for ONE_TIME prices.', nullable: true })
  billingCycle: BillingCycle | null;

  @ObjectMapField(() => CurrencyOptionView, currencyKeys, {
    description: `${currencyOptions} Omitted if there are none.`,
    maxEntries: 9,
    optional: true,
    example: { USD: { grossPrice: 21.5, discount: 0, netPrice: 21.5, taxIncluded: false } },
  })
  currencyOptions?: Record<string, CurrencyOptionView>;

  @TextField({
    description: 'Applied promo code. Omitted if no promo code was applied.',
    max: 64,
    optional: true,
    example: 'SUMMER',
  })
  promoCode?: string;

  @NumberField({
    description: 'Number of months for which the discount applies. Omitted if no promo code was applied.',
    integer: true,
    min: 1,
    optional: true,
    example: 12,
  })
  discountPeriodMonths?: number;
}
