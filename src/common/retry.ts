import { Conflict } from './errors.js';

const maxAttempts = 20;

/**
 * Runs `attempt` until it returns a value; undefined means that a concurrent change got in the way.
 * @throws Conflict with the message `busy` after 20 attempts
 */
export async function retry<T>(
  busy: string,
  attempt: (failures: number) => Promise<T | undefined>,
): Promise<T> {
  for (let failures = 0; failures < maxAttempts; failures += 1) {
    const result = await attempt(failures);
    if (result !== undefined) return result;
  }
  throw new Conflict(busy);
}
