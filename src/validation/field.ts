import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiProperty } from '../lazy-swagger/decorators.js';
import { isBetween } from './checks.js';

/*
 * A field decorator such as `TextField` is a single call to `field(schema, options, ...rules)`. It stores the
 * rules in the metadata of class-validator and the schema in that of @nestjs/swagger, so that validation and
 * documentation stay together. rules.ts reads the rules once per DTO; validate.ts runs them in the order in
 * which they were declared and reports the first one that fails. A rule can therefore rely on those declared
 * before it: for example, a length rule does not need to check that the value is a string.
 */

/** Options of every field decorator. A field is required unless `optional`. */
export interface FieldOptions {
  /** What the field means: units, ranges, source. Shown in the OpenAPI document. */
  description: string;
  example?: unknown;
  default?: unknown;
  /** `null` is allowed and means that the value is known to be absent. */
  nullable?: boolean;
  /** The field can be omitted. */
  optional?: boolean;
  /**
   * Accepted in requests but never returned: an alternative form of a value that responses show elsewhere.
   */
  writeOnly?: boolean;
}

/**
 * `amount`: an amount in major units, with no more decimal places than its currency has. `rate`: a price per unit, such as
 * cents per kWh, which has a precision of its own.
 */
export type MoneyKind = 'amount' | 'rate';

/** Data that class-validator stores with a rule; rules.ts reads it. */
export interface RuleContext {
  /** The `code` of the field error. */
  code: string;
  /** A query parameter's text is converted to this type before the rules run. */
  coerce?: 'number' | 'boolean' | 'list';
  /** Text is brought into this form before the rules run, and stored in it. */
  normalize?: (text: string) => string;
  /** A number is money, in a currency that another field determines. */
  money?: MoneyKind;
  /** The rule runs after the members of the value, and only if all of them are valid. */
  afterMembers?: boolean;
}

/** Returns whether a value is valid. `owner` is the object that contains the field. */
export type Test = (value: unknown, owner: object) => boolean;

/** The condition of optional fields, under which their rules apply. */
export const isGiven = (_owner: object, value: unknown) => value !== undefined;

/** The condition of nullable fields, under which their rules apply. */
export const isNotNull = (_owner: object, value: unknown) => value !== null;

/** Declares a field with its schema and rules. All other field decorators call this function. */
export function field(
  schema: ApiPropertyOptions,
  options: FieldOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const { nullable, optional, ...documented } = options;
  const { example } = options;
  const remembered = example === undefined ? schema : ({ ...schema, example } as ApiPropertyOptions);
  const remember: PropertyDecorator = (target, name) =>
    Reflect.defineMetadata(schemaKey, remembered, target, name);
  const docs = { ...schema, ...documented, required: !optional, ...(nullable ? { nullable } : {}) };
  return applyDecorators(
    remember,
    ApiProperty(docs as ApiPropertyOptions),
    ...(optional ? [ValidateIf(isGiven)] : []),
    ...(nullable ? [ValidateIf(isNotNull)] : []),
    ...rules,
  );
}

const schemaKey = Symbol('schema');

/** Returns the schema with which a field of a class is declared, for readers of formats without types, such as CSV. */
export const declaredSchema = (type: { prototype: object }, name: string) =>
  Reflect.getMetadata(schemaKey, type.prototype, name) as ApiPropertyOptions | undefined;

/** Declares a rule for the value. `message` is appended to the path of the field: "must be a string". */
export function rule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  return declare({ name: context.code, test, context, message });
}

/** Requires that the upper end of a range is not less than the lower end, if that is a number. */
export const notBelow = (low: string) =>
  rule({ code: 'range' }, `must not be less than ${low}`, (value, owner) => {
    const limit = (owner as Record<string, unknown>)[low];
    return typeof limit !== 'number' || (value as number) >= limit;
  });

/** Declares a rule for every entry of a list. The error contains the path of the entry: `keyFeatures[2]`. */
export function itemRule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  return declare({ name: context.code, test, context, message, each: true });
}

interface DeclaredRule {
  name: string;
  test: Test;
  context: RuleContext;
  message: string;
  each?: boolean;
  nested?: NestedRule;
}

/** Stores a rule in class-validator's metadata. Its test is the first constraint, from which rules.ts takes it. */
function declare({ name, test, context, message, each, nested }: DeclaredRule): PropertyDecorator {
  const validate = (value: unknown, args?: { object: object }) => test(value, args?.object ?? {});
  const constraints = nested ? [test, nested] : [test];
  return ValidateBy({ name, constraints, validator: { validate } }, { message, context, each });
}

/** Declares a rule for the number of entries in a list or a map. */
export const sizeRule = (min: number, max: number) =>
  rule({ code: 'length' }, `must contain ${min > 0 ? `${min} to` : 'at most'} ${max} entries`, (value) =>
    isBetween(Array.isArray(value) ? value.length : Object.keys(value as object).length, min, max),
  );

/** How a value that contains other DTOs is validated. */
export interface NestedRule {
  /** The DTO of the object, of each entry of the list, or of each value of the map. */
  type: () => new () => object;
  /** Unknown members are kept instead of being reported. */
  allowUnknown?: boolean;
  /** The value is a map; its keys must pass this test. */
  keys?: { test: Test; message: string };
  /** Values of the map can be null. */
  nullableEntries?: boolean;
  /** If set, list entries can also be strings with a length from 1 to this maximum. */
  orTextLength?: number;
}

/** Name under which class-validator stores nested rules, by which rules.ts recognizes them. */
export const nestedRuleName = 'nested';

/**
 * Declares a rule that also validates the DTOs inside the value.
 * `test` and `message` apply to the value itself.
 */
export function nestedRule(nested: NestedRule, test: Test, message: string): PropertyDecorator {
  return declare({ name: nestedRuleName, test, context: { code: 'type' }, message, nested });
}
