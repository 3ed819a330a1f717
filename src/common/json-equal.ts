import { isDeepStrictEqual } from 'node:util';

/**
 * Returns whether two JSON values are equal, regardless of the order of members. Values of other types, such as dates, are
 * compared by content. Several times as fast as isDeepStrictEqual(), which in uploads took a tenth of the time.
 */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  if (isPlain(a) && isPlain(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && jsonEqual(a[name], b[name]))
    );
  }
  return isDeepStrictEqual(a, b);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
