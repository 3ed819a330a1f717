import { QueryFailedError } from 'typeorm';
import type { DomainError } from '../common/errors.js';

/** SQLSTATEs of a row that is missing or still referred to; from Postgres 18 on RESTRICT has one of its own. */
const foreignKeyViolations = ['23503', '23001'];

/**
 * Runs a write and turns the violation of a named constraint or unique index into the error that it means. Given
 * one error only, every foreign key that stands in the way means that. Any other failure goes through as it is.
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

/** What the database says about a statement that broke an integrity rule (SQLSTATE class 23). */
function violation(cause: unknown): { code?: string; constraint?: string } {
  if (!(cause instanceof QueryFailedError)) return {};
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? { code, constraint } : {};
}
