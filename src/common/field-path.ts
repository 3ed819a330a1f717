import type { FieldError } from './errors.js';

export type PathStep = string | number;

/** `['items', 0, 'offerId']` -> `items[0].offerId` */
export function fieldPath(steps: readonly PathStep[]): string {
  return steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : path ? `${path}.${step}` : step),
    '',
  );
}

/** `['items', 0, 'offerId']` -> `/items/0/offerId` (RFC 6901) */
export function jsonPointer(steps: readonly PathStep[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const longest = 100;

/** A client chooses the names of unknown members: cut to a readable length, so that answers stay small. */
const readable = (step: PathStep) =>
  typeof step === 'string' && step.length > longest ? `${step.slice(0, longest)}…` : step;

/** A field error whose message starts with the path: `name` + `is required`. */
export function fieldError(steps: readonly PathStep[], code: string, message: string): FieldError {
  const shown = steps.map(readable);
  const field = fieldPath(shown);
  return { field, pointer: jsonPointer(shown), code, message: `${field || 'The body'} ${message}` };
}
