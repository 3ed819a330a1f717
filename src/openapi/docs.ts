import type { IncomingMessage } from 'node:http';
import { NotFoundException, type INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemFormat } from '../http/problem-document.js';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import type { RouteAccess } from '../http/endpoint.js';
import { DomainError } from '../common/errors.js';
import { problemTypes } from '../common/problem-types.js';
import { reportError } from '../http/problem.filter.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.js';
import { buildOpenApi } from './openapi.js';

/** The documentation is public. */
const config: RouteAccess = { access: 'public', text: true };

/** The id of a request that was handed on to the inner server. */
const ids = new WeakMap<IncomingMessage, string>();
const idOf = (request: IncomingMessage) => ids.get(request) ?? '';

/**
 * Serves `/openapi.json` and Swagger UI at `/docs` from local assets. All of it is loaded and built when it is first
 * asked for, as a server inside this one.
 */
export function serveDocs(fastify: FastifyInstance, app: NestFastifyApplication): void {
  let server: Promise<FastifyInstance> | undefined;
  const handOn = async (request: FastifyRequest, reply: FastifyReply) => {
    server ??= openDocs(app);
    const docs = await server.catch((cause: unknown) => {
      // The next request tries again.
      server = undefined;
      throw cause;
    });
    ids.set(request.raw, request.id);
    reply.hijack();
    reply.raw.setHeader('x-request-id', request.id);
    docs.routing(request.raw, reply.raw);
  };
  for (const url of ['/docs', '/docs/*', '/openapi.json']) fastify.get(url, { config }, handOn);
}

/** What is refused there does not exist for anybody. */
function refuse(cause: FastifyError | NotFoundException, request: FastifyRequest, reply: FastifyReply): void {
  const known = cause instanceof NotFoundException || (cause.statusCode ?? 500) < 500;
  const missing = new DomainError('NOT_FOUND', `Cannot ${request.method} ${request.url}`);
  const error = known ? missing : reportError(cause, request.id);
  const { mediaType, body } = problemFormat;
  void reply
    .code(problemTypes[error.code].status)
    .type(mediaType)
    .send(JSON.stringify(body(error, request.id)));
}

async function openDocs(app: NestFastifyApplication): Promise<FastifyInstance> {
  const { SwaggerModule } = await loadSwagger();
  const { publicUrl } = app.get<Config>(CONFIG);
  const document = await buildOpenApi(app, publicUrl);
  const adapter = new FastifyAdapter({ genReqId: idOf, return503OnClosing: false });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.addHook('onRoute', (route) => void (route.config = { ...route.config, ...config }));
  // All that the module asks of an application.
  const within = { getHttpAdapter: () => adapter } as unknown as INestApplication;
  SwaggerModule.setup('docs', within, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Offerdock API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  server.setNotFoundHandler((request, reply) => refuse(new NotFoundException(), request, reply));
  server.setErrorHandler<FastifyError>(refuse);
  await server.ready();
  return server;
}
