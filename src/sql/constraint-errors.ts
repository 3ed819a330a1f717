import { QueryFailedError } from 'typeorm';
import type { DomainError } from '../common/errors.js';

/**
 * SQLSTATEs for a missing row or a row that is still referenced; since Postgres 18, RESTRICT has a separate
 * SQLSTATE.
 */
const foreignKeyViolations = ['23503', '23001'];

/**
 * Runs a write, and converts the violation of a named constraint or unique index into a domain error. If
 * `errors` is a single error, the violation of any foreign key becomes that error. Other failures are
 * rethrown.
 */
export async function translateConstraintErrors<T>(
  errors: Partial<Record<string, () => DomainError>> | (() => DomainError),
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const { code = '', constraint = '' } = violation(cause);
    const error =
      typeof errors !== 'function' ? errors[constraint] : foreignKeyViolations.includes(code) && errors;
    throw error ? error() : cause;
  }
}

/**
 * Returns the details of an integrity constraint violation (SQLSTATE class 23); an empty object for any other
 * error.
 */
function violation(cause: unknown): { code?: string; constraint?: string } {
  if (!(cause instanceof QueryFailedError)) return {};
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? { code, constraint } : {};
}
