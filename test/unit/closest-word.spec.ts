import { closestWord } from '../../src/common/edit-distance.js';
import { isStorable } from '../../src/common/storable-text.js';
import { jsonByteLength } from '../../src/validation/checks.js';

const known = ['name', 'status', 'monthlyPrice', 'sku'];

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
])('%.20p means %p', (word, meant) => {
  expect(closestWord(word, known)).toBe(meant);
});

it('knows what Postgres can store', () => {
  expect(['', 'é', '🚀', '\u0001', '\uFFFF'].every(isStorable)).toBe(true);
  expect(['\0', 'a\0', '\uD83D', '\uDE80\uD83D'].some(isStorable)).toBe(false);
});

it('counts bytes, not characters', () => {
  expect([jsonByteLength({}), jsonByteLength('é'), jsonByteLength('🚀')]).toEqual([2, 4, 6]);
});
