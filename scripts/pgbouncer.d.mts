import type { ChildProcess } from 'node:child_process';

/** A PgBouncer that was started for a demonstration or a test. */
export interface PgBouncer {
  readonly child: ChildProcess;
  /** Returns the URL of a database through PgBouncer. @param direct the URL without it */
  urlOf(direct: string): string;
  /** Returns what PgBouncer has logged so far. */
  readLog(): string;
  stop(): Promise<void>;
}

export function startPgBouncer(url: string, options?: { poolSize?: number }): Promise<PgBouncer>;
