import { closestWord } from '../../common/edit-distance.js';
import type { FieldError } from '../../common/errors.js';
import { fieldError, fieldPath, type PathStep } from '../../common/field-path.js';
import type { HintTable } from './hints.js';

type Values = Record<string, unknown>;

/** Returns whether a field of an object would be valid with this value. */
type Accepts = (name: string, value: unknown) => boolean;

/** An object with errors. */
interface Invalid {
  object: Values;
  path: readonly PathStep[];
  /** The fields of its DTO. */
  fields: { has(name: string): boolean };
  accepts: Accepts;
}

/** Longer texts and names are not repeated in an error. */
const maxValueLength = 80;
const maxNameLength = 100;

/**
 * Adds to the errors of an object what its client probably means: the field instead of another well-known name, and the
 * converted value. Members with another name of a field that is missing become errors too, although they are kept in an
 * object that is valid.
 */
export function explainErrors(errors: FieldError[], invalid: Invalid, table: HintTable): void {
  const { object, path, accepts } = invalid;
  const aliases = findAliases(invalid, table);
  for (const [name, hint] of Object.entries(table.hints)) {
    const field = fieldPath([...path, name]);
    const index = errors.findIndex((each) => each.field === field);
    const error = errors[index];
    const alias = aliases.get(name);
    let advice: string | undefined;
    if (error && Object.hasOwn(object, name)) advice = adviceWithValue(table, name, object[name], accepts);
    else if (error && alias !== undefined)
      advice = `${adviceFor(table, name, object[alias], accepts)} instead of ${alias}`;
    else if (error) advice = misspelled(invalid, name) ?? hint.ifMissing;
    else if (alias !== undefined && !Object.hasOwn(object, name)) {
      const meant = adviceFor(table, name, object[alias], accepts);
      errors.push(fieldError([...path, alias], 'unknown', `is not a known field; ${meant}`));
    }
    if (error && advice !== undefined) errors[index] = { ...error, message: `${error.message}; ${advice}` };
  }
}

/** Returns the first member with another name, by the field that it means. */
function findAliases({ object, fields }: Invalid, table: HintTable): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const name of Object.keys(object)) {
    const meant = name.length > maxNameLength || fields.has(name) ? undefined : table.fieldMeantBy(name);
    if (meant !== undefined && !aliases.has(meant)) aliases.set(meant, name);
  }
  return aliases;
}

function misspelled({ object, fields }: Invalid, name: string): string | undefined {
  const others = Object.keys(object).filter((each) => !fields.has(each));
  const closest = closestWord(name, others);
  return closest === undefined ? undefined : `use ${name} instead of ${closest}`;
}

/** Returns which field to use, and with which value if what was given can be converted. */
export function adviceFor(table: HintTable, name: string, given: unknown, accepts: Accepts): string {
  return adviceWithValue(table, name, given, accepts) ?? `use ${name}`;
}

function adviceWithValue({ hints }: HintTable, name: string, given: unknown, accepts: Accepts) {
  const value = accepts(name, given) ? given : hints[name]?.convert?.(given);
  const text = value === undefined || !accepts(name, value) ? undefined : JSON.stringify(value);
  return text !== undefined && text.length <= maxValueLength ? `use ${name}: ${text}` : undefined;
}
