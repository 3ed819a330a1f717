/** SQLSTATE 57014 (statement timeout) and 55P03 (lock timeout, which an operator can set). */
const timeoutCodes = /^(57014|55P03)$/;
/** SQLSTATE 40001 (serialization failure, or a conflict with recovery on a standby) and 40P01 (deadlock). */
const conflictCodes = /^40(001|P01)$/;
/**
 * SQLSTATE class 08 (connection), 57P0x (shutdown), 25P03 (transaction idle for too long), 53300 (too many
 * connections), conflicts, and socket errors.
 */
const unavailableCodes =
  /^(08...|57P0[123]|25P03|53300|40001|40P01|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT)$/;
/** Messages of pg, its pool and TypeORM for errors that have no code. */
const unavailableMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query runner already released/;

interface Failure {
  code?: unknown;
  message?: unknown;
  /** The error of node-postgres in an error of TypeORM. */
  driverError?: unknown;
}

/** Returns whether the error, or the one that TypeORM wrapped, matches. */
function matches(cause: unknown, test: (failure: Failure) => boolean): boolean {
  // Does not use `instanceof Error`, which is false for errors from another realm, as in Jest.
  if (typeof cause !== 'object' || cause === null) return false;
  return test(cause) || matches((cause as Failure).driverError, test);
}

/** Returns whether a statement took too long. */
export const isDatabaseTimeout = (cause: unknown): boolean =>
  matches(cause, ({ code }) => timeoutCodes.test(String(code)));

/** Returns whether Postgres rolled back a transaction because of a concurrent one; a new attempt can succeed. */
export const isTransactionConflict = (cause: unknown): boolean =>
  matches(cause, ({ code }) => conflictCodes.test(String(code)));

/** Returns whether the database cannot be used at the moment, through no fault of the request. */
export const isDatabaseUnavailable = (cause: unknown): boolean =>
  matches(
    cause,
    ({ code, message }) => unavailableCodes.test(String(code)) || unavailableMessages.test(String(message)),
  );
