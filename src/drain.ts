import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from './config/config.js';
import { Lifecycle } from './health/lifecycle.js';

/** Tells balancers that the process goes, then closes the port and lets requests in flight finish. */
export async function drain(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
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
