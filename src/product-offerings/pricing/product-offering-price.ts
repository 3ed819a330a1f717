import { fromMinorUnits } from '../../money/money.js';
import {
  applyDiscount,
  withoutDiscount,
  type DiscountRule,
} from '../../promotions/discounts/discount-rule.js';
import { coversOffering } from '../../promotions/promotion-targets.js';
import type { RedeemablePromotion } from '../../promotions/redemptions/redeemable-promotions.query.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';
import type { ProductOffering } from '../product-offering.entity.js';
import type { AmountView, CurrencyOptionView, PriceView } from './price.dto.js';

/** The parts of a promotion that determine a price or appear in it. */
export interface PricedPromotion extends DiscountRule {
  promoCode: string;
  discountPeriodMonths: number;
}

/** Returns the price without a promotion. */
export const normalPrice = (offering: ProductOffering): PriceView => priceWith(offering);

/**
 * Calculates the price with the promotion. Currencies for which the discount has no amount keep their normal
 * price.
 * @returns undefined if the discount has no amount in the offering's default currency
 */
export function promotedPrice(offering: ProductOffering, promotion: PricedPromotion): PriceView | undefined {
  const price = offering.price[offering.defaultCurrency];
  const applies = price && applyDiscount(BigInt(price.amount), offering.defaultCurrency, promotion);
  return applies ? priceWith(offering, promotion) : undefined;
}

/**
 * Applies a promotion of the owner to the price of the product offering.
 * @returns undefined if the promotion does not apply to the product offering
 */
export function applyPromotion(
  details: ProductOfferingDetails,
  promotion?: RedeemablePromotion,
): ProductOfferingDetails | undefined {
  const { offering, product, group } = details;
  if (!promotion || promotion.teamId !== offering.teamId || offering.status === 'ARCHIVED') return undefined;
  const isCovered = coversOffering(promotion.targets, {
    productOfferingId: offering.id,
    productOfferingGroupId: group?.slug,
    category: product.category,
    customerType: offering.customerType,
  });
  const price = isCovered ? promotedPrice(offering, promotion) : undefined;
  return price && { ...details, price };
}

function priceWith(offering: ProductOffering, promotion?: PricedPromotion): PriceView {
  const { [offering.defaultCurrency]: inDefaultCurrency, ...inOtherCurrencies } = Object.fromEntries(
    Object.entries(offering.price).map(([currency, { amount, includes_tax }]) => [
      currency,
      {
        ...amountIn(currency, amount, includes_tax, promotion),
        ...oneTimePriceIn(offering, currency),
      } satisfies CurrencyOptionView,
    ]),
  );
  if (!inDefaultCurrency)
    throw new Error(`Product offering ${offering.id} has no price in its default currency`);
  const { billingPeriod: period, billingInterval: interval } = offering;
  return {
    currency: offering.defaultCurrency,
    ...inDefaultCurrency,
    priceType: offering.priceType,
    boundMonths: offering.boundMonths,
    billingCycle: period && interval ? { period, interval } : null,
    ...(Object.keys(inOtherCurrencies).length > 0 ? { currencyOptions: inOtherCurrencies } : {}),
    ...(promotion && {
      promoCode: promotion.promoCode,
      discountPeriodMonths: promotion.discountPeriodMonths,
    }),
  };
}

/** Promotions do not apply to the one-time price, because they reduce what is charged for a number of months. */
function oneTimePriceIn({ oneTimePrice }: ProductOffering, currency: string): { oneTimePrice?: AmountView } {
  const price = oneTimePrice?.[currency];
  return price ? { oneTimePrice: amountIn(currency, price.amount, price.includes_tax) } : {};
}

function amountIn(currency: string, amount: number, taxIncluded: boolean, rule?: DiscountRule): AmountView {
  const minor = BigInt(amount);
  const { gross, discount, net } = (rule && applyDiscount(minor, currency, rule)) ?? withoutDiscount(minor);
  return {
    grossPrice: fromMinorUnits(gross, currency),
    discount: fromMinorUnits(discount, currency),
    netPrice: fromMinorUnits(net, currency),
    taxIncluded,
  };
}
