import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiProperty } from '../lazy-swagger/decorators.js';
import { isBetween } from './checks.js';

/*
 * A field decorator such as `TextField` is one call of `field(schema, options, ...rules)`. It stores the rules in
 * class-validator's metadata and the schema in @nestjs/swagger's, so that validation and documentation stay together.
 * rules.ts reads the rules back, once per DTO; validate.ts runs them in the order declared and reports the first
 * that fails. A rule may therefore rely on those declared before it: one on length need not check for a string.
 */

/** Options of every field decorator. A field is required unless `optional`. */
export interface FieldOptions {
  /** What the field means: units, ranges, source. Shown in the OpenAPI document. */
  description: string;
  example?: unknown;
  default?: unknown;
  /** `null` is allowed and means: known to be absent. */
  nullable?: boolean;
  /** The field may be left out. */
  optional?: boolean;
  /** Accepted in requests and never returned: another way to write what responses show elsewhere. */
  writeOnly?: boolean;
}

/** What class-validator keeps with a rule; rules.ts reads it back. */
export interface RuleContext {
  /** The `code` of the field error. */
  code: string;
  /** A query parameter's text is converted to this type before the rules run. */
  coerce?: 'number' | 'boolean' | 'list';
}

/** Whether a value is valid; `owner` is the object that the field belongs to. */
export type Test = (value: unknown, owner: object) => boolean;

/** Declares a field from its schema and rules. Every other field decorator is built on it. */
export function field(
  schema: ApiPropertyOptions,
  options: FieldOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const { nullable, optional, ...documented } = options;
  const docs = { ...schema, ...documented, required: !optional, ...(nullable ? { nullable } : {}) };
  return applyDecorators(
    ApiProperty(docs as ApiPropertyOptions),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable ? [ValidateIf((_, value) => value !== null)] : []),
    ...rules,
  );
}

/** A rule for the value; `message` continues the path of the field: "must be a string". */
export function rule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  const validate = (value: unknown, args?: { object: object }) => test(value, args?.object ?? {});
  return ValidateBy({ name: context.code, validator: { validate } }, { message, context });
}

/** A rule for every entry of a list; the error has the path of the entry: `keyFeatures[2]`. */
export function itemRule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  const validate = (value: unknown) => test(value, {});
  return ValidateBy({ name: context.code, validator: { validate } }, { message, context, each: true });
}

/** A rule for the number of entries of a list or a map. */
export const sizeRule = (min: number, max: number) =>
  rule({ code: 'length' }, `must contain ${min > 0 ? `${min} to` : 'at most'} ${max} entries`, (value) =>
    isBetween(Array.isArray(value) ? value.length : Object.keys(value as object).length, min, max),
  );

/** How a value that contains other DTOs is validated. */
export interface NestedRule {
  /** The DTO of the object, of each entry of the list, or of each value of the map. */
  type: () => new () => object;
  /** Unknown members are kept instead of reported. */
  allowUnknown?: boolean;
  /** The value is a map; its keys must pass this test. */
  keys?: { test: Test; message: string };
  /** Values of the map may be null. */
  nullableEntries?: boolean;
  /** Entries of the list may also be strings of 1 to this many characters. */
  orTextLength?: number;
}

/** Name under which class-validator stores a nested rule, so that rules.ts recognizes it. */
export const nestedRuleName = 'nested';

/** A rule that also validates the DTOs inside the value; `test` and `message` are for the value itself. */
export function nestedRule(nested: NestedRule, test: Test, message: string): PropertyDecorator {
  const context: RuleContext = { code: 'type' };
  const validate = (value: unknown) => test(value, {});
  return ValidateBy(
    { name: nestedRuleName, constraints: [nested], validator: { validate } },
    { message, context },
  );
}
