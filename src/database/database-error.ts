/** The database cannot be used; the message says why and what to do, for the operator, without secrets. */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';
}

/** Another living process owns the data directory of the embedded Postgres. */
export class DataDirInUseError extends DatabaseError {
  override readonly name = 'DataDirInUseError';

  /** @param owner what is known of the other process, such as `process 1234`. */
  constructor(dataDir: string, owner: string) {
    super(
      `Another Offerdock process (${owner}) is using ${dataDir}. Stop it, or set DATA_DIR to another place.`,
    );
  }
}

/** The `code` of a Node or Postgres error; `undefined` when there is none. */
export function errorCode(error: unknown): string | undefined {
  return textOf(error, 'code');
}

/** What an error says, in one line; Node's aggregate connection errors have a code and no message. */
export function errorText(error: unknown): string {
  return textOf(error, 'message') || (textOf(error, 'code') ?? String(error));
}

/** By shape, not by `instanceof`: under Jest, Node's own errors are of another realm. */
function textOf(error: unknown, member: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, member);
  return typeof value === 'string' ? value : undefined;
}
