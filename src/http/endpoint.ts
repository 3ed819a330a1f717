import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
  whenSwaggerLoads,
} from '../lazy-swagger/decorators.js';
import type { ProblemCode } from '../common/problem-types.js';
import { exampleId, groupByStatus, possibleProblems, problemResponse } from './endpoint-problems.js';
import { accessDocs, type Access } from './endpoint-access.js';
import { problemFormat, type ErrorFormat } from './error-formats.js';
import { formMediaType } from './content/form-body.js';
import { conditionHeaders } from './docs/condition-headers.js';
import { idempotencyKeyHeader, replayHeader, requestHeaders, type HeaderDocs } from './docs/header-docs.js';
import { alternativesOf, successResponse, type Dto, type ResponseOptions } from './docs/response-docs.js';
import { handlerParameters, validateParameters } from './handler-parameters.js';

export type BodyExamples = Record<string, { summary: string; value: object }>;

export interface EndpointOptions {
  access: Access;
  summary: string;
  description?: string;
  /** Examples of the body that replace the one that is built from its fields. Each must work when it is sent. */
  bodyExamples?: BodyExamples;
  /** DTO of the body, for handlers whose body parameter has the type `unknown`. */
  body?: Dto;
  /** The `body` can be omitted, which means the same as `{}`. */
  optionalBody?: boolean;
  /** The body is a stream in JSON Lines format; `type` is the DTO of one line. With `csvExample`, it can also be CSV. */
  jsonLinesBody?: { type: Dto; example: string; csvExample?: string };
  /** The body can also be an HTML form (`application/x-www-form-urlencoded`). */
  acceptsForm?: boolean;
  response: ResponseOptions;
  /** Description of a second response, for a POST or PUT that returns 200 with the same body if it replaces an object. */
  replacedDescription?: string;
  /** Additional errors, besides those that every route with the same access and parameters can return. */
  errors?: readonly ProblemCode[];
  /** Honours the header `Idempotency-Key`; see docs/idempotency.md. */
  idempotent?: boolean;
  /** The access whose absence a 403 reports, if it is not `access`. */
  forbiddenWithout?: Access;
  /** Returns 304 if `If-None-Match` matches. */
  conditional?: boolean;
  /** A PUT that creates the resource only if `If-None-Match` is `*`. */
  createsIfNoneMatch?: boolean;
  /** Optional request headers that change the response. */
  requestHeaders?: HeaderDocs;
  /** Must be the format that error-formats.ts registers for the path. Defaults to RFC 9457. */
  errorFormat?: ErrorFormat;
  /** A public route that allows each client address a limited number of requests. */
  limitsAddress?: boolean;
}

/** Fastify's configuration of a route, which hooks and parsers read before the handler runs. */
export interface EndpointConfig {
  access?: Access;
  takesQuery?: boolean;
  takesBody?: boolean;
  /** The route returns text instead of JSON, or can do so. */
  returnsText?: boolean;
  /** The media types of bodies that the route accepts, in the order in which an error names them. */
  bodyTypes?: readonly string[];
  /** The route honours the header `Idempotency-Key`. */
  idempotent?: boolean;
  /** A public route that allows each client address a limited number of requests. */
  limitsAddress?: boolean;
}

/** Declares a route: its access, the validation of its parameters, its status and its complete entry in the OpenAPI document. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  return (target, key, descriptor) => {
    const takes = handlerParameters(target, key);
    validateParameters(target, key);
    applyDecorators(
      RouteConfig({
        access: options.access,
        takesQuery: takes.query,
        takesBody: takes.body,
        returnsText:
          options.response.mediaType !== undefined ||
          Object.keys(alternativesOf(options.response)).length > 0,
        bodyTypes: takes.body ? bodyTypesOf(options) : [],
        idempotent: options.idempotent,
        limitsAddress: options.limitsAddress,
      } satisfies EndpointConfig),
      HttpCode(options.response.status ?? 200),
    )(target, key, descriptor);
    // Built when it is needed: the entries of all routes take 1.5 MiB, and time at startup.
    whenSwaggerLoads(() => documentation(options, takes)(target, key, descriptor));
  };
}

/** Returns the decorator that describes a route in the OpenAPI document. */
function documentation(options: EndpointOptions, takes: { query: boolean; body: boolean }): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: options.summary,
      description: [accessDocs[options.access].description, options.description].filter(Boolean).join('\n\n'),
      security: options.access === 'public' ? [] : undefined,
    }),
    ApiExtension('x-access', options.access),
    ...(options.forbiddenWithout ? [ApiExtension('x-forbidden-without', options.forbiddenWithout)] : []),
    ...(options.bodyExamples ? [ApiExtension(bodyExamplesKey, options.bodyExamples)] : []),
    ...(options.body ? [ApiBody({ type: options.body, required: !options.optionalBody })] : []),
    ...(options.acceptsForm ? [ApiConsumes(formMediaType, 'application/json')] : []),
    ...(options.jsonLinesBody ? [jsonLinesBody(options.jsonLinesBody)] : []),
    ...accessDocs[options.access].schemes.map((scheme) => ApiSecurity(scheme)),
    successResponse(withReplayHeader(options)),
    ...(options.replacedDescription
      ? [
          successResponse({
            ...withReplayHeader(options),
            status: 200,
            description: options.replacedDescription,
          }),
        ]
      : []),
    ...conditionHeaders(options),
    ...(options.idempotent ? [idempotencyKeyHeader] : []),
    ...(options.conditional
      ? [
          ApiResponse({
            status: 304,
            description: 'The `ETag` value in `If-None-Match` is current. The response has no body.',
          }),
        ]
      : []),
    ...requestHeaders(options.requestHeaders),
    ...groupByStatus(possibleProblems(options, takes)).map((codes) =>
      problemResponse(
        codes,
        options.errorFormat ?? problemFormat,
        accessDocs[options.forbiddenWithout ?? options.access].forbidden,
      ),
    ),
  );
}

/** Returns the media types of the bodies that a route accepts. Other types of JSON are accepted as well. */
function bodyTypesOf({ jsonLinesBody: lines, acceptsForm, errorFormat }: EndpointOptions): string[] {
  if (lines) return [jsonLines, ...(lines.csvExample === undefined ? [] : [csv])];
  const isJsonApi = errorFormat?.schema === 'JsonApiErrors';
  return [...(acceptsForm ? [formMediaType] : []), ...(isJsonApi ? [jsonApi] : []), 'application/json'];
}

/** Extensions of an operation that `addExamples` moves to the body. */
export const bodyExamplesKey = 'x-body-examples';
export const csvExampleKey = 'x-csv-example';

/** Documents the body as a string, with the DTO of a line beside it, because OpenAPI 3.1 cannot describe JSON Lines. */
function jsonLinesBody({
  type,
  example,
  csvExample,
}: NonNullable<EndpointOptions['jsonLinesBody']>): MethodDecorator {
  const isCsv = csvExample !== undefined;
  const description = `A body in JSON Lines format. Each line is a \`${type.name}\` object.${isCsv ? ' Or a CSV file, each row of which is such an object.' : ''}`;
  return applyDecorators(
    ApiExtraModels(type),
    ApiConsumes(jsonLines, ...(isCsv ? [csv] : [])),
    ApiBody({ description, schema: { type: 'string' }, examples: { lines: { value: example } } }),
    ...(isCsv ? [ApiExtension(csvExampleKey, csvExample)] : []),
  );
}

const withReplayHeader = ({ idempotent, response }: EndpointOptions): ResponseOptions =>
  idempotent ? { ...response, headers: { ...response.headers, ...replayHeader } } : response;

/** Media type of JSON Lines (https://github.com/ndjson/ndjson-spec). */
export const jsonLines = 'application/x-ndjson';

/** Media type of CSV files (RFC 4180). */
export const csv = 'text/csv';

const jsonApi = 'application/vnd.api+json';

/** Documents the response headers of a request that creates a resource under `path`. */
export const createdHeaders = (path: string): HeaderDocs => ({
  Location: { description: 'Path of the new resource.', example: `${path}/${exampleId}` },
  ...etagHeaders,
});

/** Documents the response headers of a PUT that creates or replaces a resource under `path`. */
export const putHeaders = (path: string): HeaderDocs => ({
  Location: { description: 'Path of the resource with its ID.', example: `${path}/${exampleId}` },
  ...etagHeaders,
});

export const etagHeaders: HeaderDocs = {
  ETag: {
    description: 'Version of the resource, for use in `If-None-Match` and `If-Match`.',
    example: '"v1"',
  },
};

export const pageHeaders: HeaderDocs = {
  Link: {
    description: 'Link to the next page (`rel="next"`); omitted on the last page.',
    example: '</path?cursor=abc.def>; rel="next"',
  },
  'X-Total-Count': {
    description: 'Total number of entries; only returned if requested with `count=true`.',
    example: '1234',
  },
  'X-Total-Count-Relation': {
    description: '`eq` if `X-Total-Count` is exact, `gte` if there are more entries than that.',
    example: 'eq',
  },
};
