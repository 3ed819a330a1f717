import { validate, version } from 'uuid';
import { newId } from '../../src/common/new-id.js';

it('makes ids of version 7 that tell the time', () => {
  const before = Date.now();
  const id = newId();
  expect(validate(id) && version(id)).toBe(7);
  const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

it('makes each greater than the one before, within a millisecond as well', () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});

it('leaves the rest to chance', () => {
  const tails = Array.from({ length: 1000 }, () => newId().slice(-8));
  expect(new Set(tails).size).toBeGreaterThan(990);
});

it('keeps the order when the clock is set back', () => {
  const { now } = Date;
  try {
    const ids = [0, 1, -3_600_000, -1, 2].map((shift) => {
      Date.now = () => 2_000_000_000_000 + shift;
      return newId();
    });
    expect(ids).toEqual(ids.toSorted());
  } finally {
    Date.now = now;
  }
});
