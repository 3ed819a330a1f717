import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from './config/config.js';
import type { OpenDatabase } from './database/database.js';
import { Lifecycle } from './health/lifecycle.js';

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

/** On SIGTERM and SIGINT: tell balancers, let requests in flight finish, then stop the embedded database. */
export function stopOnSignal(
  app: NestFastifyApplication,
  database: OpenDatabase,
  config: Config,
  logger: Logger,
): void {
  let stopping = false;
  for (const signal of signals)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info(`${signal}: shutting down`);
      void drain(app, config, logger)
        .then(() => database.stop())
        .then(
          () => process.exit(0),
          (cause: unknown) => {
            logger.error({ err: cause }, 'Could not shut down in order');
            process.exit(1);
          },
        );
    });
}

async function drain(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  lifecycle.draining = true;
  await sleep(config.shutdownDelayMs);
  lifecycle.closing = true;
  const server = app.getHttpServer();
  const impatience = setTimeout(() => {
    logger.warn(`Requests still ran after ${config.shutdownTimeoutMs} ms; cutting them off`);
    server.closeAllConnections();
  }, config.shutdownTimeoutMs).unref();
  await app.close();
  clearTimeout(impatience);
  logger.info('Stopped');
}
