import { setTimeout as sleep } from 'node:timers/promises';
import { isTransactionConflict } from '../common/database/failures.js';

const maxAttempts = 5;
/** The longest pause before the second attempt, in milliseconds; doubled each time. */
const firstPauseMs = 10;

/**
 * Runs a statement or a transaction, again if it failed because of a concurrent one. Conflicts pass, so the client should
 * not have to send the request again.
 * @param failedAttempts the number of attempts that have failed already
 * @throws the error of the fifth attempt, or any other one
 */
export async function repeatOnConflict<T>(run: () => Promise<T>, failedAttempts = 0): Promise<T> {
  for (let failed = failedAttempts; ;) {
    // A random pause, so that the same transactions do not meet again.
    if (failed > 0) await sleep(Math.random() * firstPauseMs * 2 ** failed);
    try {
      return await run();
    } catch (cause) {
      failed += 1;
      if (failed === maxAttempts || !isTransactionConflict(cause)) throw cause;
    }
  }
}
