import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Sql } from '../sql/sql.js';
import type { Config } from '../config/config.js';
import { ShutdownState } from '../health/shutdown-state.js';

const idleCheckMs = 100;

/**
 * Reports "not ready" to load balancers, then closes the port and waits for the requests in flight to finish.
 */
export async function drain(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const lifecycle = app.get(ShutdownState);
  lifecycle.isDraining = true;
  await sleep(config.shutdownDelayMs);
  lifecycle.isClosing = true;
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => {
    logger.warn(`Requests were still running after ${config.shutdownTimeoutMs} ms; aborting them`);
    server.closeAllConnections();
    app.get(Sql).cutOff();
  }, config.shutdownTimeoutMs).unref();
  // Without this, a connection that was busy when the port was closed would delay the shutdown until it timed
  // out.
  const idleCheck = setInterval(() => server.closeIdleConnections(), idleCheckMs).unref();
  await app.close();
  clearInterval(idleCheck);
  clearTimeout(cutOff);
  logger.info('Stopped');
}
