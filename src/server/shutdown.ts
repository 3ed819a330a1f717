import type { Logger } from 'pino';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** The service was told to stop while it was starting. */
export class Interrupted extends Error {}

/**
 * Holds SIGTERM and SIGINT back while the service starts, so that a start broken off leaves no Postgres behind.
 * @returns what to call between two steps. @throws Interrupted once a signal has come
 */
export function holdSignals(): () => void {
  let told = false;
  for (const signal of signals) process.on(signal, () => (told = true));
  return () => {
    if (told) throw new Interrupted('Told to stop while starting');
  };
}

/**
 * On SIGTERM and SIGINT: runs `stop`, once, and ends the process, with 0 unless process.exitCode says otherwise.
 * @returns what does the same at once, for the reason given.
 */
export function stopOnSignal(stop: () => Promise<void>, logger: Logger): (why: string) => void {
  let stopping = false;
  const shutDown = (why: string) => {
    if (stopping) return;
    stopping = true;
    logger.info(`${why}: shutting down`);
    void stop().then(
      () => process.exit(),
      (cause: unknown) => {
        logger.error({ err: cause }, 'Could not shut down in order');
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, shutDown);
  return shutDown;
}
