import type { FieldError } from './errors.js';

/** The name of a member or the index of an array entry. */
export type PathStep = string | number;

/** Formats a path for messages: `['items', 0, 'offerId']` becomes `items[0].offerId`. */
export function fieldPath(path: readonly PathStep[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
}

/** Formats a path as a JSON pointer (RFC 6901): `['items', 0, 'offerId']` becomes `/items/0/offerId`. */
export function jsonPointer(path: readonly PathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const maxStepLength = 100;

/** Truncates long names. Clients choose the names of unknown members, and responses must stay small. */
const truncate = (step: PathStep) =>
  typeof step === 'string' && step.length > maxStepLength ? `${step.slice(0, maxStepLength)}…` : step;

/** Builds a field error. `message` is appended to the path: `is required` becomes "name is required". */
export function fieldError(path: readonly PathStep[], code: string, message: string): FieldError {
  const truncated = path.map(truncate);
  const field = fieldPath(truncated);
  return { field, pointer: jsonPointer(truncated), code, message: `${field || 'The body'} ${message}` };
}
