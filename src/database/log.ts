/** Where the database code tells what it does; a pino logger fits. */
export interface Log {
  info(msg: string): void;
  warn(msg: string): void;
  error(msg: string): void;
}
