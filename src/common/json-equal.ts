import { isDeepStrictEqual } from 'node:util';

/** Returns whether two JSON values are equal, regardless of the order of members. */
export const jsonEqual = (a: unknown, b: unknown): boolean => a === b || isDeepStrictEqual(a, b);
