import { validate, version } from 'uuid';
import { newId } from '../../src/common/new-id.js';

it('generates UUIDs of version 7 that contain the time', () => {
  const before = Date.now();
  const id = newId();
  expect(validate(id) && version(id)).toBe(7);
  const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

it('generates ascending IDs, even within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});

it('does not repeat the random part', () => {
  const tails = Array.from({ length: 10 }, () => newId().slice(-12));
  expect(new Set(tails).size).toBe(10);
});

it('keeps ascending if the clock is set back', () => {
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
