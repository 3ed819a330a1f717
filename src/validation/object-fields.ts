import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ApiExtraModels, getSchemaPath } from '../lazy-swagger/decorators.js';
import { fitsInJson, isObject } from './checks.js';
import { field, nestedRule, rule, sizeRule, type FieldOptions, type NestedRule } from './field.js';

const defaultMaxBytes = 16_384;

/** Limits the size of the value as JSON text, and thus the amount of data that is stored and returned. */
const byteLimit = (maxBytes: number) =>
  rule({ code: 'size' }, `must be at most ${maxBytes} bytes long as JSON text`, (value) =>
    fitsInJson(value, maxBytes),
  );

/**
 * Declares a field for any JSON object of at most `maxBytes` (default 16 KiB).
 * It is stored and returned unchanged.
 */
export function FreeObjectField(
  options: FieldOptions & { maxBytes?: number },
  schema: ApiPropertyOptions = {},
) {
  const { maxBytes = defaultMaxBytes, ...rest } = options;
  return field(
    { type: 'object', additionalProperties: true, ...schema } as ApiPropertyOptions,
    rest,
    rule({ code: 'type' }, 'must be an object', isObject),
    byteLimit(maxBytes),
  );
}

/**
 * Declares an object with its own DTO, at most `maxBytes` (default 16 KiB) long.
 * Its errors contain the full path.
 */
export function ObjectField(
  type: NestedRule['type'],
  options: FieldOptions & Pick<NestedRule, 'allowUnknown'> & { maxBytes?: number },
) {
  const { allowUnknown, maxBytes = defaultMaxBytes, ...rest } = options;
  return field(
    // The function's name matters: Swagger recognizes a function named `type` as one that returns a class
    // rather than as a class itself.
    { type: () => type() } as ApiPropertyOptions,
    rest,
    nestedRule({ type, allowUnknown }, isObject, 'must be an object'),
    byteLimit(maxBytes),
  );
}

/** Declares a list of objects with their own DTO. With `orTextLength`, an entry can also be a string. */
export function ObjectListField(
  type: NestedRule['type'],
  options: FieldOptions &
    Pick<NestedRule, 'allowUnknown' | 'orTextLength'> & { minItems?: number; maxItems: number },
) {
  const { allowUnknown, orTextLength, minItems = 0, maxItems, ...rest } = options;
  const schema =
    orTextLength === undefined ? { type: () => [type()] as never } : textOrObject(type(), orTextLength);
  return field(
    { ...schema, minItems, maxItems },
    rest,
    nestedRule({ type, allowUnknown, orTextLength }, Array.isArray, 'must be an array'),
    sizeRule(minItems, maxItems),
  );
}

const textOrObject = (type: new () => object, maxLength: number) => ({
  type: 'array' as const,
  items: { anyOf: [{ type: 'string', minLength: 1, maxLength }, { $ref: getSchemaPath(type) }] },
});

/**
 * Declares a map from keys, such as currencies, to objects with their own DTO or,
 * with `nullableEntries`, to null.
 */
export function ObjectMapField(
  type: NestedRule['type'],
  keys: NonNullable<NestedRule['keys']>,
  options: FieldOptions & Pick<NestedRule, 'nullableEntries'> & { minEntries?: number; maxEntries: number },
) {
  const { minEntries = 0, maxEntries, nullableEntries, ...rest } = options;
  const entry = { $ref: getSchemaPath(type()) };
  return applyDecorators(
    (target: object) => ApiExtraModels(type())(target.constructor),
    field(
      {
        type: 'object',
        additionalProperties: nullableEntries ? { anyOf: [entry, { type: 'null' }] } : entry,
        minProperties: minEntries,
        maxProperties: maxEntries,
      } as ApiPropertyOptions,
      rest,
      nestedRule({ type, keys, nullableEntries }, isObject, 'must be an object'),
      sizeRule(minEntries, maxEntries),
    ),
  );
}
