import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import { JsonApiErrors } from '../subscriptions/json-api/json-api-errors.js';
import { Problem } from '../http/problem-document.js';
import { addCategoryUnion, categoryModels, openCategoryData } from './category-union.js';
import { addExamples } from './examples.js';
import { admitNull } from './nullable.js';

/** Release of the API; the same as in package.json, which a test checks. */
export const apiVersion = '0.1.0';

const description = `Marketplace between providers and resellers: providers publish offers, resellers find them.

Send your key as \`x-api-key\` or \`Authorization: Bearer\`. Every error is one RFC 9457 problem document that names
each bad field by its path. Lists are paged by the cursor in the \`Link\` header. Below \`/subscriptions\` bodies, errors
and pages follow JSON:API instead.`;

/** Builds the OpenAPI 3.1 document from the controllers and DTOs. */
export async function buildOpenApi(app: INestApplication, publicUrl?: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Offerdock')
    .setDescription(description)
    .setVersion(apiVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key', description: "A team's key." }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The same key.' }, 'bearer')
    .addServer(publicUrl ?? '/');
  const document = SwaggerModule.createDocument(app, base.build(), {
    extraModels: [Problem, JsonApiErrors, ...categoryModels],
    operationIdFactory: (_controller, method) => method,
  });
  const modern = admitNull(document) as OpenAPIObject;
  const schemas = (modern.components?.schemas ?? {}) as Record<string, Record<string, unknown>>;
  addCategoryUnion(schemas, ['CreateOffer', 'Offer', 'CatalogOffer']);
  openCategoryData(schemas);
  addExamples(modern as unknown as Record<string, unknown>);
  return modern;
}
