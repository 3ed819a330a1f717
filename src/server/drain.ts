import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Sql } from '../sql/sql.js';
import type { Config } from '../config/config.js';
import { ShutdownState } from '../health/shutdown-state.js';

const idleCheckMs = 100;

/** Tells balancers that the process goes, then closes the port and lets requests in flight finish. */
export async function drain(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const lifecycle = app.get(ShutdownState);
  lifecycle.isDraining = true;
  await sleep(config.shutdownDelayMs);
  lifecycle.isClosing = true;
  const server = app.getHttpServer();
  const impatience = setTimeout(() => {
    logger.warn(`Requests still ran after ${config.shutdownTimeoutMs} ms; cutting them off`);
    server.closeAllConnections();
    app.get(Sql).cutOff();
  }, config.shutdownTimeoutMs).unref();
  // A connection that was busy when the port closed would otherwise be waited for until it times out.
  const tidying = setInterval(() => server.closeIdleConnections(), idleCheckMs).unref();
  await app.close();
  clearInterval(tidying);
  clearTimeout(impatience);
  logger.info('Stopped');
}
