import { Conflict } from './errors.js';

const maxAttempts = 20;

/**
 * Calls `attempt` until it returns a value; undefined means that a concurrent change interfered.
 * @param conflictMessage message of the Conflict that is thrown after 20 failed attempts
 * @throws Conflict
 */
export async function retry<T>(
  conflictMessage: string,
  attempt: (failedAttempts: number) => Promise<T | undefined>,
): Promise<T> {
  for (let failedAttempts = 0; failedAttempts < maxAttempts; failedAttempts += 1) {
    const result = await attempt(failedAttempts);
    if (result !== undefined) return result;
  }
  throw new Conflict(conflictMessage);
}
