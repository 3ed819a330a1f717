import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { ValidationOptions } from 'class-validator';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiProperty } from '../lazy-swagger/decorators.js';

/** What every field decorator takes. A field is required unless `optional`. */
export interface FieldOptions {
  /** What the field means: units, ranges, source. Shown in the OpenAPI document. */
  description: string;
  example?: unknown;
  default?: unknown;
  /** `null` is accepted and means: known to be absent. */
  nullable?: boolean;
  /** The field may be left out. */
  optional?: boolean;
  /** Another way to send what an answer shows elsewhere: never shown itself, and left out of examples. */
  writeOnly?: boolean;
}

/** Context of a rule, read by inspect(). */
export interface RuleContext {
  code: string;
  /** A query parameter's text is turned into this before the rules run. */
  coerce?: 'number' | 'boolean' | 'list';
}

export type Test = (value: unknown, owner: object) => boolean;

/** One class-validator rule; `message` follows the path of the field: "must be a string". */
export function rule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  const options: ValidationOptions = { message, context };
  const validate = (value: unknown, args?: { object: object }) => test(value, args?.object ?? {});
  return ValidateBy({ name: context.code, validator: { validate } }, options);
}

/** Declares a field from its schema and rules; the building block of all that follow. */
export function field(
  schema: ApiPropertyOptions,
  options: FieldOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const { nullable, optional, ...shown } = options;
  const docs = { ...schema, ...shown, required: !optional, ...(nullable ? { nullable } : {}) };
  return applyDecorators(
    ApiProperty(docs as ApiPropertyOptions),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable ? [ValidateIf((_, value) => value !== null)] : []),
    ...rules,
  );
}

/** A rule for every entry of a list; a failure names the entry: `keyFeatures[2]`. */
export function itemRule(context: RuleContext, message: string, test: Test): PropertyDecorator {
  const validate = (value: unknown) => test(value, {});
  return ValidateBy({ name: context.code, validator: { validate } }, { message, context, each: true });
}

export const isString: Test = (value) => typeof value === 'string';
/** Characters of the text; a pair of surrogates is one. */
export function characterCount(value: unknown): number {
  const text = String(value);
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

export const isBetween = (length: number, min: number, max: number) => length >= min && length <= max;

export const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
