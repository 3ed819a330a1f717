import * as fc from 'fast-check';
import { testSeed } from '../support/seed.js';
import { divideHalfUp, scaledBy, unscaled } from '../../src/money/exact.js';
import { pricingOf, type PricedFields } from '../../src/offers/pricing/pricing.js';

const currencies = { USD: 100, JPY: 1, KWD: 1000 } as const;
type Currency = keyof typeof currencies;

/** Generates amounts in minor units. */
const minor = fc.integer({ min: 0, max: 999_999_999 });
const fees = fc.option(
  fc.array(fc.record({ amount: minor, mandatory: fc.constantFrom(true, false, undefined) }), {
    maxLength: 4,
  }),
);
const drawn = fc.record({
  currency: fc.constantFrom<Currency>('USD', 'JPY', 'KWD'),
  price: fc.option(minor),
  introductory: fc.option(fc.record({ price: minor, months: fc.integer({ min: 1, max: 36 }) })),
  monthly: fees,
  once: fees,
  setup: fc.option(
    fc.record({ installationFee: fc.option(minor), activationFee: fc.option(minor), depositRequired: minor }),
  ),
});

it('the costs over 12 and 24 months equal a sum month by month, for random fees and introductory prices', () => {
  fc.assert(
    fc.property(drawn, ({ currency, price, introductory, monthly, once, setup }) => {
      const unit = currencies[currency];
      const major = (amount: number) => Number((amount / unit).toFixed(3));
      const inMajor = (list: typeof monthly) =>
        list &&
        list.map(({ amount, mandatory }) => ({
          amount: major(amount),
          ...(mandatory === undefined ? {} : { mandatory }),
        }));
      const pricing = pricingOf({
        currency,
        category: null,
        serviceSpecificData: null,
        complianceData: null,
        monthlyPrice: price === null ? null : major(price),
        introductory: introductory && {
          monthlyPrice: major(introductory.price),
          months: introductory.months,
        },
        monthlyFees: inMajor(monthly),
        oneTimeFees: inMajor(once),
        fees: setup && {
          installationFee: setup.installationFee === null ? null : major(setup.installationFee),
          activationFee: setup.activationFee === null ? null : major(setup.activationFee),
          depositRequired: major(setup.depositRequired),
        },
      } as PricedFields);
      const sum = (list: typeof monthly) =>
        (list ?? []).reduce((total, { amount, mandatory }) => total + (mandatory === false ? 0 : amount), 0);
      const given = [setup?.installationFee, setup?.activationFee].filter((fee) => typeof fee === 'number');
      const start = given.reduce((total, fee) => total + fee, sum(once));
      const costOver = (months: number): number | null => {
        let total = start;
        for (let month = 1; month <= months; month += 1) {
          const now = introductory && month <= introductory.months ? introductory.price : price;
          if (now === null) return null;
          total += now + sum(monthly);
        }
        return major(total);
      };
      expect(pricing).toEqual({
        currency,
        firstMonthly: introductory ? major(introductory.price) : price === null ? null : major(price),
        regularMonthly: price === null ? null : major(price),
        allInMonthly: price === null ? null : major(price + sum(monthly)),
        setupFee: once === null && given.length === 0 ? null : major(start),
        costOver12Months: costOver(12),
        costOver24Months: costOver(24),
        perKwh: { 500: null, 1000: null, 2000: null },
      });
    }),
    { seed: testSeed, numRuns: 500 },
  );
});

it.each([
  [1, 14.899999999999999, 14.9],
  [1, 14.85, 14.9],
  [1, 14.8499, 14.8],
  [2, 98.425, 98.43],
  [0, 1e21, 1e21],
  [2, 1e-7, 0],
])('rounds to %d decimal places, half up: %p is %p', (places, value, expected) => {
  expect(unscaled(places, scaledBy(places, value))).toBe(expected);
});

it('divides and rounds half up, also below zero', () => {
  expect([5n, -5n, 7n, -7n, 4n].map((each) => divideHalfUp(each, 2n))).toEqual([3n, -2n, 4n, -3n, 2n]);
  expect(divideHalfUp(-1n, 3n)).toBe(0n);
});
