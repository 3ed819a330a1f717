import { closestWord } from '../common/edit-distance.js';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { isObject, characterCount, isBetween, type Test } from './field.js';
import type { NestedRule } from './object-fields.js';
import { fieldError, type PathStep } from '../common/field-path.js';
import { fieldRules, type DtoClass, type FieldRules } from './rules.js';

/** More unknown members than these are not named: looking for what was meant takes time. */
const maxUnknown = 50;

/** Members that the server sets and shows: ignored in a body, so that what was read can be sent back. */
const ignored = Symbol('members set by the server');

/** Names the members of a DTO's resource that the server sets itself. */
export function ServerManaged(...names: string[]): ClassDecorator {
  return (target) => Reflect.defineMetadata(ignored, new Set(names), target);
}

export interface ValidateOptions {
  /** Values are text from a query string: numbers, booleans and lists are read from it. */
  text?: boolean;
  /** Unknown members are kept (extra keys of category data) rather than refused. */
  open?: boolean;
  at?: PathStep[];
}

export interface ValidationResult<T> {
  value: T;
  errors: FieldError[];
}

/**
 * Checks a raw value against the class-validator declarations of a DTO and names every bad field at once.
 * Free objects are passed through untouched. We run the rules ourselves rather than with class-transformer
 * and validate(): those copy and rename free objects, and cost ten times as much.
 */
export function validate<T extends object>(
  type: DtoClass<T>,
  raw: unknown,
  { text = false, open, at = [] }: ValidateOptions = {},
): ValidationResult<T> {
  const errors: FieldError[] = [];
  return { value: check(type, raw, { at, open, errors }, text) as T, errors };
}

/** Where a check stands, and what was found. */
interface Place {
  at: PathStep[];
  open: boolean | undefined;
  errors: FieldError[];
}

function check(type: DtoClass, raw: unknown, place: Place, text = false): Record<string, unknown> {
  if (!isObject(raw, {})) {
    place.errors.push(fieldError(place.at, 'type', 'must be a JSON object'));
    return {};
  }
  // A copy at one go: a member `__proto__`, put in by itself, would be taken for the prototype.
  const value: Record<string, unknown> = { ...(raw as object) };
  const fields = fieldRules(type);
  const skip = Reflect.getMetadata(ignored, type) as Set<string> | undefined;
  let unknown = 0;
  for (const key of Object.keys(value)) {
    const field = fields.get(key);
    if (field) {
      if (text) value[key] = coerce(field, value[key]);
    } else if (!place.open) {
      delete value[key];
      if (!skip?.has(key) && (unknown += 1) <= maxUnknown)
        place.errors.push(unknownMember([...place.at, key], fields.keys(), text));
    }
  }
  for (const field of fields.values()) checkField(value, field, place);
  return value;
}

/** Like inspect(), but throws when something is wrong. @throws ValidationFailed */
export function validateOrThrow<T extends object>(
  type: DtoClass<T>,
  raw: unknown,
  options?: ValidateOptions,
): T {
  const { value, errors } = validate(type, raw, options);
  if (errors.length > 0) throw new ValidationFailed(errors);
  return value;
}

function unknownMember(at: PathStep[], known: Iterable<string>, query = false): FieldError {
  const guess = closestWord(String(at.at(-1)), known);
  const what = query ? 'is not a known query parameter' : 'is not a known member';
  return fieldError(at, 'unknown', guess ? `${what}; did you mean ${guess}?` : what);
}

/** `place` is that of the owner: the path of the field is made when there is something to tell of it. */
function checkField(owner: Record<string, unknown>, field: FieldRules, place: Place): void {
  const { name } = field;
  const value = Object.hasOwn(owner, name) ? owner[name] : undefined;
  for (const holds of field.conditions) if (!holds(owner, value)) return;
  if (value === undefined) return refuse(place, [name], 'required', 'is required');
  if (value === null) return refuse(place, [name], 'type', 'must not be null');
  for (const { each, test, context, message } of field.rules) {
    if (each) {
      const bad = firstBad(value as unknown[], test, owner);
      if (bad !== -1) return refuse(place, [name, bad], context.code, message);
    } else if (!test(value, owner)) return refuse(place, [name], context.code, message);
  }
  if (field.nested) owner[name] = checkNested(value, field.nested, below(place, name, field.nested.open));
}

/** A function of its own: a closure would cost each rule of each field, of whatever kind. */
const firstBad = (entries: unknown[], test: Test, owner: object) =>
  entries.findIndex((entry) => !test(entry, owner));

function refuse({ at, errors }: Place, steps: PathStep[], code: string, message: string): void {
  errors.push(fieldError([...at, ...steps], code, message));
}

const below = ({ at, open, errors }: Place, step: PathStep, opens?: boolean): Place => ({
  at: [...at, step],
  open: open ?? opens,
  errors,
});

function checkNested(value: unknown, nested: NestedRule, place: Place): unknown {
  if (nested.keys) return checkMap(value as object, nested, place);
  const type = nested.type();
  if (!Array.isArray(value)) return check(type, value, place);
  return value.map((entry, index) => {
    const here = below(place, index);
    if (typeof entry !== 'string' || nested.orText === undefined) return check(type, entry, here);
    if (!isBetween(characterCount(entry), 1, nested.orText))
      here.errors.push(fieldError(here.at, 'length', `must be 1 to ${nested.orText} characters long`));
    return entry;
  });
}

function checkMap(map: object, { type, keys, clearable }: NestedRule, place: Place): object {
  const entries = Object.entries(map).map(([name, value]): [string, unknown] => {
    const here = below(place, name);
    if (keys?.test(name, {}) !== true) {
      here.errors.push(fieldError(here.at, 'format', keys?.message ?? ''));
      return [name, value];
    }
    return [name, value === null && clearable ? value : check(type(), value, here)];
  });
  return Object.fromEntries(entries);
}

function coerce(field: FieldRules, given: unknown): unknown {
  const kind = field.rules.find((rule) => rule.context.coerce)?.context.coerce;
  if (kind === 'list') return [given].flat().flatMap((text) => String(text).split(','));
  if (typeof given !== 'string') return given;
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  if (kind === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  return given;
}
