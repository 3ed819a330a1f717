import 'reflect-metadata';
import { maxHeaderSize, type IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { pino, type Logger } from 'pino';
import { AppModule } from '../app.module.js';
import type { Channel } from '../common/channel.js';
import { replyToMalformedRequest } from '../http/client-error.js';
import { errorFormats } from '../error-formats.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { DomainError } from '../common/errors.js';
import { parseJsonBody } from '../http/json-body.js';
import { NestLog } from '../common/log.js';
import { checkMethodAndAccept } from '../http/content-negotiation.js';
import { logRequest } from '../http/request-log.js';
import { problemTypes } from '../common/problem-types.js';
import { requestIdOf } from '../http/request-id.js';
import { RouteTable } from '../http/route-table.js';
import type { Config } from '../config/config.js';
import { ShutdownState } from '../health/shutdown-state.js';
import { Metrics } from '../health/metrics.js';
import { serveDocs } from '../openapi/docs.js';
import { AccessHook } from '../teams/access.hook.js';
import { ApiKeyCache } from '../teams/api-keys/api-key-cache.js';
import { trackRequestScope } from './request-scope.js';

const bodyLimit = 1_048_576;

/**
 * Creates the application for a migrated database. Used by the service and by the tests.
 * @param channel the worker's connection to the primary; null if there is only one process
 */
export async function createApp(
  config: Config,
  databaseUrl: string,
  logger: Logger = pino({ level: config.logLevel }),
  channel: Channel | null = null,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    bodyLimit,
    routerOptions: { maxParamLength: maxHeaderSize }, // an ID of any length results in "not found"
    trustProxy: config.trustProxy,
    return503OnClosing: false,
    frameworkErrors: replyToBadUrl,
    clientErrorHandler: replyToMalformedRequest,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, databaseUrl, channel),
    adapter,
    {
      logger: new NestLog(logger),
      bodyParser: false,
      abortOnError: false,
    },
  );
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  installHooks(fastify, app);
  fastify.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true }); // ignores a body, as for GET
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    /^application\/([\w.-]+\+)?json\s*(;|$)/i,
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, parseJsonBody(body as Buffer));
      } catch (cause) {
        done(cause as Error);
      }
    },
  );
  fastify.addContentTypeParser(/^application\/(x-)?(ndjson|jsonl(ines)?)\s*(;|$)/i, passLines);
  serveDocs(fastify, app);
  await app.init();
  await app.get(ApiKeyCache).startPolling();
  return app;
}

/** Installs the hooks that run before and after every handler, in this order. */
function installHooks(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const shutdown = app.get(ShutdownState);
  const access = app.get(AccessHook);
  const metrics = app.get(Metrics);
  const routes = new RouteTable();
  trackRequestScope(fastify);
  fastify.decorateRequest('caller', null);
  fastify.addHook('onRoute', (route) => routes.add(route.method, route.url));
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (shutdown.isClosing) {
      const headers = { connection: 'close', 'retry-after': '2' };
      throw new DomainError('UNAVAILABLE', 'The server is shutting down', {}, headers);
    }
    checkMethodAndAccept(request, routes);
  });
  fastify.addHook('onRequest', access.onRequest);
  fastify.addHook('onResponse', metrics.onResponse);
  fastify.addHook('onResponse', logRequest);
}

/** Passes a body in JSON Lines format to the handler as a stream if the route accepts this format. */
function passLines(
  request: FastifyRequest,
  lines: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const { acceptsJsonLines } = request.routeOptions.config as EndpointConfig;
  const unsupported = new DomainError('UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as application/json');
  done(acceptsJsonLines ? null : unsupported, lines);
}

/** Responds to a URL that Fastify could not decode. Fastify rejects such URLs before any hook runs. */
function replyToBadUrl(_cause: Error, request: FastifyRequest, reply: FastifyReply): void {
  const error = new DomainError('NOT_FOUND', 'The path is not a valid URL');
  const format = errorFormats.forUrl(request.url);
  void reply
    .code(problemTypes.NOT_FOUND.status)
    .header('x-request-id', request.id)
    .type(format.mediaType)
    .send(JSON.stringify(format.body(error, request.id)));
}
