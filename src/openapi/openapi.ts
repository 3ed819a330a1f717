import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { version } from '../config/version.js';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import { JsonApiErrors } from '../subscriptions/json-api/json-api-errors.js';
import { OAuthError } from '../oauth/oauth-errors.js';
import { Problem } from '../http/problem-document.js';
import { addCategoryUnion, categoryModels, allowUnknownCategoryData } from './category-union.js';
import { shareErrorResponses } from './error-responses.js';
import { addExamples } from './examples.js';
import { convertNullable } from './nullable.js';
import { describePathParameters } from './path-parameters.js';
import { removePatchDefaults } from './patch-defaults.js';
import { sortByTag } from './tags.js';
import { addWebhooks, eventDataModels } from './webhooks.js';

const description = `A marketplace where providers publish offers and resellers find them.

## Get a key

Every operation states which key it requires:

- **The key of a team**, \`od_live_…\`. A team is a provider, a reseller, or hybrid, which is both. The operator creates
  a team with \`POST /admin/teams\` and its first key with \`POST /admin/teams/{id}/api-keys\`.
- **The admin key**, for everything under \`/admin\`. The operator chooses it with \`ADMIN_API_KEY\`; \`npm start\`
  without a database creates one in \`.data/admin-key\`.

In a demo on your own computer, the buttons at the top of this page enter a key with one click, and \`npm start\` prints
the keys.

## Make a first call

    curl {url}/team -H 'x-api-key: od_live_…'

Or on this page: **Authorize** with a key, open \`GET /team\`, **Try it out**, **Execute**. As a provider, then publish an
offer with \`POST /provider/offers\`, which has an example for each category; as a reseller, find it with
\`GET /reseller/catalog\`. The examples work in the order of the page: the page replaces their IDs with those of the
newest objects that it has seen.

## Conventions

Errors are RFC 9457 problem documents that list every invalid field with its path; [all problem types](problems) are
described. Lists are paginated: follow the link to the next page in the \`Link\` header. Under \`/subscriptions\`,
bodies, errors and pagination follow JSON:API instead; \`/v2/subscriptions\` is an alias of it.

Large responses and exports are compressed for clients that send \`Accept-Encoding: gzip\`. The \`ETag\` of a compressed
response ends with \`+gzip"\`; conditional requests accept it like the other one.`;

/** Builds the OpenAPI 3.1 document from the controllers and DTOs. */
export async function buildOpenApi(app: INestApplication, publicUrl?: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Offerdock')
    .setDescription(description.replace('{url}', publicUrl ?? 'http://localhost:3000'))
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The API key of your team.' },
      'teamKey',
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The admin key, for `/admin`.' },
      'adminKey',
    )
    // Not addBearerAuth, which adds that the token is a JWT.
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description:
        'Either key, or an access token of `POST /oauth/access_token`, instead of the header `x-api-key`.',
    })
    .addServer(publicUrl ?? '/');
  const document = SwaggerModule.createDocument(app, base.build(), {
    extraModels: [Problem, JsonApiErrors, OAuthError, ...categoryModels, ...eventDataModels],
    operationIdFactory: (_controller, method) => method,
  });
  const converted = convertNullable(document) as OpenAPIObject;
  const json = converted as unknown as Record<string, unknown>;
  const schemas = (converted.components?.schemas ?? {}) as Record<string, Record<string, unknown>>;
  addCategoryUnion(schemas, ['CreateOffer', 'Offer', 'CatalogOffer']);
  allowUnknownCategoryData(schemas);
  removePatchDefaults(json);
  addWebhooks(json);
  addExamples(json);
  describePathParameters(json);
  shareErrorResponses(json);
  sortByTag(json);
  return converted;
}
