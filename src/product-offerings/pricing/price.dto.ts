import { CurrencyCode, currencyKeys, Money } from '../../money/money-fields.js';
import { Choice, Flag, Num, Text } from '../../validation/fields.js';
import { ServerSet } from '../../validation/validate.js';
import { PartialType } from '../../validation/mapped-types.js';
import { Nested, NestedMap } from '../../validation/object-fields.js';
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
  @Choice(billingPeriods, { description: 'Unit of the cycle.', example: 'MONTHLY' })
  period: BillingPeriod;

  @Num({ description: 'Units in a cycle.', integer: true, min: 1, max: 1000, example: 1 })
  interval: number;
}

/** What a product offering costs in one more currency. */
@ServerSet('discount', 'netPrice')
export class CurrencyOption {
  @Money(gross)
  grossPrice: number;

  @Flag({ description: 'Whether tax is in the price.', default: false, optional: true, example: true })
  taxIncluded?: boolean;
}

@ServerSet('discount', 'netPrice', 'promoCode', 'discountPeriodMonths')
export class PriceInput extends CurrencyOption {
  @CurrencyCode({ description: 'ISO 4217 code of the price.', example: 'EUR' })
  currency: string;

  @Choice(priceTypes, priceType)
  priceType: PriceType;

  @Num({
    description: 'Months of commitment, 0 for none.',
    default: 0,
    integer: true,
    min: 0,
    max: 1200,
    optional: true,
    example: 12,
  })
  boundMonths?: number;

  @Nested(() => BillingCycle, {
    description: 'Needed for RECURRING; not for ONE_TIME.',
    optional: true,
    nullable: true,
  })
  billingCycle?: BillingCycle | null;

  @NestedMap(() => CurrencyOption, currencyKeys, {
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
  @Num({ ...gross, min: 0 })
  grossPrice: number;

  @Num({ description: 'What the promo code takes off, else 0.', min: 0, example: 4.98 })
  discount: number;

  @Num({ description: 'What is paid.', min: 0, example: 14.92 })
  netPrice: number;

  @Flag({ description: 'Whether tax is in the prices.', example: true })
  taxIncluded: boolean;
}

export class PriceView extends CurrencyOptionView {
  @CurrencyCode({ description: 'ISO 4217 code of the price.', example: 'EUR' })
  currency: string;

  @Choice(priceTypes, priceType)
  priceType: PriceType;

  @Num({ description: 'Months of commitment, 0 for none.', integer: true, min: 0, example: 12 })
  boundMonths: number;

  @Nested(() => BillingCycle, { description: 'Null for ONE_TIME.', nullable: true })
  billingCycle: BillingCycle | null;

  @NestedMap(() => CurrencyOptionView, currencyKeys, {
    description: `${optionsHelp} Left out when there are none.`,
    maxEntries: 9,
    optional: true,
    example: { USD: { grossPrice: 21.5, discount: 0, netPrice: 21.5, taxIncluded: false } },
  })
  currencyOptions?: Record<string, CurrencyOptionView>;

  @Text({
    description: 'The promo code that was applied; left out without one.',
    max: 64,
    optional: true,
    example: 'SUMMER',
  })
  promoCode?: string;

  @Num({
    description: 'Months for which the discount holds; left out without a promo code.',
    integer: true,
    min: 1,
    optional: true,
    example: 12,
  })
  discountPeriodMonths?: number;
}
