import { field, type FieldOptions } from './field.js';

/**
 * Text of an answer, without limits: rows that another surface wrote under its own limits are shown as well. It is
 * left out when there is none.
 */
export const UnlimitedTextField = (options: FieldOptions) =>
  field({ type: 'string' }, { optional: true, ...options });
