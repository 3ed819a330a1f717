import { QueryFailedError } from 'typeorm';
import type { DomainError } from './errors.js';

/**
 * Runs a write and turns the violation of a named constraint into the error that it means. Any other failure
 * goes through as it is.
 */
export async function meaning<T>(
  violations: Partial<Record<string, () => DomainError>>,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw violations[violatedConstraint(cause) ?? '']?.() ?? cause;
  }
}

/** Name of the constraint or unique index that a failed statement broke (SQLSTATE class 23). */
function violatedConstraint(cause: unknown): string | undefined {
  if (!(cause instanceof QueryFailedError)) return undefined;
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? constraint : undefined;
}
