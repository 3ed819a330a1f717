import { CurrencyField, currencyKeys, MoneyField } from '../../money/money-fields.js';
import { EnumField, BooleanField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { PartialType } from '../../validation/mapped-types.js';
import { ObjectField, ObjectMapField } from '../../validation/object-fields.js';
import {
  billingPeriods,
  priceTypes,
  type BillingPeriod,
  type PriceType,
} from '../product-offering.entity.js';

const gross = { description: 'Price before any discount, in major units such as 19.90.', example: 19.9 };
const priceType = { description: 'Whether it is paid once or again and again.', example: 'RECURRING' };
const optionsHelp = 'Price in other currencies.';

/** How often a recurring price is charged. */
export class BillingCycle {
  @EnumField(billingPeriods, { description: 'Unit of the cycle.', example: 'MONTHLY' })
  period: BillingPeriod;

  @NumberField({ description: 'Units in a cycle.', integer: true, min: 1, max: 1000, example: 1 })
  interval: number;
}

/** What a product offering costs in one more currency. */
@ServerManaged('discount', 'netPrice')
export class CurrencyOption {
  @MoneyField(gross)
  grossPrice: number;

  @BooleanField({
    description: 'Whether tax is in the price.',
    default: false,
    optional: true,
    example: true,
  })
  taxIncluded?: boolean;
}

@ServerManaged('discount', 'netPrice', 'promoCode', 'discountPeriodMonths')
export class PriceInput extends CurrencyOption {
  @CurrencyField({ description: 'ISO 4217 code of the price.', example: 'EUR' })
  currency: string;

  @EnumField(priceTypes, priceType)
  priceType: PriceType;

  @NumberField({
    description: 'Months of commitment, 0 for none.',
    default: 0,
    integer: true,
    min: 0,
    max: 1200,
    optional: true,
    example: 12,
  })
  boundMonths?: number;

  @ObjectField(() => BillingCycle, {
    description: 'Needed for RECURRING; not for ONE_TIME.',
    optional: true,
    nullable: true,
  })
  billingCycle?: BillingCycle | null;

  @ObjectMapField(() => CurrencyOption, currencyKeys, {
    description: optionsHelp,
    maxEntries: 9,
    optional: true,
    nullable: true,
    example: { USD: { grossPrice: 21.5, taxIncluded: false } },
  })
  currencyOptions?: Record<string, CurrencyOption> | null;
}

/** A merge patch of the price: what is left out stays. */
export class PricePatch extends PartialType(PriceInput) {}

/** Gross, discount and net in one currency; gross is always discount plus net. */
export class CurrencyOptionView {
  @NumberField({ ...gross, min: 0 })
  grossPrice: number;

  @NumberField({ description: 'What the promo code takes off, else 0.', min: 0, example: 4.98 })
  discount: number;

  @NumberField({ description: 'What is paid.', min: 0, example: 14.92 })
  netPrice: number;

  @BooleanField({ description: 'Whether tax is in the prices.', example: true })
  taxIncluded: boolean;
}

export class PriceView extends CurrencyOptionView {
  @CurrencyField({ description: 'ISO 4217 code of the price.', example: 'EUR' })
  currency: string;

  @EnumField(priceTypes, priceType)
  priceType: PriceType;

  @NumberField({ description: 'Months of commitment, 0 for none.', integer: true, min: 0, example: 12 })
  boundMonths: number;

  @ObjectField(() => BillingCycle, { description: 'Null for ONE_TIME.', nullable: true })
  billingCycle: BillingCycle | null;

  @ObjectMapField(() => CurrencyOptionView, currencyKeys, {
    description: `${optionsHelp} Left out when there are none.`,
    maxEntries: 9,
    optional: true,
    example: { USD: { grossPrice: 21.5, discount: 0, netPrice: 21.5, taxIncluded: false } },
  })
  currencyOptions?: Record<string, CurrencyOptionView>;

  @TextField({
    description: 'The promo code that was applied; left out without one.',
    max: 64,
    optional: true,
    example: 'SUMMER',
  })
  promoCode?: string;

  @NumberField({
    description: 'Months for which the discount holds; left out without a promo code.',
    integer: true,
    min: 1,
    optional: true,
    example: 12,
  })
  discountPeriodMonths?: number;
}
