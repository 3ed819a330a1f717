import { displayPrice, formatAmount } from '../../src/subscriptions/json-api/display-price.js';

describe('formatAmount', () => {
  it.each([
    [123456, 'USD', '$1,234.56'],
    [500, 'JPY', '¥500'],
    [1200, 'JPY', '¥1,200'],
    [5, 'EUR', '€0.05'],
    [0, 'GBP', '£0.00'],
    [1234, 'KWD', 'KWD 1.234'],
    [100, 'HUF', 'HUF 1.00'],
    [Number.MAX_SAFE_INTEGER, 'USD', '$90,071,992,547,409.91'],
    [Number.MAX_SAFE_INTEGER, 'JPY', '¥9,007,199,254,740,991'],
  ])('formats %d %s as %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency).replace(/\u00a0/g, ' ')).toBe(text);
  });
});

describe('displayPrice', () => {
  const price = { USD: { amount: 100, includes_tax: false }, EUR: { amount: 90, includes_tax: true } };

  it('uses the first preferred currency that has a price, else the alphabetically first one', () => {
    const usd = { without_tax: { amount: 100, currency: 'USD', formatted: '$1.00' } };
    const eur = { with_tax: { amount: 90, currency: 'EUR', formatted: '€0.90' } };
    expect(displayPrice(price, ['USD', 'EUR'])).toEqual(usd);
    expect(displayPrice(price, ['GBP', 'USD'])).toEqual(usd);
    expect(displayPrice(price, ['GBP'])).toEqual(eur);
    expect(displayPrice(price, [])).toEqual(eur);
  });

  it('is undefined without a price', () => {
    for (const none of [null, undefined, {}]) expect(displayPrice(none, ['USD'])).toBeUndefined();
  });
});
