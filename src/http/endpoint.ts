import { applyDecorators, HttpCode } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { ErrorFormat } from './error-format.js';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  getSchemaPath,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
} from '../lazy-swagger/decorators.js';
import { groupByStatus, exampleId, problemResponse, possibleProblems } from './endpoint-problems.js';
import { problemFormat } from './problem-document.js';
import type { ProblemCode } from '../common/problem-types.js';

/** Who may call a route. `team` is any team with a good key; hybrid teams count as provider and reseller. */
export type Access = 'public' | 'admin' | 'team' | 'provider' | 'reseller';

type Dto = new () => object;
type HeaderDocs = Record<string, { description: string; example: string }>;

export interface EndpointOptions {
  access: Access;
  summary: string;
  description?: string;
  /** DTO of the body where the handler reads it raw. */
  body?: Dto;
  /** The body is a stream of JSON lines, one DTO each. */
  lines?: { type: Dto; example: string };
  ok: {
    status?: 200 | 201 | 204;
    description: string;
    /** DTO of the body; in brackets for a list. */
    type?: Dto | [Dto];
    /** DTOs of which one is the body. */
    oneOf?: (Dto | [Dto])[];
    headers?: HeaderDocs;
    /** Media type when it is not JSON, with an example of it. */
    text?: string;
    example?: string;
  };
  /** A POST that found what it makes and replaced it answers 200 with the same body. */
  replaced?: string;
  /** What it can answer beyond the problems that every route of its kind has. */
  errors?: readonly ProblemCode[];
  /** Answers 304 to `If-None-Match`. */
  conditional?: boolean;
  /** Optional headers of the request that change the answer. */
  requestHeaders?: HeaderDocs;
  /** How its errors are written; must be the format of its path. */
  errorFormat?: ErrorFormat;
}

/** Configuration that a route hands to the access guard. */
export interface RouteAccess {
  access?: Access;
  hasQuery?: boolean;
  /** Answers text rather than JSON. */
  text?: boolean;
  /** Takes JSON lines, and nothing else. */
  acceptsJsonLines?: boolean;
}

/** Declares a route: its access, its status and its whole entry in the OpenAPI document, in one place. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  return (target, key, descriptor) => {
    const args = Object.keys(Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) ?? {});
    const takes = (kind: RouteParamtypes) => args.some((name) => name.startsWith(`${kind}:`));
    const takesQuery = takes(RouteParamtypes.QUERY);
    const takesBody = takes(RouteParamtypes.BODY);
    applyDecorators(
      RouteConfig({
        access: options.access,
        hasQuery: takesQuery,
        text: options.ok.text !== undefined,
        acceptsJsonLines: options.lines !== undefined,
      } satisfies RouteAccess),
      HttpCode(options.ok.status ?? 200),
      ApiOperation({ summary: options.summary, description: options.description }),
      ApiExtension('x-access', options.access),
      ...(options.body ? [ApiBody({ type: options.body })] : []),
      ...(options.lines ? [linesBody(options.lines)] : []),
      ...(options.access === 'public' ? [] : [ApiSecurity('apiKey'), ApiSecurity('bearer')]),
      success(options.ok),
      ...(options.replaced ? [success({ ...options.ok, status: 200, description: options.replaced })] : []),
      ...conditionHeaders(options),
      ...(options.conditional
        ? [ApiResponse({ status: 304, description: 'Not modified since that ETag.' })]
        : []),
      ...requestHeaders(options.requestHeaders),
      ...groupByStatus(possibleProblems(options, takesBody, takesQuery)).map((codes) =>
        problemResponse(codes, options.errorFormat ?? problemFormat),
      ),
    )(target, key, descriptor);
  };
}

/** OpenAPI has no word for a stream of lines: it is text, and the schema of one line stands beside it. */
function linesBody({ type, example }: NonNullable<EndpointOptions['lines']>): MethodDecorator {
  const description = `JSON lines, each a \`${type.name}\`.`;
  return applyDecorators(
    ApiExtraModels(type),
    ApiConsumes(jsonLines),
    ApiBody({ description, schema: { type: 'string' }, examples: { lines: { value: example } } }),
  );
}

/** Media type of JSON lines (https://github.com/ndjson/ndjson-spec). */
export const jsonLines = 'application/x-ndjson';

function conditionHeaders({ conditional, errors = [] }: EndpointOptions): MethodDecorator[] {
  const header = (name: string, description: string) =>
    ApiHeader({ name, description, required: false, example: '"v1"' });
  return [
    ...(conditional ? [header('If-None-Match', 'Answer 304 when the ETag is still this one.')] : []),
    ...(errors.includes('PRECONDITION_FAILED')
      ? [header('If-Match', 'Answer 412 unless the ETag is this one.')]
      : []),
  ];
}

function success(ok: EndpointOptions['ok']): MethodDecorator {
  const { status = 200, description, type, oneOf, headers, text, example } = ok;
  const shown = Object.entries(headers ?? {}).map(([name, { description, example }]) => [
    name,
    { description, schema: { type: 'string' as const, example } },
  ]);
  const models = (oneOf ?? []).map((each) => (Array.isArray(each) ? each[0] : each));
  const response = ApiResponse({
    status,
    description,
    headers: Object.fromEntries(shown),
    ...(text ? { content: { [text]: { schema: { type: 'string' }, example } } } : {}),
    ...(oneOf ? { schema: { oneOf: oneOf.map(schemaOf) } } : {}),
    ...(Array.isArray(type) ? { type: type[0], isArray: true } : type ? { type } : {}),
  });
  return applyDecorators(ApiExtraModels(...models), response);
}

const schemaOf = (type: Dto | [Dto]) =>
  Array.isArray(type)
    ? { type: 'array', items: { $ref: getSchemaPath(type[0]) } }
    : { $ref: getSchemaPath(type) };

const requestHeaders = (headers: HeaderDocs = {}) =>
  Object.entries(headers).map(([name, { description, example }]) =>
    ApiHeader({
      name,
      description,
      required: false,
      schema: { type: 'string' },
      examples: { lines: { value: example } },
    }),
  );

/** Headers of an answer that created a resource below `path`. */
export const createdHeaders = (path: string): HeaderDocs => ({
  Location: { description: 'Where the new resource stands.', example: `${path}/${exampleId}` },
  ...etagHeaders,
});

export const etagHeaders: HeaderDocs = {
  ETag: { description: 'The version, for If-None-Match and If-Match.', example: '"v1"' },
};

export const pageHeaders: HeaderDocs = {
  Link: {
    description: 'The next page, absent on the last one.',
    example: '</path?cursor=abc.def>; rel="next"',
  },
  'X-Total-Count': { description: 'All entries, when asked with count=true.', example: '1234' },
};
