import type { DtoClass } from '../rules.js';

/** What helps a client that sends a field as another API defines it. */
export interface FieldHint {
  /** Well-known other names of the field. Case and punctuation are ignored. */
  otherNames?: readonly string[];
  /**
   * Converts a value that another API takes for the field: "1 Gbps" to 1000. Returns undefined if it cannot be converted.
   */
  convert?: (given: unknown) => unknown;
  /** What to do if the field is missing and nothing takes its place; appended to the error. */
  ifMissing?: string;
}

export type FieldHints = Readonly<Record<string, FieldHint>>;

/** The hints of a DTO, and its fields by their other names. */
export interface HintTable {
  hints: FieldHints;
  /** Returns the field that is meant by the name of a member that the DTO does not define. */
  fieldMeantBy(name: string): string | undefined;
}

const key = Symbol('hints');
const tables = new WeakMap<DtoClass, HintTable>();

/**
 * Declares hints for the fields of a DTO. They change only the text of errors, and are not used if there are none: other
 * names are not accepted in place of the fields.
 */
export function Hints(hints: FieldHints): ClassDecorator {
  return (target) => Reflect.defineMetadata(key, hints, target);
}

export function hintsOf(type: DtoClass): HintTable | undefined {
  const known = tables.get(type);
  if (known) return known;
  const hints = Reflect.getMetadata(key, type) as FieldHints | undefined;
  if (!hints) return undefined;
  const names = Object.entries(hints).flatMap(([field, { otherNames = [] }]) =>
    [field, ...otherNames].map((name) => [plainName(name), field] as const),
  );
  const fields = new Map(names);
  const table = { hints, fieldMeantBy: (name: string) => fields.get(plainName(name)) };
  tables.set(type, table);
  return table;
}

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
