import { ExpiringMap } from '../../src/catalog/expiring-map.js';

it('removes expired entries, and the oldest entry if it is full', () => {
  let now = 0;
  const map = new ExpiringMap<number>(2, 60, () => now);
  map.set('a', 1);
  map.set('b', 2);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, 2, undefined]);
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
  now = 59;
  expect(map.get('c')).toBe(3);
  now = 60;
  expect(map.get('c')).toBeUndefined();
  map.set('c', 4);
  map.clear();
  expect(map.get('c')).toBeUndefined();
});
