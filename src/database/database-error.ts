/**
 * The database cannot be used.
 * The message gives the operator the reason and a remedy, and contains no secrets.
 */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';
}

/** Another running process owns the data directory of the embedded Postgres. */
export class DataDirInUseError extends DatabaseError {
  override readonly name = 'DataDirInUseError';

  /** @param owner a description of the other process, such as `process 1234` */
  constructor(dataDir: string, owner: string) {
    super(
      `Another Offerdock process (${owner}) is using ${dataDir}. Stop it, or set DATA_DIR to another directory.`,
    );
  }
}

/** Returns the `code` of a Node or Postgres error; undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  return textOf(error, 'code');
}

/**
 * Returns the message of an error, or its code, because Node's aggregate connection errors have no message.
 */
export function errorText(error: unknown): string {
  return textOf(error, 'message') || (textOf(error, 'code') ?? String(error));
}

/** Does not use `instanceof`, because Node's own errors belong to another realm in Jest. */
function textOf(error: unknown, member: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, member);
  return typeof value === 'string' ? value : undefined;
}
