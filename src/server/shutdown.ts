import type { Logger } from 'pino';

/**
 * Runs `stop` once on SIGTERM or SIGINT, and ends the process with status 0 unless process.exitCode is set.
 * @returns a function that does the same immediately, for the given reason
 */
export function stopOnSignal(stop: () => Promise<void>, logger: Logger): (reason: string) => void {
  let stopping = false;
  const shutDown = (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info(`${reason}: shutting down`);
    void stop().then(
      () => process.exit(),
      (cause: unknown) => {
        logger.error({ err: cause }, 'Could not shut down cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, shutDown);
  return shutDown;
}
