import { isDeepStrictEqual } from 'node:util';

/** Whether two JSON values are equal; the order of members does not matter. */
export const jsonEqual = (a: unknown, b: unknown): boolean => a === b || isDeepStrictEqual(a, b);
