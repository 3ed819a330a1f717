import { QueryFailedError } from 'typeorm';
import type { DomainError } from '../common/errors.js';

/** SQLSTATEs of a missing or still referenced row; from Postgres 18 on, RESTRICT has its own. */
const foreignKeyViolations = ['23503', '23001'];

/**
 * Runs a write, and turns the violation of a named constraint or unique index into a domain error. With a single error,
 * the violation of any foreign key becomes that error. Other failures are rethrown.
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

/** Details of an integrity constraint violation (SQLSTATE class 23). */
function violation(cause: unknown): { code?: string; constraint?: string } {
  if (!(cause instanceof QueryFailedError)) return {};
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? { code, constraint } : {};
}
