import type { ApiPropertyOptions } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import { isStorable, notStorable } from '../common/storable-text.js';
import { hasLength, isCalendarDay, isRfc3339Time, isString, isWebUrl, normalizeUrl } from './checks.js';
import { hasInvisible, hasVisible, normalizeName } from './identifiers.js';
import { field, itemRule, rule, sizeRule, type FieldOptions, type MoneyKind } from './field.js';

/**
 * Declares a text field of `min` (default 0) to `max` characters (code points). If `min` is greater than 0,
 * the text must not be blank. A `name` is stored in NFC and
 * without surrounding spaces, an `identifier` must also be free of invisible characters. `hint` is the error message for text that does not match `pattern`.
 */
export function TextField(
  options: FieldOptions & {
    max: number;
    min?: number;
    pattern?: RegExp;
    hint?: string;
    kind?: 'name' | 'identifier';
  },
) {
  const { max, min = 0, pattern, hint, kind, ...rest } = options;
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
    rule({ code: 'type', normalize: kind && normalizeName }, 'must be a string', isString),
    // Only needed for query parameters, because the JSON parser rejects such text in bodies.
    rule({ code: 'format' }, notStorable, (value) => isStorable(String(value))),
    rule({ code: 'length' }, length, (value) => hasLength(String(value), min, max)),
    ...(min > 0
      ? [rule({ code: 'blank' }, 'must not be blank', (value) => hasVisible(String(value)))]
      : kind
        ? [
            rule(
              { code: 'blank' },
              'must not consist of invisible characters',
              (v) => v === '' || hasVisible(String(v)),
            ),
          ]
        : []),
    ...(kind === 'identifier'
      ? [rule({ code: 'format' }, 'must not contain invisible characters', (v) => !hasInvisible(String(v)))]
      : []),
    ...(pattern
      ? [rule({ code: 'format' }, hint ?? `must match ${pattern.source}`, (v) => pattern.test(String(v)))]
      : []),
  );
}

/**
 * Declares an optional text field of a response.
 * It has no limits, because another API can allow longer texts.
 */
export const UnlimitedTextField = (options: FieldOptions) =>
  field({ type: 'string' }, { optional: true, ...options });

/** Declares a field whose value is one of a fixed set of strings, case-sensitive. */
export function EnumField(values: readonly string[], options: FieldOptions) {
  return field(
    { type: 'string', enum: [...values] },
    options,
    rule({ code: 'enum' }, `must be one of ${values.join(', ')}`, (value) =>
      values.includes(value as string),
    ),
  );
}

/**
 * Declares a number field from `min` to `max`, inclusive.
 * `above` is an exclusive minimum; `integer` forbids fractions. Errors name the `unit`.
 * `money` marks money in a currency that another field determines.
 */
export function NumberField(
  options: FieldOptions & {
    min?: number;
    above?: number;
    max?: number;
    integer?: boolean;
    unit?: string;
    money?: MoneyKind;
  },
) {
  const { min, above, max = Number.MAX_SAFE_INTEGER, integer, unit, money, ...rest } = options;
  const low = above ?? min ?? -Number.MAX_SAFE_INTEGER;
  const bounds = above === undefined ? { minimum: low } : { exclusiveMinimum: low };
  const range = [
    ...(above === undefined ? [] : [`greater than ${above}`]),
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(options.max === undefined ? [] : [`at most ${max}`]),
  ].join(' and ');
  return field(
    { type: integer ? 'integer' : 'number', ...bounds, maximum: max } as ApiPropertyOptions,
    rest,
    rule(
      { code: 'type', coerce: 'number', money },
      `must be ${integer ? 'an integer' : 'a number'}`,
      (value) => (integer ? Number.isInteger(value) : Number.isFinite(value)),
    ),
    rule(
      { code: 'range' },
      `must be ${range || 'between -(2^53-1) and 2^53-1'}${unit === undefined ? '' : ` ${unit}`}`,
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
 * Declares a field for an http or https URL of at most 2,048 characters, without credentials. It is stored
 * in the form of normalizeUrl(). The schema has a pattern instead of the strict format `uri`, because IRIs and characters
 * that browsers accept are allowed.
 */
export function UrlField(options: FieldOptions) {
  return field(
    { type: 'string', maxLength: 2048, pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s\\\\]+$' },
    options,
    rule({ code: 'type', normalize: normalizeUrl }, 'must be a string', isString),
    rule({ code: 'length' }, 'must be at most 2048 characters long', (value) =>
      hasLength(String(value), 0, 2048),
    ),
    rule({ code: 'format' }, 'must be an http or https URL', (value) => isWebUrl(String(value))),
  );
}

/** Declares a list of at most `maxItems` strings of 1 to `maxLength` characters. Their order is preserved. */
export function TextListField(options: FieldOptions & { maxItems: number; maxLength: number }) {
  const { maxItems, maxLength, ...rest } = options;
  return field(
    { type: 'array', items: { type: 'string', minLength: 1, maxLength }, maxItems },
    rest,
    rule({ code: 'type' }, 'must be an array', Array.isArray),
    sizeRule(0, maxItems),
    itemRule({ code: 'type' }, 'must be a string', isString),
    itemRule({ code: 'length' }, `must be 1 to ${maxLength} characters long`, (v) =>
      hasLength(String(v), 1, maxLength),
    ),
  );
}

/** Declares a UUID field. */
export const IdField = (options: FieldOptions) =>
  field(
    { type: 'string', format: 'uuid' },
    { example: '0190c3de-0000-7000-8000-000000000001', ...options },
    rule({ code: 'format' }, 'must be a UUID', (value) => isUuid(value)),
  );

/**
 * Declares a field for an RFC 3339 calendar day (`YYYY-MM-DD`) from year 1 onwards,
 * without time and time zone.
 */
export const DateField = (options: FieldOptions) =>
  field(
    { type: 'string', format: 'date' },
    options,
    rule({ code: 'format' }, 'must be a date such as 2026-01-31', isCalendarDay),
  );

/** Declares a field for an RFC 3339 point in time, with `Z` or an offset. */
export const DateTimeField = (options: FieldOptions) =>
  field(
    { type: 'string', format: 'date-time' },
    options,
    rule(
      { code: 'format' },
      'must be an RFC 3339 date-time such as 2026-01-31T09:30:00Z',
      (value) => isString(value) && isRfc3339Time(value),
    ),
  );
