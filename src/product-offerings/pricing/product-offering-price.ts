import { fromMinorUnits } from '../../money/money.js';
import { discounted, fullPrice, type DiscountRule } from '../../promotions/promo-price.js';
import type { CurrencyOptionView, PriceView } from './price.dto.js';
import type { ProductOffering } from '../product-offering.entity.js';

/** What of a promotion shows in a price. */
export interface PricedPromotion extends DiscountRule {
  promoCode: string;
  discountPeriodMonths: number;
}

/** The price without a promo code. */
export const normalPrice = (offering: ProductOffering): PriceView => priceWith(offering);

/**
 * The price with the promotion. Undefined when the discount has no amount in the offering's own currency; other
 * currencies without one keep their normal price.
 */
export function promotedPrice(offering: ProductOffering, promotion: PricedPromotion): PriceView | undefined {
  const own = offering.price[offering.defaultCurrency];
  const applies = own && discounted(BigInt(own.amount), offering.defaultCurrency, promotion);
  return applies ? priceWith(offering, promotion) : undefined;
}

function priceWith(offering: ProductOffering, promotion?: PricedPromotion): PriceView {
  const { [offering.defaultCurrency]: own, ...others } = Object.fromEntries(
    Object.entries(offering.price).map(([currency, { amount, includes_tax }]) => [
      currency,
      inCurrency(currency, amount, includes_tax, promotion),
    ]),
  );
  if (!own) throw new Error(`Product offering ${offering.id} has no price in its own currency`);
  const { billingPeriod: period, billingInterval: interval } = offering;
  return {
    currency: offering.defaultCurrency,
    ...own,
    priceType: offering.priceType,
    boundMonths: offering.boundMonths,
    billingCycle: period && interval ? { period, interval } : null,
    ...(Object.keys(others).length > 0 ? { currencyOptions: others } : {}),
    ...(promotion && {
      promoCode: promotion.promoCode,
      discountPeriodMonths: promotion.discountPeriodMonths,
    }),
  };
}

function inCurrency(
  currency: string,
  amount: number,
  taxIncluded: boolean,
  rule?: DiscountRule,
): CurrencyOptionView {
  const minor = BigInt(amount);
  const { gross, discount, net } = (rule && discounted(minor, currency, rule)) ?? fullPrice(minor);
  return {
    grossPrice: fromMinorUnits(gross, currency),
    discount: fromMinorUnits(discount, currency),
    netPrice: fromMinorUnits(net, currency),
    taxIncluded,
  };
}
