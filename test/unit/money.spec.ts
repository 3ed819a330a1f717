import * as fc from 'fast-check';
import { currencyExponent, isCurrency } from '../../src/money/currency.js';
import {
  decimalPlaces,
  fitsCurrency,
  fromMinorUnits,
  minorToMajorText,
  subtractPercent,
  toMinorUnits,
} from '../../src/money/money.js';
import { testSeed } from '../support/seed.js';

describe('currency', () => {
  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['TND', 3],
  ])('%s has %i decimal places', (code, decimals) => {
    expect([isCurrency(code), currencyExponent(code)]).toEqual([true, decimals]);
  });

  it.each(['usd', 'XXX', 'XAU', 'DEM', 'US', 'USDX', '', 'toString'])('%p is not a currency', (code) => {
    expect(isCurrency(code)).toBe(false);
  });
});

describe('decimalPlaces', () => {
  it.each([
    [0, 0],
    [-0, 0],
    [10, 0],
    [59.99, 2],
    [10.999, 3],
    [0.1, 1],
    [9_999_999.99, 2],
    [1e-7, undefined],
    [1e21, undefined],
    [NaN, undefined],
    [Infinity, undefined],
  ])('%p -> %p', (amount, decimals) => {
    expect(decimalPlaces(amount)).toBe(decimals);
  });
});

describe('minor units', () => {
  it.each([
    [59.99, 'USD', 5999n],
    [0, 'USD', 0n],
    [0.01, 'USD', 1n],
    [0.1, 'USD', 10n],
    [1.1, 'USD', 110n],
    [9_999_999.99, 'USD', 999_999_999n],
    [5000, 'JPY', 5000n],
    [10.999, 'KWD', 10_999n],
    [0.005, 'KWD', 5n],
  ])('converts %p %s to %p and back', (amount, currency, minor) => {
    expect(toMinorUnits(amount, currency)).toBe(minor);
    expect(fromMinorUnits(minor, currency)).toBe(amount);
  });

  it('convert to the same text as to a number', () => {
    const minor = fc.oneof(fc.bigInt(0n, 20_000n), fc.bigInt(0n, 10n ** 12n));
    const currency = fc.constantFrom('USD', 'JPY', 'KWD', '');
    const agree = (amount: bigint, code: string) =>
      expect(minorToMajorText(String(amount), code)).toBe(String(fromMinorUnits(amount, code)));
    fc.assert(fc.property(minor, currency, agree), { seed: testSeed, numRuns: 2000 });
  });

  it('round-trip every cent up to 1,000 dollars', () => {
    for (let cents = 0n; cents <= 100_000n; cents += 1n) {
      const amount = fromMinorUnits(cents, 'USD');
      if (!fitsCurrency(amount, 'USD') || toMinorUnits(amount, 'USD') !== cents)
        throw new Error(String(cents));
    }
  });

  it.each([
    [10.999, 'USD', false],
    [10.999, 'KWD', true],
    [10.9999, 'KWD', false],
    [1.5, 'JPY', false],
    [1e-7, 'KWD', false],
    [59.99, 'XYZ', true],
  ])('%p fits %s: %p', (amount, currency, fits) => {
    expect(fitsCurrency(amount, currency)).toBe(fits);
  });
});

describe('subtractPercent', () => {
  it.each([
    [5000n, 5, 4750n],
    [12_500n, 10, 11_250n],
    [3333n, 10, 2999n],
    [1990n, 25, 1492n],
    [1000n, 0, 1000n],
    [1000n, 100, 0n],
    [1n, 50, 0n],
    [100_000_000n, 33.3333, 66_666_700n],
    [1_000_000n, 0.0001, 999_999n],
    [9_007_199_254_740_991n, 12.5, 7_881_299_347_898_367n],
  ])('%p less %p %% is %p', (minor, percent, left) => {
    expect(subtractPercent(minor, percent)).toBe(left);
  });
});
