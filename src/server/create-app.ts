import 'reflect-metadata';
import { maxHeaderSize, type Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onSendHookHandler,
} from 'fastify';
import { pino, type Logger } from 'pino';
import { AppModule } from '../app.module.js';
import type { Channel } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import { replyToMalformedRequest } from '../http/client-error.js';
import { errorFormats } from '../error-formats.js';
import { DomainError } from '../common/errors.js';
import { NestLog } from '../common/log.js';
import { CrossOrigin } from '../http/content/cross-origin.js';
import { keyedHeaders, setResponseHeaders } from '../http/content/response-headers.js';
import {
  checkExpectation,
  checkMethodAndAccept,
  ignoreUnusedBodyType,
  requireOneHost,
} from '../http/content-negotiation.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { logRequest } from '../http/request-log.js';
import { problemTypes } from '../common/problem-types.js';
import { formMediaType } from '../http/content/form-body.js';
import { aliasRoutes } from '../http/routes/route-alias.js';
import { requestIdOf } from '../http/request-id.js';
import { RouteTable } from '../http/routes/route-table.js';
import { Traffic } from '../http/traffic/traffic.js';
import type { Config } from '../config/config.js';
import { WaitingPolls } from '../events/reading/waiting-polls.js';
import { ShutdownState } from '../health/shutdown-state.js';
import { Metrics } from '../health/metrics.js';
import { serveDocs } from '../openapi/docs.js';
import { subscriptionsAlias, subscriptionsPath } from '../subscriptions/json-api/base-path.js';
import type { DemoAccount } from '../openapi/page/demo-keys.js';
import { AccessHook } from '../teams/access.hook.js';
import { ApiKeyCheck } from '../teams/api-keys/api-key-check.js';
import { DeliveryMetrics } from '../webhooks/delivery/delivery-metrics.js';
import { EventRouter } from '../webhooks/routing/event-router.js';
import { trackRequestScope } from './request-scope.js';
import { checkWorkerRoute } from './worker-routes.js';

const maxBodyBytes = 1_048_576;

/** Replaces the compilers of JSON schemas, for which Fastify would load Ajv at startup (1.5 MiB, 50 ms). No route has a schema. */
const noSchemas = () => {
  throw new Error('Fastify compiles no schemas: DTOs describe and validate what a route takes');
};

/**
 * Creates the application for a migrated database. Used by the service and by the tests.
 * @param channel the worker's connection to the primary; null if there is only one process
 * @param clock the clock of the process, which is set to the time of the database
 */
export async function createApp(
  config: Config,
  databaseUrl: string,
  logger: Logger = pino({ level: config.logLevel }),
  channel: Channel | null = null,
  clock = new Clock(),
): Promise<NestFastifyApplication> {
  const crossOrigin = config.corsOrigins.length > 0 ? new CrossOrigin(config.corsOrigins) : undefined;
  const traffic = new Traffic(
    { ...config, maxHeldBytes: config.maxHeldMib * 1_048_576, maxBodyBytes },
    errorFormats,
    crossOrigin,
  );
  const adapter = new FastifyAdapter({
    http: {
      headersTimeout: config.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, config.requestTimeoutMs / 4),
    },
    connectionTimeout: config.responseTimeoutMs,
    loggerInstance: logger,
    // A logger per request would cost more than its only line, which contains the request ID.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: maxHeaderSize }, // an ID of any length results in "not found"
    trustProxy: config.trustProxy,
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: (_cause: Error, request: FastifyRequest, reply: FastifyReply) => {
      crossOrigin?.setHeaders(request.raw, reply.raw);
      replyToBadUrl(request, reply);
    },
    clientErrorHandler: replyToMalformedRequest,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, databaseUrl, channel, clock),
    adapter,
    {
      logger: new NestLog(logger),
      bodyParser: false,
      abortOnError: false,
    },
  );
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  if (crossOrigin) fastify.addHook('onRequest', crossOrigin.onRequest);
  installHooks(fastify, app, traffic, config);
  fastify.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true }); // ignores a body, as for GET
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/([\w.-]+\+)?json\s*(;|$)/i, traffic.readJson);
  fastify.addContentTypeParser(formMediaType, traffic.readForm);
  fastify.addContentTypeParser('*', traffic.readOther);
  fastify.addContentTypeParser(/^application\/(x-)?(ndjson|jsonl(ines)?)\s*(;|$)/i, traffic.readLines);
  fastify.addContentTypeParser(/^text\/csv\s*(;|$)/i, traffic.readCsv);
  serveDocs(fastify, app, await demoAccounts(config));
  await app.init();
  traffic.watch(app.getHttpServer() as Server);
  await app.get(ApiKeyCheck).startPolling();
  return app;
}

/** Returns the keys of the demo, which the documentation offers. */
async function demoAccounts({ demo, databaseUrl, adminApiKey }: Config): Promise<DemoAccount[]> {
  if (!demo || databaseUrl !== undefined || adminApiKey === undefined) return [];
  const { demoKeysFor } = await import('../demo/demo.js');
  const { provider, reseller, hybrid } = demoKeysFor(adminApiKey);
  return [
    { label: 'Provider', key: provider },
    { label: 'Reseller', key: reseller },
    { label: 'Both', key: hybrid },
  ];
}

/** Installs the hooks that run before and after every handler, in this order. */
function installHooks(
  fastify: FastifyInstance,
  app: NestFastifyApplication,
  traffic: Traffic,
  { role }: Config,
): void {
  const shutdown = app.get(ShutdownState);
  const access = app.get(AccessHook);
  const metrics = app.get(Metrics);
  const routes = new RouteTable();
  aliasRoutes(fastify, subscriptionsPath, subscriptionsAlias);
  for (const metric of app.get(DeliveryMetrics).all) metrics.add(metric);
  metrics.gauge('http_requests_in_flight', 'Requests in progress.', () => traffic.inFlight.runningCount);
  metrics.gauge(
    'http_requests_waiting_for_clients',
    'Requests whose client is sending the body or reading the answer.',
    () => traffic.inFlight.waitingCount,
  );
  metrics.gauge(
    'http_requests_refused',
    'Requests refused since the start because too many were in progress.',
    () => traffic.refusedCount,
  );
  if (role !== 'api') {
    const router = app.get(EventRouter);
    // Each worker measures the same database.
    metrics.gauge(
      'events_waiting',
      'Events that were written and have no deliveries yet.',
      () => router.backlog.count,
      'max',
    );
    metrics.gauge(
      'events_oldest_waiting_seconds',
      'Age of the oldest of these events.',
      () => router.backlog.oldestSeconds,
      'max',
    );
  }
  const polls = app.get(WaitingPolls);
  metrics.gauge('event_requests_waiting', 'Requests that wait for events.', () => polls.waitingCount);
  metrics.gauge('http_held_bytes', 'Memory of bodies and answers on their way.', () => traffic.held.bytes);
  fastify.decorate('inFlight', traffic.inFlight);
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('isRefused', false);
  fastify.decorateRequest('isAnswered', false);
  fastify.decorateRequest('bodyHash', null);
  app.get(Idempotency).install(fastify);
  fastify.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
    // Fastify itself adds `Content-Length: 0` to the answer to a HEAD request, also to a 304, where it is wrong.
    if (route.method === 'HEAD')
      route.onSend = [route.onSend ?? [], omitLengthOfNotModified].flat() as onSendHookHandler[];
  });
  fastify.addHook('onRequest', traffic.onRequest);
  trackRequestScope(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    let failure: Error | undefined;
    try {
      if (shutdown.isClosing) throw closing();
      if (role === 'worker') checkWorkerRoute(request);
      requireOneHost(request);
      checkExpectation(request);
      ignoreUnusedBodyType(request);
      checkMethodAndAccept(request, routes);
    } catch (cause) {
      failure = cause as Error;
    }
    done(failure);
  });
  fastify.addHook('onRequest', access.onRequest);
  fastify.addHook('onSend', (request, reply, answer, done) => {
    setResponseHeaders(request, reply);
    if (shutdown.isDraining) reply.raw.shouldKeepAlive = false; // Node then adds `Connection: close`
    traffic.onSend(request, reply, answer, done);
  });
  fastify.addHook('onResponse', traffic.onResponse);
  fastify.addHook('onResponse', metrics.onResponse);
  fastify.addHook('onResponse', logRequest);
}

const omitLengthOfNotModified: onSendHookHandler = (_request, reply, payload, done) => {
  if (reply.statusCode === 304) void reply.removeHeader('content-length');
  done(null, payload);
};

const closing = () =>
  new DomainError(
    'UNAVAILABLE',
    'The server is shutting down',
    {},
    { connection: 'close', 'retry-after': '2' },
  );

/** Responds to a URL that Fastify could not decode. Fastify rejects such URLs before any hook runs. */
function replyToBadUrl(request: FastifyRequest, reply: FastifyReply): void {
  const error = new DomainError('NOT_FOUND', 'The path is not a valid URL');
  const format = errorFormats.forUrl(request.url);
  void reply
    .code(problemTypes.NOT_FOUND.status)
    .headers({ 'x-request-id': request.id, ...keyedHeaders(reply) })
    .type(format.mediaType)
    .send(JSON.stringify(format.body(error, request.id)));
}
