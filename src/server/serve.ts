import { setFlagsFromString } from 'node:v8';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApp } from './create-app.js';
import type { Channel } from '../common/channel.js';
import type { OpenDatabase } from '../database/database.js';
import { drain } from './drain.js';
import { stopOnSignal } from './shutdown.js';
import type { WorkerSettings, StartedService } from './cluster/worker-settings.js';

/**
 * Creates the application for a migrated database, creates the demo data if configured, and starts listening.
 * @throws the reason of `interrupt`, which is checked between steps
 */
export async function listen(
  { config, databaseUrl, createsDemo }: WorkerSettings,
  logger: Logger,
  interrupt: AbortSignal,
  channel: Channel | null = null,
): Promise<StartedService & { app: NestFastifyApplication }> {
  // By default, V8 lets the heap grow until more than half of it is garbage. Collecting it at 30 % growth keeps the process
  // 9 MiB smaller than at 40 %, for less than a hundredth of the CPU time. The size of the young generation is set by a flag
  // of `npm start`: with 8 MB per semi-space, requests cost about 10 % less CPU time than with 4 MB, for about 12 MB
  // of memory.
  setFlagsFromString('--heap-growing-percent=30');
  const app = await createApp(config, databaseUrl, logger, channel);
  try {
    interrupt.throwIfAborted();
    const isServing = config.role !== 'worker';
    const adminKey = createsDemo && config.demo && isServing ? config.adminApiKey : undefined;
    const demo = adminKey ? await (await import('../demo/demo.js')).seedDemo(app, adminKey) : undefined;
    interrupt.throwIfAborted();
    await app.listen(config.port, config.host);
    return { app, url: await app.getUrl(), demo };
  } catch (cause) {
    await app
      .close()
      .catch((error: unknown) => logger.warn({ err: error }, 'Could not close the application'));
    throw cause;
  }
}

/** Serves with WORKERS=1: this process handles all requests itself. */
export async function serveInProcess(
  settings: WorkerSettings,
  database: OpenDatabase,
  logger: Logger,
  interrupt: AbortSignal,
): Promise<StartedService> {
  const { app, ...service } = await listen(settings, logger, interrupt);
  interrupt.throwIfAborted();
  stopOnSignal(async () => {
    await drain(app, settings.config, logger);
    await database.stop();
  }, logger);
  return service;
}
