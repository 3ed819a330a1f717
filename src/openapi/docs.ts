import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { RouteOptions } from 'fastify';
import type { RouteAccess } from '../common/endpoint.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.js';
import { buildOpenApi } from './openapi.js';

/** Swagger declares its routes without an access; the documentation is public. */
export function openDocs(route: RouteOptions): void {
  if (!/^\/(docs(\/|$)|openapi\.json$)/.test(route.url)) return;
  route.config = { ...route.config, access: 'public', text: true } satisfies RouteAccess;
}

/** Serves `/openapi.json` and Swagger UI at `/docs` from local assets; the document is built when first asked for. */
export function serveDocs(app: NestFastifyApplication): void {
  const { publicUrl } = app.get<Config>(CONFIG);
  SwaggerModule.setup('docs', app, () => buildOpenApi(app, publicUrl), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Offerdock API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
