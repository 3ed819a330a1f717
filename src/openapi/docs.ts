import type { IncomingMessage } from 'node:http';
import { NotFoundException, type INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemFormat } from '../http/error-formats.js';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { DomainError } from '../common/errors.js';
import { problemTypes } from '../common/problem-types.js';
import { reportError } from '../http/problem.filter.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.js';
import { buildOpenApi } from './openapi.js';

const config: EndpointConfig = { access: 'public', returnsText: true };

/** The IDs of requests that were forwarded to the inner server, which uses the same IDs. */
const requestIds = new WeakMap<IncomingMessage, string>();
const forwardedId = (request: IncomingMessage) => requestIds.get(request) ?? '';

/**
 * Serves `/openapi.json`, and Swagger UI from local assets at `/docs`. The first request loads
 * @nestjs/swagger and builds the document in a second Fastify instance, because routes cannot be added to a
 * running one.
 */
export function serveDocs(fastify: FastifyInstance, app: NestFastifyApplication): void {
  let docsServer: Promise<FastifyInstance> | undefined;
  const forward = async (request: FastifyRequest, reply: FastifyReply) => {
    docsServer ??= createDocsServer(app);
    const docs = await docsServer.catch((cause: unknown) => {
      // The next request retries.
      docsServer = undefined;
      throw cause;
    });
    requestIds.set(request.raw, request.id);
    reply.hijack();
    reply.raw.setHeader('x-request-id', request.id);
    docs.routing(request.raw, reply.raw);
  };
  for (const url of ['/docs', '/docs/*', '/openapi.json']) fastify.get(url, { config }, forward);
}

/** All client errors under `/docs` become 404, because only static files are served there. */
function sendError(
  cause: FastifyError | NotFoundException,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const isClientError = cause instanceof NotFoundException || (cause.statusCode ?? 500) < 500;
  const error = isClientError
    ? new DomainError('NOT_FOUND', `Cannot ${request.method} ${request.url}`)
    : reportError(cause, request);
  const { mediaType, body } = problemFormat;
  void reply
    .code(problemTypes[error.code].status)
    .type(mediaType)
    .send(JSON.stringify(body(error, request.id)));
}

async function createDocsServer(app: NestFastifyApplication): Promise<FastifyInstance> {
  const { SwaggerModule } = await loadSwagger();
  const { publicUrl } = app.get<Config>(CONFIG);
  const document = await buildOpenApi(app, publicUrl);
  const adapter = new FastifyAdapter({ genReqId: forwardedId, return503OnClosing: false });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.addHook('onRoute', (route) => void (route.config = { ...route.config, ...config }));
  // SwaggerModule uses no other member of the application.
  const docsApp = { getHttpAdapter: () => adapter } as unknown as INestApplication;
  SwaggerModule.setup('docs', docsApp, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Offerdock API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  server.setNotFoundHandler((request, reply) => sendError(new NotFoundException(), request, reply));
  server.setErrorHandler<FastifyError>(sendError);
  await server.ready();
  return server;
}
