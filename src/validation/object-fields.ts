import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import { ApiExtraModels, getSchemaPath } from '../lazy-swagger/decorators.js';
import { field, isObject, rule, isBetween, type FieldOptions, type RuleContext, type Test } from './field.js';
import { jsonByteLength } from './formats.js';

/** A free JSON object of at most `maxBytes` (16 KiB) as JSON text; everything in it is kept as it is. */
export function FreeObjectField(
  options: FieldOptions & { maxBytes?: number },
  schema: ApiPropertyOptions = {},
) {
  const { maxBytes = 16_384, ...rest } = options;
  return field(
    { type: 'object', additionalProperties: true, ...schema } as ApiPropertyOptions,
    rest,
    rule({ code: 'type' }, 'must be an object', isObject),
    rule(
      { code: 'size' },
      `must be at most ${maxBytes} bytes as JSON`,
      (value) => jsonByteLength(value) <= maxBytes,
    ),
  );
}

/** How inspect() goes on into a nested DTO. */
export interface NestedRule {
  type: () => new () => object;
  /** Members that the DTO does not know are kept. */
  open?: boolean;
  /** The value is a map: what its keys must be; the DTO is that of its values. */
  keys?: { test: Test; message: string };
  /** Values of the map may be null. */
  clearable?: boolean;
  /** Entries of the list may also be texts of at most so many characters. */
  orText?: number;
}

function nested(nestedRule: NestedRule, test: Test, message: string): PropertyDecorator {
  const context: RuleContext = { code: 'type' };
  const validate = (value: unknown) => test(value, {});
  return ValidateBy(
    { name: nestedName, constraints: [nestedRule], validator: { validate } },
    { message, context },
  );
}

/** Name under which class-validator holds a nested DTO. */
export const nestedName = 'nested';

/** An object with a DTO of its own; its errors carry the path of this field. */
export function ObjectField(
  type: NestedRule['type'],
  options: FieldOptions & { open?: boolean; maxBytes?: number },
) {
  const { open, maxBytes = 16_384, ...rest } = options;
  return field(
    // Swagger knows a type that is read later by the function's own name, `type`.
    { type: () => type() } as ApiPropertyOptions,
    rest,
    nested({ type, open }, isObject, 'must be an object'),
    rule(
      { code: 'size' },
      `must be at most ${maxBytes} bytes as JSON`,
      (value) => jsonByteLength(value) <= maxBytes,
    ),
  );
}

/** A list of objects with a DTO of their own. */
export function ObjectListField(
  type: NestedRule['type'],
  options: FieldOptions & { open?: boolean; orText?: number; minItems?: number; maxItems: number },
) {
  const { open, orText, minItems = 0, maxItems, ...rest } = options;
  const size = `must hold ${minItems ? `${minItems} to` : 'at most'} ${maxItems} entries`;
  const schema = orText === undefined ? { type: () => [type()] as never } : mixedItems(type(), orText);
  return field(
    { ...schema, minItems, maxItems },
    rest,
    nested({ type, open, orText }, Array.isArray, 'must be a list'),
    rule({ code: 'length' }, size, (value) => isBetween((value as unknown[]).length, minItems, maxItems)),
  );
}

const mixedItems = (type: new () => object, max: number) => ({
  type: 'array' as const,
  items: { anyOf: [{ type: 'string', minLength: 1, maxLength: max }, { $ref: getSchemaPath(type) }] },
});

/** A map from a key, such as a currency, to objects with a DTO of their own, or in a `clearable` one to null. */
export function ObjectMapField(
  type: NestedRule['type'],
  keys: { test: Test; message: string; pattern: string },
  options: FieldOptions & { minEntries?: number; maxEntries: number; clearable?: boolean },
) {
  const { minEntries = 0, maxEntries, clearable, ...rest } = options;
  const entry = { $ref: getSchemaPath(type()) };
  const size = `must hold ${minEntries ? `${minEntries} to` : 'at most'} ${maxEntries} entries`;
  const count = (value: unknown) => Object.keys(value as object).length;
  const bounds = { minProperties: minEntries, maxProperties: maxEntries };
  return applyDecorators(
    (target: object) => ApiExtraModels(type())(target.constructor),
    field(
      {
        type: 'object',
        additionalProperties: clearable ? { anyOf: [entry, { type: 'null' }] } : entry,
        ...bounds,
      } as ApiPropertyOptions,
      rest,
      nested({ type, keys, clearable }, isObject, 'must be an object'),
      rule({ code: 'length' }, size, (value) => isBetween(count(value), minEntries, maxEntries)),
    ),
  );
}
