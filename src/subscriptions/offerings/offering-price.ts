import { subtractPercent } from '../../money/money.js';
import type { PriceMap } from '../../money/price-map.js';

/** What the price engine knows of a product. */
export interface PricedProduct {
  price: PriceMap | null;
  /** The price is for `priceUnitAmount` of these, else for one billing period. */
  priceUnit: 'day' | 'month' | null;
  priceUnitAmount: number | null;
}

/** What the price engine knows of a plan. */
export interface PricingPlan {
  billingIntervalType: 'day' | 'week' | 'month' | 'year';
  billingFrequency: number;
  basePricePercentage: number | null;
  fixedPrice: PriceMap | null;
}

/** An exact number of minor units. */
interface Fraction {
  over: bigint;
  under: bigint;
}

/** What the products cost in one currency before a plan tells how long a billing period is. */
interface CurrencySum {
  perPeriod: Fraction;
  perDay: Fraction;
  perMonth: Fraction;
  includesTax: boolean;
}

/** The sums of an offering's products, in the currencies that all priced products have. */
export type ProductSums = ReadonlyMap<string, CurrencySum>;

const zero: Fraction = { over: 0n, under: 1n };
const maxAmount = BigInt(Number.MAX_SAFE_INTEGER);

/** A billing interval in days and in months; a month counts 30 days, a year 365 or 12 months, a week 7 days. */
const intervals = {
  day: { days: 1n, months: { over: 1n, under: 30n } },
  week: { days: 7n, months: { over: 7n, under: 30n } },
  month: { days: 30n, months: { over: 1n, under: 1n } },
  year: { days: 365n, months: { over: 12n, under: 1n } },
} as const satisfies Record<PricingPlan['billingIntervalType'], { days: bigint; months: Fraction }>;

const isPriced = ({ price }: PricedProduct) => price !== null && Object.keys(price).length > 0;

/** Adds up the products once for all plans; products without a price do not count. */
export function sumProducts(products: readonly PricedProduct[]): ProductSums {
  const priced = products.filter(isPriced);
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
    const amount = { over: BigInt(entry.amount), under: BigInt(priceUnitAmount ?? 1) };
    const part = priceUnit === 'day' ? 'perDay' : priceUnit === 'month' ? 'perMonth' : 'perPeriod';
    sum[part] = add(sum[part], amount);
    sum.includesTax &&= entry.includes_tax;
  }
  return sum;
}

/**
 * The price of one billing period by currency: the fixed price as it is, else the sum of the products over the
 * period less the percentage, rounded down once. Undefined when neither gives a price.
 */
export function planPrice(plan: PricingPlan, sums: ProductSums): PriceMap | undefined {
  if (plan.fixedPrice && Object.keys(plan.fixedPrice).length > 0) return plan.fixedPrice;
  if (sums.size === 0) return undefined;
  const prices = [...sums].map(([currency, sum]) => {
    const { over, under } = overPeriod(sum, plan);
    // Rounding the discounted numerator down before the division gives the same floor as rounding once after it.
    const amount = Number(subtractPercent(over, plan.basePricePercentage ?? 0) / under);
    return [currency, { amount, includes_tax: sum.includesTax }] as const;
  });
  return Object.fromEntries(prices);
}

/** The sum over one billing period of the plan, exactly. */
function overPeriod(sum: CurrencySum, { billingIntervalType, billingFrequency }: PricingPlan): Fraction {
  const { days, months } = intervals[billingIntervalType];
  const frequency = BigInt(billingFrequency);
  const perDay = times(sum.perDay, { over: days * frequency, under: 1n });
  const perMonth = times(sum.perMonth, { over: months.over * frequency, under: months.under });
  return add(sum.perPeriod, add(perDay, perMonth));
}

const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });

function add(a: Fraction, b: Fraction): Fraction {
  if (a.under % b.under === 0n) return { over: a.over + b.over * (a.under / b.under), under: a.under };
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

/** The currencies in which some products include taxes and others do not; they cannot be added up. */
export function mixedTaxCurrencies(products: readonly PricedProduct[]): string[] {
  const entries = products.flatMap(({ price }) => Object.entries(price ?? {}));
  const withTax = new Set(entries.filter(([, entry]) => entry.includes_tax).map(([currency]) => currency));
  const mixed = entries.filter(([currency, entry]) => !entry.includes_tax && withTax.has(currency));
  return [...new Set(mixed.map(([currency]) => currency))].toSorted();
}

/** The currencies in which the sum over the plan's period, before any discount, exceeds 2^53-1. */
export function excessiveCurrencies(plan: PricingPlan, sums: ProductSums): string[] {
  if (plan.fixedPrice && Object.keys(plan.fixedPrice).length > 0) return [];
  return [...sums].flatMap(([currency, sum]) => {
    const { over, under } = overPeriod(sum, plan);
    return over / under > maxAmount ? [currency] : [];
  });
}
