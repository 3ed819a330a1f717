import { field, type FieldOptions } from './field.js';

/**
 * Text of an answer, without limits: rows that another surface wrote under its own limits are shown as well. It is
 * left out when there is none.
 */
export const Shown = (options: FieldOptions) => field({ type: 'string' }, { optional: true, ...options });

/** A copy of the object without the members that are null or undefined. */
export function withoutNulls<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], null> } {
  const known = Object.entries(object).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]: Exclude<T[K], null> };
}
