import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ApiExtraModels, getSchemaPath } from '../lazy-swagger/decorators.js';
import { isObject, jsonByteLength } from './checks.js';
import { field, nestedRule, rule, sizeRule, type FieldOptions, type NestedRule } from './field.js';

const defaultMaxBytes = 16_384;

/** A limit on the size as JSON text, which also bounds what is stored and returned. */
const byteLimit = (maxBytes: number) =>
  rule(
    { code: 'size' },
    `must be at most ${maxBytes} bytes as JSON`,
    (value) => jsonByteLength(value) <= maxBytes,
  );

/** Any JSON object of at most `maxBytes` (16 KiB) as JSON text. It is stored and returned unchanged. */
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

/** An object with its own DTO, of at most `maxBytes` (16 KiB) as JSON text. Errors inside have the whole path. */
export function ObjectField(
  type: NestedRule['type'],
  options: FieldOptions & Pick<NestedRule, 'allowUnknown'> & { maxBytes?: number },
) {
  const { allowUnknown, maxBytes = defaultMaxBytes, ...rest } = options;
  return field(
    // The function's name matters: by `type` Swagger knows that it returns a class and is none itself.
    { type: () => type() } as ApiPropertyOptions,
    rest,
    nestedRule({ type, allowUnknown }, isObject, 'must be an object'),
    byteLimit(maxBytes),
  );
}

/** A list of objects with their own DTO; with `orTextLength` an entry may also be a string. */
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
    nestedRule({ type, allowUnknown, orTextLength }, Array.isArray, 'must be a list'),
    sizeRule(minItems, maxItems),
  );
}

const textOrObject = (type: new () => object, maxLength: number) => ({
  type: 'array' as const,
  items: { anyOf: [{ type: 'string', minLength: 1, maxLength }, { $ref: getSchemaPath(type) }] },
});

/** A map from a key, such as a currency, to objects with their own DTO; with `nullableEntries` also to null. */
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
