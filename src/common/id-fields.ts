import { validate as isUuid } from 'uuid';
import type { FieldOptions } from './field.js';
import { ListOf } from './list-fields.js';

const entry = {
  schema: { type: 'string', format: 'uuid' },
  message: 'must be a UUID',
  test: (value: unknown) => isUuid(value),
};

/** Ids, each once; in a query separated by commas. */
export const IdList = (options: FieldOptions, { min = 0, max }: { min?: number; max: number }) =>
  ListOf(entry, {
    example: ['0190c3de-0000-7000-8000-000000000001'],
    ...options,
    minItems: min,
    maxItems: max,
    unique: true,
  });
