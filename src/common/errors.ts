import type { ProblemCode } from './problem-types.js';

/** One thing wrong with the input: where (`items[0].offerId`, `/items/0/offerId`), what, and what would be right. */
export interface FieldError {
  field: string;
  pointer: string;
  code: string;
  message: string;
}

/** Something that a client has to be told; the problem filter alone turns it into a status. */
export class DomainError extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    /** Extra members of the problem document, such as `allowedStatuses`. */
    readonly extra: Record<string, unknown> = {},
    /** Headers of the answer, such as `Retry-After`. */
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

const maxErrors = 100;

/** The input breaks one or more rules; carries all of them, or the first hundred. */
export class ValidationFailed extends DomainError {
  constructor(readonly errors: readonly FieldError[]) {
    super('VALIDATION_FAILED', errors[0]?.message ?? 'The request is not valid', {
      errors: errors.slice(0, maxErrors),
    });
  }
}

/** Unknown to this caller: an id that does not exist and another team's look the same. */
export class NotFound extends DomainError {
  constructor(what: string) {
    super('NOT_FOUND', `${what} not found`);
  }
}

/** The request is well formed but clashes with what is stored. */
export class Conflict extends DomainError {
  constructor(message: string, extra: Record<string, unknown> = {}) {
    super('CONFLICT', message, extra);
  }
}

/** `If-Match` names a version that is no longer the current one. */
export class PreconditionFailed extends DomainError {
  constructor() {
    super('PRECONDITION_FAILED', 'The resource has changed since it was read; read it again and retry');
  }
}
