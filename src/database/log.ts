/** Receives the log messages of the database code. A pino logger implements this interface. */
export interface Log {
  info(msg: string): void;
  warn(msg: string): void;
  error(msg: string): void;
}
