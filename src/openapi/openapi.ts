import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadSwagger } from '../lazy-swagger/decorators.js';
import { JsonApiErrors } from '../subscriptions/json-api/json-api-errors.js';
import { Problem } from '../http/problem-document.js';
import { addCategoryUnion, categoryModels, allowUnknownCategoryData } from './category-union.js';
import { shareErrorResponses } from './error-responses.js';
import { addExamples } from './examples.js';
import { convertNullable } from './nullable.js';
import { describePathParameters } from './path-parameters.js';
import { removePatchDefaults } from './patch-defaults.js';
import { sortByTag } from './tags.js';

/** Version of the API. Must equal the version in package.json; a test checks this. */
export const apiVersion = '0.1.0';

const description = `A marketplace where providers publish offers and resellers find them.

## Get a key

Every operation states which key it requires. There are two kinds:

- **The key of a team**, \`od_live_…\`. Providers, resellers and hybrid teams, which are both, each have their own. The
  operator creates a team with \`POST /admin/teams\` and its first key with \`POST /admin/teams/{id}/api-keys\`; more
  keys come from \`POST /team/api-keys\`.
- **The admin key**, for everything under \`/admin\`. The operator chooses it; an installation with its own Postgres
  creates it in \`.data/admin-key\`.

\`npm start\` prints the keys of a demo provider and a demo reseller.

## Make a first call

Send the key in the \`x-api-key\` header, or as \`Authorization: Bearer <key>\`:

    curl {url}/team -H 'x-api-key: od_live_…'

On the documentation page, select **Authorize**, enter the key, and then **Try it out** and **Execute** below
\`GET /team\`. As a provider, create an offer with \`POST /provider/offers\`: there is an example for each category. As a
reseller, find it with \`GET /reseller/catalog\`.

## Conventions

Errors are RFC 9457 problem documents that list every invalid field with its path; [all problem types](/problems) are
described. Lists are paginated: follow the link to the next page in the \`Link\` header. Under \`/subscriptions\`,
bodies, errors and pagination follow JSON:API instead.`;

/** Builds the OpenAPI 3.1 document from the controllers and DTOs. */
export async function buildOpenApi(app: INestApplication, publicUrl?: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Offerdock')
    .setDescription(description.replace('{url}', publicUrl ?? 'http://localhost:3000'))
    .setVersion(apiVersion)
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
      description: 'Either key as a bearer token, instead of in the header `x-api-key`.',
    })
    .addServer(publicUrl ?? '/');
  const document = SwaggerModule.createDocument(app, base.build(), {
    extraModels: [Problem, JsonApiErrors, ...categoryModels],
    operationIdFactory: (_controller, method) => method,
  });
  const converted = convertNullable(document) as OpenAPIObject;
  const json = converted as unknown as Record<string, unknown>;
  const schemas = (converted.components?.schemas ?? {}) as Record<string, Record<string, unknown>>;
  addCategoryUnion(schemas, ['CreateOffer', 'Offer', 'CatalogOffer']);
  allowUnknownCategoryData(schemas);
  removePatchDefaults(json);
  addExamples(json);
  describePathParameters(json);
  shareErrorResponses(json);
  sortByTag(json);
  return converted;
}
