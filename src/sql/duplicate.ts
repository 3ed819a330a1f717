import { Conflict } from '../common/errors.js';
import type { SqlRunner } from './transaction.js';
import type { Statement } from './statement.js';

/** A value that must be unique is already in use. */
export class Duplicate extends Conflict {
  /** @param existing reads the ID of the team's object that uses the value */
  constructor(
    message: string,
    readonly existing: Statement,
  ) {
    super(message);
  }
}

/**
 * Runs a write. If it fails with a Duplicate, adds the ID of the existing object to the error, as `existingId`. The ID
 * is read after the write, because a failed transaction can read nothing.
 */
export async function nameExisting<T>(runner: Pick<SqlRunner, 'rows'>, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw await withExistingId(runner, cause);
  }
}

/** Returns the error with the ID of the existing object, if it is a Duplicate and the object is still there. */
export async function withExistingId(runner: Pick<SqlRunner, 'rows'>, cause: unknown): Promise<unknown> {
  if (!(cause instanceof Duplicate)) return cause;
  // The conflict is the answer also if the database has just become unavailable.
  const [[existingId] = []] = await runner.rows(cause.existing).catch(() => []);
  return existingId ? new Conflict(cause.message, { existingId }) : cause;
}
