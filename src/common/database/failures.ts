/** SQLSTATE 57014 (statement timeout) and 55P03 (lock timeout, which an operator can set). */
const timeoutCodes = /^(57014|55P03)$/;
/**
 * SQLSTATE 40001 (serialization failure, or a conflict with recovery on a standby), 40P01 (deadlock), and 23503: a row
 * that was there when it was read was deleted before another one that refers to it was stored.
 */
const conflictCodes = /^(40001|40P01|23503)$/;
/**
 * SQLSTATE class 08 (connection), 25006 (read-only, such as a standby), 25P03 and 25P04 (transaction idle or open for
 * too long), 28000 and 28P01 (login refused, as after the password was changed), 3D000 (database missing, as during a
 * restore), conflicts, class 53 (disk full, out of memory, too many connections), 57P0x (shutdown, starting up), 58030
 * (disk), and errors of sockets and of name resolution.
 */
const unavailableCodes =
  /^(08...|25006|25P0[34]|28000|28P01|3D000|40001|40P01|53...|57P0.|58030|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EADDRNOTAVAIL|E[MN]FILE)$/;
/**
 * Messages of pg, its pool and TypeORM for errors that have no code, and of Postgres when a process that helps with a
 * query could not start or has died, whose code has other meanings, too.
 */
const unavailableMessages =
  /parallel worker|Connection terminated|timeout exceeded when trying to connect|timeout expired|is not queryable|not currently accepting connections|already released|Transaction is not started yet/;

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

/** Returns whether a transaction failed because of a concurrent one; a new attempt can succeed. */
export const isTransactionConflict = (cause: unknown): boolean =>
  matches(cause, ({ code }) => conflictCodes.test(String(code)));

/** Returns whether the database cannot be used at the moment, through no fault of the request. */
export const isDatabaseUnavailable = (cause: unknown): boolean =>
  matches(
    cause,
    ({ code, message }) => unavailableCodes.test(String(code)) || unavailableMessages.test(String(message)),
  );
