import { isStorable, notStorable } from '../common/storable-text.js';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import {
  itemRule,
  field,
  isString,
  characterCount,
  rule,
  isBetween,
  type FieldOptions,
  type Test,
} from './field.js';
import { isRfc3339Time, isWebUrl } from './formats.js';

/*
 * The fields that DTOs are made of. Each is one decorator that declares the class-validator rules and the
 * OpenAPI schema together, so that the two cannot differ.
 */

/** Text of `min` (0) to `max` characters (code points); with `min` above 0 it must not be blank. */
export function TextField(
  options: FieldOptions & { max: number; min?: number; pattern?: RegExp; hint?: string },
) {
  const { max, min = 0, pattern, hint, ...rest } = options;
  const length =
    min > 0 ? `must be ${min} to ${max} characters long` : `must be at most ${max} characters long`;
  return field(
    {
      type: 'string',
      maxLength: max,
      ...(min ? { minLength: min } : {}),
      ...(pattern ? { pattern: pattern.source } : {}),
    },
    rest,
    rule({ code: 'type' }, 'must be a string', isString),
    // The body parser sees to it for bodies; this is for the query.
    rule({ code: 'format' }, notStorable, (value) => isStorable(String(value))),
    rule({ code: 'length' }, length, (value) => isBetween(characterCount(value), min, max)),
    ...(min > 0
      ? [rule({ code: 'blank' }, 'must not be blank', (value) => String(value).trim() !== '')]
      : []),
    ...(pattern
      ? [rule({ code: 'format' }, hint ?? `must match ${pattern.source}`, (v) => pattern.test(String(v)))]
      : []),
  );
}

/** One of a fixed set of strings, spelled exactly so. */
export function EnumField(values: readonly string[], options: FieldOptions) {
  return field(
    { type: 'string', enum: [...values] },
    options,
    rule({ code: 'enum' }, `must be one of ${values.join(', ')}`, (value) =>
      values.includes(value as string),
    ),
  );
}

/** A number in a range, both ends included; `integer` forbids fractions, `above` makes the lower end exclusive. */
export function NumberField(
  options: FieldOptions & { min?: number; above?: number; max?: number; integer?: boolean },
) {
  const { min, above, max = Number.MAX_SAFE_INTEGER, integer, ...rest } = options;
  const low = above ?? min ?? -Number.MAX_SAFE_INTEGER;
  const bounds = above === undefined ? { minimum: low } : { exclusiveMinimum: low };
  const words = [
    ...(above === undefined ? [] : [`greater than ${above}`]),
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(options.max === undefined ? [] : [`at most ${max}`]),
  ].join(' and ');
  return field(
    { type: integer ? 'integer' : 'number', ...bounds, maximum: max } as ApiPropertyOptions,
    rest,
    rule({ code: 'type', coerce: 'number' }, `must be ${integer ? 'an integer' : 'a number'}`, (value) =>
      integer ? Number.isInteger(value) : Number.isFinite(value),
    ),
    rule(
      { code: 'range' },
      `must be ${words || 'within ±(2^53-1)'}`,
      (value) => Number(value) <= max && (above === undefined ? Number(value) >= low : Number(value) > low),
    ),
  );
}

export function BooleanField(options: FieldOptions) {
  return field(
    { type: 'boolean' },
    options,
    rule({ code: 'type', coerce: 'boolean' }, 'must be true or false', (value) => typeof value === 'boolean'),
  );
}

/**
 * An http or https address of at most 2,048 characters, without credentials. It may be an IRI or hold signs that
 * browsers let pass, so the schema does not call it a `uri`, which is strict.
 */
export function UrlField(options: FieldOptions) {
  return field(
    { type: 'string', maxLength: 2048, pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s\\\\]+$' },
    options,
    rule({ code: 'type' }, 'must be a string', isString),
    rule(
      { code: 'length' },
      'must be at most 2048 characters long',
      (value) => characterCount(value) <= 2048,
    ),
    rule({ code: 'format' }, 'must be an http or https URL', (value) => isWebUrl(String(value))),
  );
}

/** A list of texts, order kept. */
export function TextListField(options: FieldOptions & { maxItems: number; maxLength: number }) {
  const { maxItems, maxLength, ...rest } = options;
  return field(
    { type: 'array', items: { type: 'string', minLength: 1, maxLength }, maxItems },
    rest,
    rule({ code: 'type' }, 'must be a list', Array.isArray),
    rule(
      { code: 'length' },
      `must hold at most ${maxItems} entries`,
      (v) => (v as unknown[]).length <= maxItems,
    ),
    itemRule({ code: 'type' }, 'must be a string', isString),
    itemRule({ code: 'length' }, `must be 1 to ${maxLength} characters long`, (v) =>
      isBetween(characterCount(v), 1, maxLength),
    ),
  );
}

/** A UUID that the service made. */
export const IdField = (options: FieldOptions) =>
  field(
    { type: 'string', format: 'uuid' },
    { example: '0190c3de-0000-7000-8000-000000000001', ...options },
    rule({ code: 'format' }, 'must be a UUID', (value) => isUuid(value)),
  );

/** A day such as 2026-01-31, from year 1 on. */
export function DateField(options: FieldOptions) {
  const isDay: Test = (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    value >= '0001' &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value);
  const message = 'must be a day such as 2026-01-31';
  return field({ type: 'string', format: 'date' }, options, rule({ code: 'format' }, message, isDay));
}

/** A moment in RFC 3339 with `Z` or an offset. */
export function DateTimeField(options: FieldOptions) {
  return field(
    { type: 'string', format: 'date-time' },
    options,
    rule(
      { code: 'format' },
      'must be an RFC 3339 time such as 2026-01-31T09:30:00Z',
      (value) => typeof value === 'string' && isRfc3339Time(value),
    ),
  );
}
