import { nearest } from '../../src/common/edit-distance.js';
import { storable } from '../../src/common/storable-text.js';
import { jsonBytes } from '../../src/validation/formats.js';

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
  expect(nearest(word, known)).toBe(meant);
});

it('knows what Postgres can store', () => {
  expect(['', 'é', '🚀', '\u0001', '\uFFFF'].every(storable)).toBe(true);
  expect(['\0', 'a\0', '\uD83D', '\uDE80\uD83D'].some(storable)).toBe(false);
});

it('counts bytes, not characters', () => {
  expect([jsonBytes({}), jsonBytes('é'), jsonBytes('🚀')]).toEqual([2, 4, 6]);
});
