import type { Logger } from 'pino';
import { unlessAborted } from '../../common/interruption.js';
import type { OpenDatabase } from '../../database/database.js';
import { stopOnSignal } from '../shutdown.js';
import { WorkerError } from './worker-error.js';
import type { WorkerSettings, StartedService } from './worker-settings.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Serves with WORKERS>1: this process runs the database and the workers, and the workers handle the requests.
 */
export async function serveWithWorkers(
  { config, databaseUrl }: WorkerSettings,
  database: OpenDatabase,
  logger: Logger,
  interrupt: AbortSignal,
): Promise<StartedService> {
  const giveUp = new AbortController();
  const pool = new WorkerPool(config, databaseUrl, logger, (reason) => giveUp.abort(new WorkerError(reason)));
  try {
    const service = await unlessAborted(AbortSignal.any([interrupt, giveUp.signal]), () => pool.start());
    const shutDown = stopOnSignal(() => pool.stop().finally(() => database.stop()), logger);
    giveUp.signal.addEventListener('abort', () => {
      process.stderr.write(`${(giveUp.signal.reason as WorkerError).message}\n`);
      process.exitCode = 1;
      shutDown('No workers');
    });
    return service;
  } catch (cause) {
    await pool.stop();
    throw cause;
  }
}
