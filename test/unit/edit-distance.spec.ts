import { editDistance, closestWord } from '../../src/common/edit-distance.js';
import * as fc from 'fast-check';
import { testSeed } from '../support/seed.js';

/** Computes the optimal string alignment distance as it is defined, letter by letter. */
function naiveDistance(a: string, b: string): number {
  if (!a || !b) return a.length + b.length;
  const swap = a[0] === b[1] && a[1] === b[0] && a.length > 1 && b.length > 1;
  return Math.min(
    naiveDistance(a.slice(1), b) + 1,
    naiveDistance(a, b.slice(1)) + 1,
    naiveDistance(a.slice(1), b.slice(1)) + Number(a[0] !== b[0]),
    swap ? naiveDistance(a.slice(2), b.slice(2)) + 1 : Infinity,
  );
}

describe('editDistance', () => {
  it.each([
    ['fiber', 'fiber', 0],
    ['fiber', 'fibre', 1],
    ['fiber', 'fibers', 1],
    ['fiber', 'iber', 1],
    ['fiber', 'fider', 1],
    ['gigabit', 'gigabti', 1],
    ['gigabit', 'igagbit', 2],
    ['', 'abc', 3],
    ['abc', 'xyz', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i', (a, b, count) => {
    expect(editDistance(a, b, 10)).toBe(count);
    expect(editDistance(b, a, 10)).toBe(count);
  });

  it('stops counting at the limit', () => {
    expect(editDistance('fiber', 'satellite', 3)).toBe(3);
    expect(editDistance('abcd', 'wxyz', 2)).toBe(2);
  });

  it('agrees with the definition', () => {
    const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 5 }).map((all) => all.join(''));
    const agrees = fc.property(word, word, fc.integer({ min: 1, max: 6 }), (a, b, limit) => {
      expect(editDistance(a, b, limit)).toBe(Math.min(naiveDistance(a, b), limit));
    });
    fc.assert(agrees, { seed: testSeed, numRuns: 400 });
  });
});

describe('closestWord', () => {
  it.each([
    ['monthyPrice', 'monthlyPrice'],
    ['NAME', 'name'],
    ['mane', 'name'],
    ['colour', undefined],
  ])('of %j is %j', (word, expected) => {
    expect(closestWord(word, ['name', 'monthlyPrice', 'category'])).toBe(expected);
  });
});
