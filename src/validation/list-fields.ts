import { validate as isUuid } from 'uuid';
import { field, itemRule, rule, sizeRule, type FieldOptions, type Test } from './field.js';

/**
 * Declares a list whose entries all pass a test.
 * In a query, repeat the parameter or separate values by commas.
 */
export function ListField(
  entry: { schema: object; message: string; test: Test },
  options: FieldOptions & { minItems?: number; maxItems: number; unique?: boolean },
) {
  const { minItems = 0, maxItems, unique, ...rest } = options;
  const bounds = { maxItems, ...(minItems ? { minItems } : {}), ...(unique ? { uniqueItems: true } : {}) };
  const isUnique: Test = (value) => new Set(value as unknown[]).size === (value as unknown[]).length;
  return field(
    { type: 'array', items: entry.schema, ...bounds },
    rest,
    rule({ code: 'type', coerce: 'list' }, 'must be an array', Array.isArray),
    sizeRule(minItems, maxItems),
    ...(unique ? [rule({ code: 'unique' }, 'must not contain duplicates', isUnique)] : []),
    itemRule({ code: 'enum' }, entry.message, entry.test),
  );
}

/** Declares a list of strings from a fixed set, with at most `maxItems` (default 50) entries. */
export function EnumListField(
  values: readonly string[],
  options: FieldOptions & { minItems?: number; maxItems?: number },
) {
  const entry = {
    schema: { type: 'string', enum: [...values] },
    message: `must be one of ${values.join(', ')}`,
    test: (value: unknown) => values.includes(value as string),
  };
  return ListField(entry, { maxItems: 50, ...options });
}

const idEntry = {
  schema: { type: 'string', format: 'uuid' },
  message: 'must be a UUID',
  test: (value: unknown) => isUuid(value),
};

/** Declares a list of `min` (default 0) to `max` distinct IDs. In a query, they are separated by commas. */
export const IdListField = (options: FieldOptions, { min = 0, max }: { min?: number; max: number }) =>
  ListField(idEntry, {
    example: ['0190c3de-0000-7000-8000-000000000001'],
    ...options,
    minItems: min,
    maxItems: max,
    unique: true,
  });
