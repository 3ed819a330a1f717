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

/** A field error whose message starts with the path: `name` + `is required`. */
export function fieldError(steps: readonly PathStep[], code: string, message: string): FieldError {
  const field = fieldPath(steps);
  return { field, pointer: jsonPointer(steps), code, message: `${field || 'The body'} ${message}` };
}
