import * as fc from 'fast-check';
import type { PriceMap } from '../../src/money/price-map.js';
import {
  excessiveCurrencies,
  mixedTaxCurrencies,
  planPrice,
  sumProductPrices,
  type PricedProduct,
  type PricingPlan,
} from '../../src/subscriptions/offerings/plan-price.js';
import { testSeed } from '../support/seed.js';

/** An exact fraction in lowest terms, computed without the shortcuts of the code under test. */
class Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;

  constructor(numerator: bigint, denominator = 1n) {
    const divisor = gcd(numerator, denominator);
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
  }
  plus(other: Rational) {
    const numerator = this.numerator * other.denominator + other.numerator * this.denominator;
    return new Rational(numerator, this.denominator * other.denominator);
  }
  times(other: Rational) {
    return new Rational(this.numerator * other.numerator, this.denominator * other.denominator);
  }
  floor() {
    return this.numerator / this.denominator;
  }
}
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a || 1n : gcd(b, a % b));

/** Applies the documented pricing rules to each product separately. */
function expected(
  plan: PricingPlan,
  products: PricedProduct[],
): Map<string, { sum: Rational; price: bigint }> {
  const priced = products.flatMap(({ price, ...unit }) =>
    price && Object.keys(price).length > 0 ? [{ price, ...unit }] : [],
  );
  const currencies = Object.keys(priced[0]?.price ?? {});
  const common = currencies.filter((currency) => priced.every(({ price }) => currency in price));
  // Percentages have at most 4 decimal places.
  const reduction = new Rational(BigInt(Math.round((plan.basePricePercentage ?? 0) * 10_000)), 1_000_000n);
  const share = new Rational(1n).plus(new Rational(-reduction.numerator, reduction.denominator));
  return new Map(
    common.map((currency) => {
      const sum = priced.reduce(
        (total, { price, priceUnit, priceUnitAmount }) =>
          total.plus(
            new Rational(BigInt(price[currency]?.amount ?? 0)).times(
              factor(plan, priceUnit, priceUnitAmount),
            ),
          ),
        new Rational(0n),
      );
      return [currency, { sum, price: sum.times(share).floor() }];
    }),
  );
}

function factor(plan: PricingPlan, unit: 'day' | 'month' | null, amount: number | null): Rational {
  if (unit === null || amount === null) return new Rational(1n);
  const interval = plan.billingIntervalType;
  const inMonths = interval === 'month' || interval === 'year';
  const days = { day: 1n, week: 7n, month: 30n, year: 365n }[interval];
  const frequency = new Rational(BigInt(plan.billingFrequency));
  if (unit === 'month' && inMonths)
    return frequency.times(new Rational(interval === 'year' ? 12n : 1n, BigInt(amount)));
  return frequency.times(new Rational(days, BigInt(amount) * (unit === 'month' ? 30n : 1n)));
}

const currencies = ['EUR', 'USD', 'GBP', 'JPY', 'KWD'];
const amount = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.integer({ min: 0, max: 10 }),
  fc.maxSafeNat(),
  fc.constant(Number.MAX_SAFE_INTEGER),
);
const entry = fc.record({ amount, includes_tax: fc.boolean() });
const price: fc.Arbitrary<PriceMap | null> = fc.option(
  fc.dictionary(fc.constantFrom(...currencies), entry, { maxKeys: 5 }).map((map) => ({ ...map })),
  { freq: 8 },
);
const units = fc.oneof(
  fc.constant({ priceUnit: null, priceUnitAmount: null }),
  fc.record({
    priceUnit: fc.constantFrom<'day' | 'month'>('day', 'month'),
    priceUnitAmount: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  }),
);
const product: fc.Arbitrary<PricedProduct> = fc
  .tuple(price, units)
  .map(([price, unit]) => ({ price, ...unit }));
const plan: fc.Arbitrary<PricingPlan> = fc.record({
  billingIntervalType: fc.constantFrom('day', 'week', 'month', 'year'),
  billingFrequency: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  basePricePercentage: fc.option(fc.integer({ min: 0, max: 1_000_000 }).map((scaled) => scaled / 10_000)),
  fixedPrice: fc.constant(null),
});

/** Expects the prices that exact rational arithmetic yields. */
function expectExactPrice(plan: PricingPlan, products: PricedProduct[]): void {
  const sums = sumProductPrices(products);
  const exact = expected(plan, products);
  const tooLarge = [...exact].filter(([, { sum }]) => sum.floor() > BigInt(Number.MAX_SAFE_INTEGER));
  expect(excessiveCurrencies(plan, sums).toSorted()).toEqual(tooLarge.map(([code]) => code).toSorted());
  const price = planPrice(plan, sums) ?? {};
  expect(Object.keys(price)).toEqual([...exact.keys()].toSorted());
  for (const [currency, { price: amount }] of exact) {
    if (amount > BigInt(Number.MAX_SAFE_INTEGER)) continue;
    expect(BigInt(price[currency]?.amount ?? -1)).toBe(amount);
  }
}

describe('planPrice', () => {
  it('agrees with exact rational arithmetic', () => {
    fc.assert(fc.property(plan, fc.array(product, { maxLength: 6 }), expectExactPrice), {
      seed: testSeed,
      numRuns: 8000,
    });
  }, 120_000);

  it('does not depend on the order of the products', () => {
    fc.assert(
      fc.property(plan, fc.array(product, { maxLength: 5 }), (plan, products) => {
        const inOrder = planPrice(plan, sumProductPrices(products));
        expect(planPrice(plan, sumProductPrices(products.toReversed()))).toEqual(inOrder);
      }),
      { seed: testSeed, numRuns: 2000 },
    );
  });

  it('is an integer between 0 and the sum', () => {
    fc.assert(
      fc.property(plan, fc.array(product, { maxLength: 5 }), (plan, products) => {
        const sums = sumProductPrices(products);
        fc.pre(excessiveCurrencies(plan, sums).length === 0);
        const full = planPrice({ ...plan, basePricePercentage: null }, sums) ?? {};
        for (const [currency, { amount }] of Object.entries(planPrice(plan, sums) ?? {})) {
          expect(Number.isSafeInteger(amount)).toBe(true);
          expect(amount).toBeGreaterThanOrEqual(0);
          expect(amount).toBeLessThanOrEqual(full[currency]?.amount ?? -1);
        }
      }),
      { seed: testSeed, numRuns: 2000 },
    );
  });

  it('is exact for 200 products with different billing periods', () => {
    const products = Array.from({ length: 200 }, (_, index) => ({
      price: Object.fromEntries(
        currencies.map((code) => [code, { amount: 1e9 * (index + 1), includes_tax: false }]),
      ),
      priceUnit: index % 2 ? ('day' as const) : ('month' as const),
      priceUnitAmount: 2_147_483_647 - index,
    }));
    const yearly = { billingIntervalType: 'year', basePricePercentage: 33.3333, fixedPrice: null } as const;
    expectExactPrice({ ...yearly, billingFrequency: 7 }, products);
  });
});

describe('mixedTaxCurrencies', () => {
  it('returns the currencies in which some prices include taxes and some do not', () => {
    const priced = (price: PriceMap | null) => ({ price, priceUnit: null, priceUnitAmount: null });
    const gross = { amount: 1, includes_tax: true };
    const net = { amount: 1, includes_tax: false };
    expect(mixedTaxCurrencies([])).toEqual([]);
    expect(
      mixedTaxCurrencies([priced(null), priced({ EUR: gross, USD: net }), priced({ EUR: gross })]),
    ).toEqual([]);
    expect(
      mixedTaxCurrencies([priced({ USD: net, EUR: gross, GBP: net }), priced({ EUR: net, USD: gross })]),
    ).toEqual(['EUR', 'USD']);
  });
});
