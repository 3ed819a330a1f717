import { isDeepStrictEqual } from 'node:util';

/** Whether two JSON values are equal, whatever the order of their members. */
export const jsonEqual = (a: unknown, b: unknown): boolean => a === b || isDeepStrictEqual(a, b);
