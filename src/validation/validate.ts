import { closestWord } from '../common/edit-distance.js';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError, type PathStep } from '../common/field-path.js';
import { hasLength, isObject } from './checks.js';
import { adviceFor, explainErrors } from './hints/explain-errors.js';
import { hintsOf } from './hints/hints.js';
import type { NestedRule, Test } from './field.js';
import { fieldRules, type DtoClass, type FieldRules } from './rules.js';

/** Maximum number of unknown members reported. Finding the closest known name for each of them takes time. */
const maxUnknown = 50;

/** Maximum number of invalid entries reported for one list. */
const maxInvalidEntries = 50;

const serverManaged = Symbol('server-managed members');

/**
 * Names members that the server sets.
 * They are ignored in a body, so that clients can resend an object they read.
 */
export function ServerManaged(...names: string[]): ClassDecorator {
  return (target) => Reflect.defineMetadata(serverManaged, new Set(names), target);
}

export interface ValidateOptions {
  /** Values are text from a query string and are converted to numbers, booleans and lists. */
  fromQuery?: boolean;
  /** Unknown members are kept at every level instead of being reported. */
  allowUnknown?: boolean;
  /** Path of the value in the body, with which the paths of errors start. */
  path?: PathStep[];
}

export interface ValidationResult<T> {
  value: T;
  errors: FieldError[];
}

/**
 * Validates a value against a DTO and reports all invalid fields together. The result is a copy without
 * unknown members; objects without a DTO are passed through unchanged. The rules are run here, because
 * class-transformer with class-validator's own validate() takes ten times as long, and copies and renames
 * members of objects without a DTO.
 */
export function validate<T extends object>(
  type: DtoClass<T>,
  raw: unknown,
  { fromQuery = false, allowUnknown, path = [] }: ValidateOptions = {},
): ValidationResult<T> {
  const errors: FieldError[] = [];
  return { value: validateObject(type, raw, { path, allowUnknown, errors }, fromQuery) as T, errors };
}

/** Validates like validate() and returns the value. @throws ValidationFailed if it is invalid */
export function validateOrThrow<T extends object>(
  type: DtoClass<T>,
  raw: unknown,
  options?: ValidateOptions,
): T {
  const { value, errors } = validate(type, raw, options);
  if (errors.length > 0) throw new ValidationFailed(errors);
  return value;
}

/** State of the validation: the path of the current object and all errors found in the body so far. */
interface Context {
  path: PathStep[];
  /** Undefined if no outer object determines it; in that case, the nested rule determines it. */
  allowUnknown: boolean | undefined;
  errors: FieldError[];
}

function validateObject(
  type: DtoClass,
  raw: unknown,
  context: Context,
  fromQuery = false,
): Record<string, unknown> {
  if (!isObject(raw)) {
    context.errors.push(fieldError(context.path, 'type', 'must be a JSON object'));
    return {};
  }
  // Spread, because assigning a member `__proto__` would set the prototype.
  const value: Record<string, unknown> = { ...raw };
  const fields = fieldRules(type);
  const ignored = Reflect.getMetadata(serverManaged, type) as Set<string> | undefined;
  const errorCount = context.errors.length;
  let unknownCount = 0;
  for (const name of Object.keys(value)) {
    const field = fields.get(name);
    if (field) {
      if (fromQuery) value[name] = coerce(field, single(field, value[name], context));
    } else if (!context.allowUnknown) {
      delete value[name];
      if (!ignored?.has(name) && (unknownCount += 1) <= maxUnknown)
        context.errors.push(unknownMember(type, raw as Record<string, unknown>, name, context, fromQuery));
    }
  }
  for (const field of fields.values()) validateField(value, field, context);
  if (context.errors.length > errorCount) explain(type, value, context, errorCount);
  return value;
}

function unknownMember(
  type: DtoClass,
  object: Record<string, unknown>,
  name: string,
  { path }: Context,
  fromQuery: boolean,
): FieldError {
  const message = fromQuery ? 'is not a known query parameter' : 'is not a known field';
  const advice = adviceForUnknown(type, object, name, fromQuery);
  return fieldError([...path, name], 'unknown', advice === undefined ? message : `${message}; ${advice}`);
}

/** Returns which field to use instead of an unknown member; undefined if none resembles it. */
function adviceForUnknown(
  type: DtoClass,
  object: Record<string, unknown>,
  name: string,
  fromQuery: boolean,
): string | undefined {
  const table = hintsOf(type);
  const meant = table?.fieldMeantBy(name);
  if (table && meant !== undefined)
    return fromQuery ? `use ${meant}` : adviceFor(table, meant, object[name], acceptsIn(type, object));
  const closest = closestWord(name, fieldRules(type).keys());
  return closest === undefined ? undefined : `did you mean ${closest}?`;
}

/** Adds hints to the errors of an object, if its DTO has any. */
function explain(
  type: DtoClass,
  object: Record<string, unknown>,
  { path, errors }: Context,
  from: number,
): void {
  const table = hintsOf(type);
  if (!table) return;
  const own = errors.splice(from);
  explainErrors(own, { object, path, fields: fieldRules(type), accepts: acceptsIn(type, object) }, table);
  errors.push(...own);
}

/** Returns a function that returns whether a field of the object would be valid with another value. */
function acceptsIn(type: DtoClass, object: Record<string, unknown>) {
  return (name: string, value: unknown): boolean => {
    const field = fieldRules(type).get(name);
    const errors: FieldError[] = [];
    if (field)
      validateField({ ...object, [name]: value }, field, { path: [], allowUnknown: undefined, errors });
    return field !== undefined && errors.length === 0;
  };
}

/**
 * Validates one field. `context` is the owner's, so that the field's path is built only if an error is
 * reported.
 */
function validateField(owner: Record<string, unknown>, field: FieldRules, context: Context): void {
  const { name } = field;
  let value = owner[name];
  // Most fields of a query are not given.
  if (value === undefined && field.optional) return;
  if (field.normalize && typeof value === 'string') value = owner[name] = field.normalize(value);
  if (value === null && field.nullable) return;
  for (const holds of field.conditions) if (!holds(owner, value)) return;
  if (value === undefined) return report(context, [name], 'required', 'is required');
  if (value === null) return report(context, [name], 'type', 'must not be null');
  for (const { each, test, code, message } of field.rules) {
    if (each) {
      const invalid = invalidEntries(value as unknown[], test, owner);
      for (const index of invalid) report(context, [name, index], code, message);
      if (invalid.length > 0) return;
    } else if (!test(value, owner)) return report(context, [name], code, message);
  }
  if (!field.nested) return;
  const errorCount = context.errors.length;
  owner[name] = validateNested(value, field.nested, below(context, name, field.nested.allowUnknown));
  if (context.errors.length > errorCount) return;
  for (const { test, code, message } of field.rulesAfterMembers)
    if (!test(value, owner)) return report(context, [name], code, message);
}

const none: readonly number[] = [];

/** Returns the indexes of the first invalid entries. */
function invalidEntries(entries: unknown[], test: Test, owner: object): readonly number[] {
  const first = entries.findIndex((entry) => !test(entry, owner));
  if (first === -1) return none;
  const invalid = [first];
  for (let index = first + 1; index < entries.length && invalid.length < maxInvalidEntries; index += 1)
    if (!test(entries[index], owner)) invalid.push(index);
  return invalid;
}

function report({ path, errors }: Context, steps: PathStep[], code: string, message: string): void {
  errors.push(fieldError([...path, ...steps], code, message));
}

const below = ({ path, allowUnknown, errors }: Context, step: PathStep, ownRule?: boolean): Context => ({
  path: [...path, step],
  allowUnknown: allowUnknown ?? ownRule,
  errors,
});

function validateNested(value: unknown, nested: NestedRule, context: Context): unknown {
  if (nested.keys) return validateMap(value as object, nested, context);
  const type = nested.type();
  if (!Array.isArray(value)) return validateObject(type, value, context);
  const maxLength = nested.orTextLength;
  return value.map((entry, index) => {
    if (typeof entry !== 'string' || maxLength === undefined)
      return validateObject(type, entry, below(context, index));
    if (!hasLength(entry, 1, maxLength))
      report(context, [index], 'length', `must be 1 to ${maxLength} characters long`);
    return entry;
  });
}

function validateMap(map: object, { type, keys, nullableEntries }: NestedRule, context: Context): object {
  const entries = Object.entries(map).map(([key, value]): [string, unknown] => {
    if (keys?.test(key, {}) !== true) {
      report(context, [key], 'format', keys?.message ?? '');
      return [key, value];
    }
    const isNull = value === null && nullableEntries;
    return [key, isNull ? null : validateObject(type(), value, below(context, key))];
  });
  return Object.fromEntries(entries);
}

/** Reports a query parameter that is given more than once although it is not a list, and returns its first value. */
function single({ name, coerce: target }: FieldRules, given: unknown, context: Context): unknown {
  if (target === 'list' || !Array.isArray(given)) return given;
  report(context, [name], 'duplicate', 'is given more than once');
  return given[0];
}

/**
 * Converts a query parameter's text to its field's type. If that is impossible, the rules report the text.
 */
function coerce({ coerce: target }: FieldRules, given: unknown): unknown {
  if (target === 'list') return [given].flat().flatMap((text) => String(text).split(','));
  if (typeof given !== 'string') return given;
  if (target === 'number' && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  if (target === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  return given;
}
