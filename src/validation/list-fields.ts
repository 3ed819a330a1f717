import { validate as isUuid } from 'uuid';
import { itemRule, field, rule, isBetween, type FieldOptions, type Test } from './field.js';

/** A list with a rule for its entries; in a query repeated, or separated by commas. */
export function ListField(
  entry: { schema: object; message: string; test: Test },
  options: FieldOptions & { minItems?: number; maxItems: number; unique?: boolean },
) {
  const { minItems = 0, maxItems, unique, ...rest } = options;
  const size = `must hold ${minItems ? `${minItems} to` : 'at most'} ${maxItems} entries`;
  const bounds = { maxItems, ...(minItems ? { minItems } : {}), ...(unique ? { uniqueItems: true } : {}) };
  const isUnique: Test = (value) => new Set(value as unknown[]).size === (value as unknown[]).length;
  return field(
    { type: 'array', items: entry.schema, ...bounds },
    rest,
    rule({ code: 'type', coerce: 'list' }, 'must be a list', Array.isArray),
    rule({ code: 'length' }, size, (v) => isBetween((v as unknown[]).length, minItems, maxItems)),
    ...(unique ? [rule({ code: 'unique' }, 'must not hold an entry twice', isUnique)] : []),
    itemRule({ code: 'enum' }, entry.message, entry.test),
  );
}

/** A list of words from a fixed set. */
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

/** Ids, each once; in a query separated by commas. */
export const IdListField = (options: FieldOptions, { min = 0, max }: { min?: number; max: number }) =>
  ListField(idEntry, {
    example: ['0190c3de-0000-7000-8000-000000000001'],
    ...options,
    minItems: min,
    maxItems: max,
    unique: true,
  });
