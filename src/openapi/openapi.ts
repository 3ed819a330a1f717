import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import { JsonApiErrors } from '../subscriptions/json-api/json-api-errors.js';
import { OAuthError } from '../oauth/oauth-errors.js';
import { Problem } from '../http/problem-document.js';
import { addCategoryUnion, categoryModels, allowUnknownCategoryData } from './category-union.js';
import { addExamples } from './examples.js';
import { convertNullable } from './nullable.js';
import { removePatchDefaults } from './patch-defaults.js';

/** Version of the API. Must equal the version in package.json; a test checks this. */
export const apiVersion = '0.1.0';

const description = `A marketplace where providers publish offers and resellers find them.

Send your API key in the \`x-api-key\` header or as \`Authorization: Bearer <key>\`. Errors are RFC 9457
problem documents that list every invalid field with its path. Lists are paginated: follow the link to the
next page in the \`Link\` header. Under \`/subscriptions\`, bodies, errors and pagination follow JSON:API
instead; \`/v2/subscriptions\` is an alias of it.`;

/** Builds the OpenAPI 3.1 document from the controllers and DTOs. */
export async function buildOpenApi(app: INestApplication, publicUrl?: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Offerdock')
    .setDescription(description)
    .setVersion(apiVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'x-api-key',
        description: 'API key of your team, or the admin key for `/admin`.',
      },
      'apiKey',
    )
    // Not addBearerAuth, which adds that the token is a JWT.
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description:
        'The same key, or an access token of `POST /oauth/access_token`. Ignored if `x-api-key` is sent too.',
    })
    .addServer(publicUrl ?? '/');
  const document = SwaggerModule.createDocument(app, base.build(), {
    extraModels: [Problem, JsonApiErrors, OAuthError, ...categoryModels],
    operationIdFactory: (_controller, method) => method,
  });
  const converted = convertNullable(document) as OpenAPIObject;
  const schemas = (converted.components?.schemas ?? {}) as Record<string, Record<string, unknown>>;
  addCategoryUnion(schemas, ['CreateOffer', 'Offer', 'CatalogOffer']);
  allowUnknownCategoryData(schemas);
  removePatchDefaults(converted as unknown as Record<string, unknown>);
  addExamples(converted as unknown as Record<string, unknown>);
  return converted;
}
