import { validate as isUuid } from 'uuid';
import type { FieldError } from '../common/errors.js';
import { fieldError, jsonPointer, type PathStep } from '../common/field-path.js';

/** An ID in a body, and its path. */
export interface BodyId {
  path: PathStep[];
  /** Lowercase, as Postgres returns UUIDs. */
  id: string;
}

/**
 * Returns the IDs in a value of a body: a UUID, or a list of them. The body may be invalid; values that are not UUIDs or
 * already have an error are left out, so that the others can be looked up.
 */
export function idsAt(path: PathStep[], value: unknown, errors: readonly FieldError[]): BodyId[] {
  const pointer = jsonPointer(path);
  if (errors.some((error) => error.pointer === pointer)) return [];
  if (!Array.isArray(value)) return isUuid(value) ? [{ path, id: (value as string).toLowerCase() }] : [];
  return value.flatMap((entry, index) => idsAt([...path, index], entry, []));
}

/** Returns an error for each ID that is not among the known ones. An ID of another team is not known either. */
export const unknownIdErrors = (ids: readonly BodyId[], known: ReadonlySet<unknown>, subject: string) =>
  ids.flatMap(({ path, id }) => (known.has(id) ? [] : [unknownId(path, subject)]));

/** @param subject what the ID must refer to, such as `one of your products` */
export const unknownId = (path: readonly PathStep[], subject: string): FieldError =>
  fieldError(path, 'unknown', `is not the ID of ${subject}`);
