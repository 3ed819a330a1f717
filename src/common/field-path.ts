import type { FieldError } from './errors.js';

/** A member's name or an index in a list. */
export type PathStep = string | number;

/** `['items', 0, 'offerId']` -> `items[0].offerId` */
export function fieldPath(path: readonly PathStep[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
}

/** `['items', 0, 'offerId']` -> `/items/0/offerId` (RFC 6901) */
export function jsonPointer(path: readonly PathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const maxStepLength = 100;

/** Clients choose the names of unknown members: they are truncated, so that responses stay small. */
const truncate = (step: PathStep) =>
  typeof step === 'string' && step.length > maxStepLength ? `${step.slice(0, maxStepLength)}…` : step;

/** A field error; `message` continues the path: `is required` becomes "name is required". */
export function fieldError(path: readonly PathStep[], code: string, message: string): FieldError {
  const truncated = path.map(truncate);
  const field = fieldPath(truncated);
  return { field, pointer: jsonPointer(truncated), code, message: `${field || 'The body'} ${message}` };
}
