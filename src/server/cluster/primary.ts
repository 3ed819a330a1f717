import type { Logger } from 'pino';
import type { OpenDatabase } from '../../database/database.js';
import { stopOnSignal } from '../shutdown.js';
import type { WorkerSettings, StartedService } from './worker-settings.js';
import { WorkerPool } from './worker-pool.js';

/** WORKERS>1: this process keeps the database and the workers, and the workers answer the requests. */
export async function serveByWorkers(
  { config, databaseUrl }: WorkerSettings,
  database: OpenDatabase,
  logger: Logger,
): Promise<StartedService> {
  const pool = new WorkerPool(config, databaseUrl, logger, (reason) => {
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
    shutDown('No workers');
  });
  const shutDown = stopOnSignal(async () => {
    await pool.stop().finally(() => database.stop());
  }, logger);
  try {
    return await pool.start();
  } catch (cause) {
    await pool.stop();
    throw cause;
  }
}
