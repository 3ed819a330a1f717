/** Receives the log messages of the database code; a pino logger is one. */
export interface Log {
  info(msg: string): void;
  warn(msg: string): void;
  error(msg: string): void;
}
