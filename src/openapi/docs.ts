import { NotFoundException, type INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import { EncodedContent } from '../http/content/encoded-content.js';
import { pagePolicy } from '../http/content/response-headers.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.js';
import { buildOpenApi } from './openapi.js';

const config: EndpointConfig = { access: 'public', returnsText: true, limitsAddress: true };

/**
 * The files of which the page consists. The package of Swagger UI contains others that the page does not need; they
 * are not served, so that the cache stays small.
 */
const paths = [
  '/openapi.json',
  '/docs',
  '/docs/',
  ...[
    'swagger-ui-init.js',
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'swagger-ui-standalone-preset.js',
    'favicon-16x16.png',
    'favicon-32x32.png',
    'oauth2-redirect.html',
  ].map((file) => `/docs/${file}`),
];

/**
 * Serves `/openapi.json`, and Swagger UI from local assets at `/docs`. The first request loads @nestjs/swagger and
 * builds the document in a second Fastify instance, because routes cannot be added to a running one. Each file is read
 * from that instance once.
 */
export function serveDocs(fastify: FastifyInstance, app: NestFastifyApplication): void {
  let docsServer: Promise<FastifyInstance> | undefined;
  const { publicUrl } = app.get<Config>(CONFIG);
  // "Try it out" sends requests to the public URL, which can differ from the URL of the page.
  const policy = pagePolicy(publicUrl ? `'self' ${new URL(publicUrl).origin}` : "'self'");
  const files = new Map<string, Promise<EncodedContent>>();
  const readFrom = async (path: string) => {
    docsServer ??= createDocsServer(app);
    docsServer.catch(() => (docsServer = undefined)); // the next request retries
    const { statusCode, headers, rawPayload } = await (await docsServer).inject(path);
    if (statusCode !== 200) throw new Error(`The documentation has no file ${path}: ${statusCode}`);
    return new EncodedContent(String(headers['content-type']), rawPayload);
  };
  const send = async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? '';
    if (!paths.includes(path)) throw new NotFoundException(`Cannot ${request.method} ${request.url}`);
    const file = files.get(path) ?? readFrom(path);
    files.set(path, file);
    file.catch(() => files.delete(path));
    void reply.header('content-security-policy', policy);
    return (await file).send(request, reply);
  };
  for (const url of ['/docs', '/docs/*', '/openapi.json']) fastify.get(url, { config }, send);
}

async function createDocsServer(app: NestFastifyApplication): Promise<FastifyInstance> {
  const { SwaggerModule } = await loadSwagger();
  const { publicUrl } = app.get<Config>(CONFIG);
  const document = await buildOpenApi(app, publicUrl);
  const adapter = new FastifyAdapter({ return503OnClosing: false });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  // SwaggerModule uses no other member of the application.
  const docsApp = { getHttpAdapter: () => adapter } as unknown as INestApplication;
  SwaggerModule.setup('docs', docsApp, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Offerdock API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  await server.ready();
  return server;
}
