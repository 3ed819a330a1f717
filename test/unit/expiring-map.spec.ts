import { ExpiringMap } from '../../src/catalog/expiring-map.js';

it('forgets what is old, and the oldest when it is full', () => {
  let now = 0;
  const memory = new ExpiringMap<number>(2, 60, () => now);
  memory.set('a', 1);
  memory.set('b', 2);
  expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([1, 2, undefined]);
  memory.set('c', 3);
  expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([undefined, 2, 3]);
  now = 59;
  expect(memory.get('c')).toBe(3);
  now = 60;
  expect(memory.get('c')).toBeUndefined();
  memory.set('c', 4);
  memory.clear();
  expect(memory.get('c')).toBeUndefined();
});
