import * as fc from 'fast-check';
import { normalPrice, promotedPrice } from '../../src/product-offerings/pricing/product-offering-price.js';
import type { ProductOffering } from '../../src/product-offerings/product-offering.entity.js';
import { normalizePromoCode } from '../../src/promotions/promo-code.js';
import { applyDiscount, type DiscountRule } from '../../src/promotions/discounts/discount-rule.js';
import {
  coversOffering,
  type TargetedOffering,
  type TargetSelector,
} from '../../src/promotions/promotion-targets.js';
import { testSeed } from '../support/seed.js';

const percent = (value: number): DiscountRule => ({ kind: 'PERCENT', percent: value, amounts: null });
const amount = (amounts: Record<string, number>): DiscountRule => ({
  kind: 'AMOUNT',
  percent: null,
  amounts,
});

describe('applyDiscount', () => {
  it.each([
    [1990n, percent(25), 1492n],
    [5000n, percent(5), 4750n],
    [12500n, percent(10), 11250n],
    [3333n, percent(10), 2999n],
    [999n, percent(10), 899n],
    [1n, percent(0.0001), 0n],
    [1_000_000n, percent(0.0001), 999_999n],
    [1990n, percent(100), 0n],
    [0n, percent(50), 0n],
    [1000n, amount({ EUR: 500 }), 500n],
    [1000n, amount({ EUR: 1000 }), 0n],
    [1000n, amount({ EUR: 5000 }), 0n],
    [1000n, amount({ EUR: 0 }), 1000n],
  ])('%s with %j is %s', (gross, rule, net) => {
    expect(applyDiscount(gross, 'EUR', rule)).toEqual({ gross, discount: gross - net, net });
  });

  it('returns undefined if the discount has no amount in the currency', () => {
    expect(applyDiscount(1000n, 'USD', amount({ EUR: 5 }))).toBeUndefined();
  });
});

const rules = fc.oneof(
  fc.integer({ min: 1, max: 1_000_000 }).map((scaled) => percent(scaled / 10_000)),
  fc.integer({ min: 0, max: 999_999_999 }).map((minor) => amount({ EUR: minor, JPY: minor, KWD: minor })),
);
const prices = fc.dictionary(
  fc.constantFrom('EUR', 'JPY', 'KWD', 'USD'),
  fc.record({ amount: fc.integer({ min: 0, max: 999_999_999 }), includes_tax: fc.boolean() }),
);
const decimals: Record<string, number> = { EUR: 2, USD: 2, JPY: 0, KWD: 3 };

describe('the price of a product offering', () => {
  const offering = (price: ProductOffering['price'], defaultCurrency: string) =>
    ({ id: 'x', price, defaultCurrency, priceType: 'ONE_TIME', boundMonths: 0 }) as ProductOffering;

  it('has gross = discount + net in every currency, with no negative amounts and no excess decimal places', () => {
    fc.assert(
      fc.property(prices, rules, (price, rule) => {
        const [currency] = Object.keys(price);
        if (currency === undefined) return;
        const promotion = { ...rule, promoCode: 'A', discountPeriodMonths: 1 };
        const view =
          promotedPrice(offering(price, currency), promotion) ?? normalPrice(offering(price, currency));
        for (const [code, amounts] of [
          [currency, view] as const,
          ...Object.entries(view.currencyOptions ?? {}),
        ]) {
          const minor = (value: number) => {
            expect(value).toBeGreaterThanOrEqual(0);
            expect((String(value).split('.')[1] ?? '').length).toBeLessThanOrEqual(decimals[code] ?? 0);
            return BigInt(Number(value).toFixed(decimals[code]).replace('.', ''));
          };
          expect(minor(amounts.grossPrice)).toBe(BigInt(price[code]?.amount ?? -1));
          expect(minor(amounts.grossPrice)).toBe(minor(amounts.discount) + minor(amounts.netPrice));
        }
      }),
      { seed: testSeed, numRuns: 1000 },
    );
  });
});

describe('coversOffering', () => {
  const offering: TargetedOffering = {
    productOfferingId: 'one',
    productOfferingGroupId: 'plans',
    category: 'SUBSCRIPTION_CELL',
    customerType: 'CONSUMER',
  };
  it.each<[boolean, TargetSelector[]]>([
    [true, []],
    [true, [{ productOfferingId: 'one' }]],
    [false, [{ productOfferingId: 'two' }]],
    [true, [{ productOfferingGroupId: 'plans' }]],
    [false, [{ productOfferingGroupId: 'other' }]],
    [true, [{ category: 'SUBSCRIPTION_CELL' }]],
    [false, [{ category: 'TRAVEL_ESIM' }]],
    [true, [{ customerType: 'BUSINESS' }, { customerType: 'CONSUMER' }]],
    [false, [{ customerType: 'BUSINESS' }, { category: 'TRAVEL_ESIM' }]],
  ])('returns %s for %j', (expected, targets) => {
    expect(coversOffering(targets, offering)).toBe(expected);
  });

  it('returns false for a group target if the product offering has no group', () => {
    expect(
      coversOffering([{ productOfferingGroupId: 'plans' }], {
        ...offering,
        productOfferingGroupId: undefined,
      }),
    ).toBe(false);
  });
});

describe('normalizePromoCode', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' \t\n', undefined],
    [' summer_25-X ', 'SUMMER_25-X'],
    ['x'.repeat(64), 'X'.repeat(64)],
  ])('normalizes %j to %j', (input, code) => {
    expect(normalizePromoCode(input)).toBe(code);
  });

  it.each(['a b', 'x'.repeat(65), 'ß', 'ı', '\0', "'", '%', '🎉'])(
    'turns %j into a code that matches no promotion',
    (input) => {
      expect(normalizePromoCode(input)).toBe('?');
    },
  );
});
