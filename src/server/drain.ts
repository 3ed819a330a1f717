import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Sql } from '../sql/sql.js';
import type { Config } from '../config/config.js';
import { WaitingPolls } from '../events/reading/waiting-polls.js';
import { ShutdownState } from '../health/shutdown-state.js';

const idleCheckMs = 100;
/** How long idle connections stay open after the port has been closed, because a request may be on its way. */
const idleGraceMs = 1_000;

/**
 * Reports "not ready" to load balancers, then closes the port and waits for the requests in flight to finish. From the
 * beginning, every answer asks its client to close the connection, so that few connections are left in the end.
 */
export async function drain(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const lifecycle = app.get(ShutdownState);
  const server = app.getHttpServer() as Server;
  lifecycle.isDraining = true;
  app.get(WaitingPolls).stop();
  // The hook that does the same does not see requests beyond the cap.
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  await sleep(config.shutdownDelayMs);
  lifecycle.isClosing = true;
  const cutOff = setTimeout(() => {
    logger.warn(`Requests were still running after ${config.shutdownTimeoutMs} ms; aborting them`);
    server.closeAllConnections();
    app.get(Sql).cutOff();
  }, config.shutdownTimeoutMs).unref();
  // Node closes idle connections together with the port, and would reset those with a request on its way.
  const closeIdle = server.closeIdleConnections.bind(server);
  const closingAt = performance.now() + idleGraceMs;
  server.closeIdleConnections = () => performance.now() >= closingAt && closeIdle();
  // Without this, a connection that was busy when the port was closed would delay the shutdown until it timed
  // out.
  const idleCheck = setInterval(() => server.closeIdleConnections(), idleCheckMs).unref();
  await app.close();
  clearInterval(idleCheck);
  clearTimeout(cutOff);
  logger.info('Stopped');
}
