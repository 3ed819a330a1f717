import { subtractPercent } from '../../money/money.js';
import type { PriceMap } from '../../money/price-map.js';

/** The part of a product that affects prices. */
export interface PricedProduct {
  price: PriceMap | null;
  /** The price covers `priceUnitAmount` of these units; null if it covers one billing period. */
  priceUnit: 'day' | 'month' | null;
  priceUnitAmount: number | null;
}

/** The part of a plan that determines its price. */
export interface PricingPlan {
  billingIntervalType: 'day' | 'week' | 'month' | 'year';
  billingFrequency: number;
  basePricePercentage: number | null;
  fixedPrice: PriceMap | null;
}

/** An exact rational number. */
interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** The sum of the product prices in one currency, in minor units, split by the time that the prices cover. */
interface CurrencySum {
  perPeriod: Fraction;
  perDay: Fraction;
  perMonth: Fraction;
  includesTax: boolean;
}

/** The sums of an offering's product prices, keyed by the currencies that all priced products have. */
export type ProductSums = ReadonlyMap<string, CurrencySum>;

const zero: Fraction = { numerator: 0n, denominator: 1n };
const maxAmount = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Billing intervals in days and in months: a week has 7 days, a month has 30 days, and a year has 365 days or
 * 12 months.
 */
const intervals = {
  day: { days: 1n, months: { numerator: 1n, denominator: 30n } },
  week: { days: 7n, months: { numerator: 7n, denominator: 30n } },
  month: { days: 30n, months: { numerator: 1n, denominator: 1n } },
  year: { days: 365n, months: { numerator: 12n, denominator: 1n } },
} as const satisfies Record<PricingPlan['billingIntervalType'], { days: bigint; months: Fraction }>;

const hasEntries = (price: PriceMap | null) => price !== null && Object.keys(price).length > 0;

/** Sums the product prices, once for all plans. Products without a price are ignored. */
export function sumProductPrices(products: readonly PricedProduct[]): ProductSums {
  const priced = products.filter(({ price }) => hasEntries(price));
  const [first, ...others] = priced.map(({ price }) => price ?? {});
  const common = Object.keys(first ?? {}).filter((currency) =>
    others.every((price) => Object.hasOwn(price, currency)),
  );
  return new Map(common.toSorted().map((currency) => [currency, sumIn(currency, priced)]));
}

function sumIn(currency: string, products: readonly PricedProduct[]): CurrencySum {
  const sum: CurrencySum = { perPeriod: zero, perDay: zero, perMonth: zero, includesTax: true };
  for (const { price, priceUnit, priceUnitAmount } of products) {
    const entry = price?.[currency];
    if (!entry) continue;
    const amount = { numerator: BigInt(entry.amount), denominator: BigInt(priceUnitAmount ?? 1) };
    const term = priceUnit === 'day' ? 'perDay' : priceUnit === 'month' ? 'perMonth' : 'perPeriod';
    sum[term] = add(sum[term], amount);
    sum.includesTax &&= entry.includes_tax;
  }
  return sum;
}

/**
 * Returns the price of one billing period by currency: the fixed price, or else the sum of the product prices
 * over the period minus the percentage, rounded down once. Returns undefined if the plan has no fixed price
 * and no currency is common to all priced products.
 */
export function planPrice(plan: PricingPlan, sums: ProductSums): PriceMap | undefined {
  const fixedPrice = fixedPriceOf(plan);
  if (fixedPrice) return fixedPrice;
  if (sums.size === 0) return undefined;
  const prices = [...sums].map(([currency, sum]) => {
    const { numerator, denominator } = sumForPeriod(sum, plan);
    // Rounding the discounted numerator down before the division does not change the final result.
    const amount = Number(subtractPercent(numerator, plan.basePricePercentage ?? 0) / denominator);
    return [currency, { amount, includes_tax: sum.includesTax }] as const;
  });
  return Object.fromEntries(prices);
}

const fixedPriceOf = ({ fixedPrice }: PricingPlan) => (hasEntries(fixedPrice) ? fixedPrice : undefined);

/** Returns the exact sum for one of the plan's billing periods. */
function sumForPeriod(sum: CurrencySum, { billingIntervalType, billingFrequency }: PricingPlan): Fraction {
  const { days, months } = intervals[billingIntervalType];
  const frequency = BigInt(billingFrequency);
  const perDay = multiply(sum.perDay, { numerator: days * frequency, denominator: 1n });
  const monthsInPeriod = { ...months, numerator: months.numerator * frequency };
  const perMonth = multiply(sum.perMonth, monthsInPeriod);
  return add(sum.perPeriod, add(perDay, perMonth));
}

const multiply = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});

function add(a: Fraction, b: Fraction): Fraction {
  // Denominators are usually equal; this keeps them small.
  if (a.denominator % b.denominator === 0n)
    return {
      numerator: a.numerator + b.numerator * (a.denominator / b.denominator),
      denominator: a.denominator,
    };
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** Returns the currencies in which some prices include taxes and others exclude them. */
export function mixedTaxCurrencies(products: readonly PricedProduct[]): string[] {
  const entries = products.flatMap(({ price }) => Object.entries(price ?? {}));
  const withTax = new Set(entries.filter(([, entry]) => entry.includes_tax).map(([currency]) => currency));
  const mixed = entries.filter(([currency, entry]) => !entry.includes_tax && withTax.has(currency));
  return [...new Set(mixed.map(([currency]) => currency))].toSorted();
}

/** Returns the currencies in which the sum for one billing period, before any discount, exceeds 2^53-1. */
export function excessiveCurrencies(plan: PricingPlan, sums: ProductSums): string[] {
  if (fixedPriceOf(plan)) return [];
  return [...sums].flatMap(([currency, sum]) => {
    const { numerator, denominator } = sumForPeriod(sum, plan);
    return numerator / denominator > maxAmount ? [currency] : [];
  });
}
