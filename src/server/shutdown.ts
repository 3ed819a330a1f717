import type { Logger } from 'pino';

/**
 * On SIGTERM or SIGINT: runs `stop`, once, and ends the process, with status 0 unless process.exitCode differs.
 * @returns a function that does the same at once, for the given reason.
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
