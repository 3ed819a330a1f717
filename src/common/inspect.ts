import { ValidationFailed, type FieldError } from './errors.js';
import { isObject, lengthOf, within } from './field.js';
import type { NestedRule } from './object-fields.js';
import { fieldError, type PathStep } from './path.js';
import { rulesOf, type DtoType, type FieldRules } from './rules-of.js';
import { nearest } from './values.js';

/** More unknown members than these are not named: looking for what was meant takes time. */
const maxUnknown = 50;

/** Members that the server sets and shows: ignored in a body, so that what was read can be sent back. */
const ignored = Symbol('members set by the server');

/** Names the members of a DTO's resource that the server sets itself. */
export function ServerSet(...names: string[]): ClassDecorator {
  return (target) => Reflect.defineMetadata(ignored, new Set(names), target);
}

export interface InspectOptions {
  /** Values are text from a query string: numbers, booleans and lists are read from it. */
  text?: boolean;
  /** Unknown members are kept (extra keys of category data) rather than refused. */
  open?: boolean;
  at?: PathStep[];
}

export interface Inspection<T> {
  value: T;
  errors: FieldError[];
}

/**
 * Checks a raw value against the class-validator declarations of a DTO and names every bad field at once.
 * Free objects are passed through untouched. We run the rules ourselves rather than with class-transformer
 * and validate(): those copy and rename free objects, and cost ten times as much.
 */
export function inspect<T extends object>(
  type: DtoType<T>,
  raw: unknown,
  options: InspectOptions = {},
): Inspection<T> {
  const at = options.at ?? [];
  const value = {} as T & Record<string, unknown>;
  if (!isObject(raw, {})) return { value, errors: [fieldError(at, 'type', 'must be a JSON object')] };
  const fields = rulesOf(type);
  const errors: FieldError[] = [];
  const skip = Reflect.getMetadata(ignored, type) as Set<string> | undefined;
  for (const key of Object.keys(raw as object)) {
    const given = (raw as Record<string, unknown>)[key];
    const field = fields.get(key);
    if (field) define(value, key, options.text ? coerce(field, given) : given);
    else if (options.open) define(value, key, given);
    else if (!skip?.has(key) && errors.length < maxUnknown)
      errors.push(unknownMember([...at, key], fields.keys(), options.text));
  }
  for (const [key, field] of fields) {
    const found = inspectField(value, key, field, { open: options.open, at });
    if (found.length > 0) errors.push(...found);
  }
  return { value, errors };
}

/** Like inspect(), but throws when something is wrong. @throws ValidationFailed */
export function accept<T extends object>(type: DtoType<T>, raw: unknown, options?: InspectOptions): T {
  const { value, errors } = inspect(type, raw, options);
  if (errors.length > 0) throw new ValidationFailed(errors);
  return value;
}

/** Plain assignment would run the setter of `__proto__`; for all other names it is faster by far. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

const none: FieldError[] = [];

function unknownMember(at: PathStep[], known: Iterable<string>, query = false): FieldError {
  const guess = nearest(String(at.at(-1)), known);
  const what = query ? 'is not a known query parameter' : 'is not a known member';
  return fieldError(at, 'unknown', guess ? `${what}; did you mean ${guess}?` : what);
}

/** `at` is the path of the owner: that of the field is made when there is something to tell of it. */
function inspectField(
  owner: Record<string, unknown>,
  key: string,
  field: FieldRules,
  { open, at: above }: { open?: boolean; at: PathStep[] },
): FieldError[] {
  const value = Object.hasOwn(owner, key) ? owner[key] : undefined;
  for (const holds of field.conditions) if (!holds(owner, value)) return none;
  const at = () => [...above, key];
  if (value === undefined) return [fieldError(at(), 'required', 'is required')];
  if (value === null) return [fieldError(at(), 'type', 'must not be null')];
  for (const rule of field.rules) {
    if (rule.each) {
      const bad = (value as unknown[]).findIndex((entry) => !rule.test(entry, owner));
      if (bad !== -1) return [fieldError([...at(), bad], rule.context.code, rule.message)];
    } else if (!rule.test(value, owner)) return [fieldError(at(), rule.context.code, rule.message)];
  }
  return field.nested ? inspectNested(owner, key, field.nested, { open, at: at() }) : none;
}

function inspectNested(
  owner: Record<string, unknown>,
  key: string,
  nested: NestedRule,
  { open = nested.open, at }: { open?: boolean; at: PathStep[] },
): FieldError[] {
  const value = owner[key];
  const type = nested.type();
  if (nested.keys) return inspectMap(owner, key, nested, { open, at });
  if (!Array.isArray(value)) {
    const inner = inspect(type, value, { open, at });
    owner[key] = inner.value;
    return inner.errors;
  }
  const entries = value.map((entry, index) =>
    typeof entry === 'string' && nested.orText
      ? inspectText(entry, nested.orText, [...at, index])
      : inspect(type, entry, { open, at: [...at, index] }),
  );
  owner[key] = entries.map((entry) => entry.value);
  return entries.flatMap((entry) => entry.errors);
}

function inspectMap(
  owner: Record<string, unknown>,
  key: string,
  { type, keys, clearable }: NestedRule,
  { open, at }: { open?: boolean; at: PathStep[] },
): FieldError[] {
  const entries = Object.entries(owner[key] as object).map(([name, value]) => {
    const here = [...at, name];
    if (keys?.test(name, {}) !== true)
      return { name, value, errors: [fieldError(here, 'format', keys?.message ?? '')] };
    if (value === null && clearable) return { name, value, errors: [] };
    return { name, ...inspect(type(), value, { open, at: here }) };
  });
  owner[key] = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  return entries.flatMap((entry) => entry.errors);
}

function inspectText(value: string, max: number, at: PathStep[]): Inspection<string> {
  const fits = within(lengthOf(value), 1, max);
  return { value, errors: fits ? [] : [fieldError(at, 'length', `must be 1 to ${max} characters long`)] };
}

function coerce(field: FieldRules, given: unknown): unknown {
  const kind = field.rules.find((rule) => rule.context.coerce)?.context.coerce;
  if (kind === 'list') return [given].flat().flatMap((text) => String(text).split(','));
  if (typeof given !== 'string') return given;
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  if (kind === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  return given;
}
