import { closestWord } from '../../src/common/edit-distance.js';
import { isStorable } from '../../src/common/storable-text.js';
import { fitsInJson } from '../../src/validation/checks.js';

const candidates = ['name', 'status', 'monthlyPrice', 'sku'];

it.each([
  ['nmae', 'name'],
  ['Name', 'name'],
  ['names', 'name'],
  ['monthly_price', 'monthlyPrice'],
  ['montlyprice', 'monthlyPrice'],
  ['stat', 'status'],
  ['SKU', 'sku'],
  ['price', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('for %.20p returns the candidate %p', (word, expected) => {
  expect(closestWord(word, candidates)).toBe(expected);
});

it('accepts exactly the text that Postgres can store', () => {
  expect(['', 'é', '🚀', '\u0001', '\uFFFF'].every(isStorable)).toBe(true);
  expect(['\0', 'a\0', '\uD83D', '\uDE80\uD83D'].some(isStorable)).toBe(false);
});

it('counts the bytes of JSON, not its characters', () => {
  const values = [
    {},
    'é',
    '🚀',
    '\u0001',
    '"\\',
    -1.7976931348623157e308,
    [null, true],
    { é: [1.5, { a: '\n' }] },
  ];
  for (const value of values) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect([fitsInJson(value, bytes - 1), fitsInJson(value, bytes)]).toEqual([false, true]);
  }
});
