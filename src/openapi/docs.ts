import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NotFoundException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EncodedContent } from '../http/content/encoded-content.js';
import { pagePolicy } from '../http/content/response-headers.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.js';
import { isOwnPageOnThisComputer, type DemoAccount } from './page/demo-keys.js';
import { createExampleMemory } from './page/example-memory.js';
import { docsPage } from './page/page-html.js';
import { keepOptionalParametersEmpty, resolveLocalReferences, startPage } from './page/start-page.js';

const config: EndpointConfig = { access: 'public', returnsText: true, limitsAddress: true };

const packageFile = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
const swaggerUiFile = (name: string) => readFile(join(dirname(packageFile), name));

const script = `(${startPage.toString()})(window, ${createExampleMemory.toString()},
${resolveLocalReferences.toString()},
${keepOptionalParametersEmpty.toString()});
`;

/** The files of which the page consists, besides the page and the document. */
const files: Record<string, { type: string; read: () => Promise<Buffer> }> = {
  'page.js': { type: 'text/javascript', read: () => Promise.resolve(Buffer.from(script)) },
  'swagger-ui-bundle.js': { type: 'text/javascript', read: () => swaggerUiFile('swagger-ui-bundle.js') },
  'swagger-ui.css': { type: 'text/css', read: () => swaggerUiFile('swagger-ui.css') },
  'favicon-32x32.png': { type: 'image/png', read: () => swaggerUiFile('favicon-32x32.png') },
};

/**
 * Serves `/openapi.json`, and Swagger UI from local assets at `/docs`. The first request for the document loads
 * @nestjs/swagger and builds it. Each file is read once. Files whose URL contains their version never change. All URLs in
 * the page are relative to `/docs`, because a reverse proxy can serve it below another path.
 * @param accounts the keys that the page offers in a browser on this computer
 */
export function serveDocs(
  fastify: FastifyInstance,
  app: NestFastifyApplication,
  accounts: readonly DemoAccount[],
): void {
  const { publicUrl } = app.get<Config>(CONFIG);
  // "Try it out" sends requests to the public URL, which can differ from the URL of the page.
  const policy = pagePolicy(publicUrl ? `'self' ${new URL(publicUrl).origin}` : "'self'");
  const contents = new Map<string, Promise<EncodedContent>>();
  const contentOf = (path: string, load: () => Promise<EncodedContent>) => {
    const content = contents.get(path) ?? load();
    contents.set(path, content);
    content.catch(() => contents.delete(path)); // the next request retries
    return content;
  };
  const readFileOf = (name: string) => {
    const file = files[name];
    if (!Object.hasOwn(files, name) || !file) throw new NotFoundException(`Cannot GET /docs/${name}`);
    return contentOf(name, async () => new EncodedContent(file.type, await file.read()));
  };
  const page = async () => {
    const versions = new Map<string, string>();
    for (const name of Object.keys(files)) versions.set(name, (await readFileOf(name)).version);
    const html = docsPage((name) => `docs/${name}?v=${versions.get(name)}`);
    return new EncodedContent('text/html; charset=utf-8', Buffer.from(html));
  };
  const document = async () => {
    const { buildOpenApi } = await import('./openapi.js'); // with all that only the document needs
    return new EncodedContent(
      'application/json; charset=utf-8',
      Buffer.from(JSON.stringify(await buildOpenApi(app, publicUrl))),
    );
  };
  const sendPage = async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('content-security-policy', policy);
    return (await contentOf('/docs', page)).send(request, reply);
  };
  const sendFile = async (request: FastifyRequest<{ Params: { '*': string } }>, reply: FastifyReply) => {
    const name = request.params['*'];
    if (name === '') return reply.redirect('../docs', 308);
    const content = await readFileOf(name);
    const answer = await content.send(request, reply);
    if ((request.query as { v?: string }).v === content.version)
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
    return answer;
  };
  fastify.get('/docs', { config }, sendPage);
  fastify.get('/docs/*', { config }, sendFile);
  fastify.get('/openapi.json', { config }, async (request, reply) =>
    (await contentOf('/openapi.json', document)).send(request, reply),
  );
  fastify.get('/docs/demo-keys', { config }, (request, reply) => {
    void reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    return JSON.stringify(isOwnPageOnThisComputer(request) ? accounts : []);
  });
}
