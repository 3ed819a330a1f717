import { fieldError, fieldPath, jsonPointer } from '../../src/common/field-path.js';

it.each([
  [[], '', ''],
  [['name'], 'name', '/name'],
  [['items', 0, 'offerId'], 'items[0].offerId', '/items/0/offerId'],
  [['a', 1, 2, 'b'], 'a[1][2].b', '/a/1/2/b'],
  [[0, 'b'], '[0].b', '/0/b'],
  [['a/b', 'c~d'], 'a/b.c~d', '/a~1b/c~0d'],
  [['', 'x'], 'x', '//x'],
])('writes %j as the path %p and the pointer %p', (steps, path, pointer) => {
  expect([fieldPath(steps), jsonPointer(steps)]).toEqual([path, pointer]);
});

it('starts an error message with the path', () => {
  expect(fieldError(['fees', 'a'], 'type', 'must be a number').message).toBe('fees.a must be a number');
  expect(fieldError([], 'type', 'must be a JSON object').message).toBe('The body must be a JSON object');
});

it('truncates long names sent by a client', () => {
  const { field, pointer, message } = fieldError(['metadata', 'k'.repeat(5000)], 'format', 'is odd');
  for (const text of [field, pointer, message]) expect(text.length).toBeLessThan(200);
});
