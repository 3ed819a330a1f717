import type { ProblemCode } from './problem-types.js';

/** One error in the input. */
export interface FieldError {
  /** Path of the field, such as `items[0].offerId`; empty for the entire body. */
  field: string;
  /** The same path as a JSON pointer (RFC 6901): `/items/0/offerId`. */
  pointer: string;
  /** Kind of error, such as `required` or `length`. */
  code: string;
  /** Human-readable text that starts with the path and states what is wrong and what is expected. */
  message: string;
  /** For a row of a file: the number of its first line, from 1. */
  line?: number;
  /** For a row of a file: the name of the column, as in the file, and the text of the cell. */
  column?: string;
  value?: string;
}

/** An error that is reported to the client. Its code determines the HTTP status. */
export class DomainError extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    /** Additional members of the problem document, such as `allowedStatuses`. */
    readonly extra: Record<string, unknown> = {},
    /** Additional response headers, such as `Retry-After`. */
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

const maxErrors = 100;

/** The input violates one or more rules. The response lists up to the first 100 errors. */
export class ValidationFailed extends DomainError {
  constructor(readonly errors: readonly FieldError[]) {
    super('VALIDATION_FAILED', errors[0]?.message ?? 'The request is not valid', {
      errors: errors.slice(0, maxErrors),
    });
  }
}

/**
 * The object does not exist or is not visible to the caller.
 * Both look the same, so that IDs cannot be probed.
 */
export class NotFound extends DomainError {
  constructor(subject: string, reason?: string) {
    super('NOT_FOUND', `${subject} not found${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/** The request is valid but conflicts with stored data. */
export class Conflict extends DomainError {
  constructor(message: string, extra: Record<string, unknown> = {}) {
    super('CONFLICT', message, extra);
  }
}

/** `If-Match` does not match the current version, or `If-None-Match` matches it. */
export class PreconditionFailed extends DomainError {
  constructor(message = 'The resource has changed since it was read; read it again and retry') {
    super('PRECONDITION_FAILED', message);
  }
}
