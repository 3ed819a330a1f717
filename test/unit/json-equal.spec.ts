import { jsonEqual } from '../../src/common/json-equal.js';

describe('jsonEqual', () => {
  const values = (): unknown[] => [
    null,
    undefined,
    true,
    false,
    0,
    1,
    '',
    '1',
    'a',
    [],
    [1],
    [1, 2],
    [2, 1],
    [[1]],
    [null],
    ['1'],
    {},
    { a: 1 },
    { a: undefined },
    { b: 1 },
    { a: 1, b: 2 },
    { a: { b: [1, { c: null }] } },
    { a: { b: [1, { c: 0 }] } },
    { 0: 1 },
    JSON.parse('{"__proto__": 1}'),
    JSON.parse('{"constructor": {"a": 1}, "valueOf": 1, "hasOwnProperty": null}'),
    1n,
    2n,
    new Date(0),
    new Date(1),
  ];

  it('tells any two of them apart, and each equal to its copy', () => {
    const copies = values();
    const wrong = values().flatMap((a, i) =>
      copies.flatMap((b, j) => (jsonEqual(a, b) === (i === j) ? [] : [[a, b]])),
    );
    expect(wrong).toEqual([]);
  });

  it('ignores the order of members', () => {
    expect(jsonEqual({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
    expect(jsonEqual([{ a: 1 }, { b: 1 }], [{ b: 1 }, { a: 1 }])).toBe(false);
  });
});
