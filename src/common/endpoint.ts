import { applyDecorators, HttpCode } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import {
  ApiBody,
  ApiExtension,
  ApiExtraModels,
  getSchemaPath,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { ErrorDialect } from './dialect.js';
import { DomainError, ValidationFailed } from './errors.js';
import { problemDialect } from './problem.js';
import { problemCodes, problemTypes, type ProblemCode } from './problem-types.js';

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
  /** How its errors are worded; must be the dialect of its path. */
  dialect?: ErrorDialect;
}

/** Configuration that a route hands to the access guard. */
export interface RouteAccess {
  access?: Access;
  takesQuery?: boolean;
  /** Answers text rather than JSON. */
  text?: boolean;
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
        takesQuery,
        text: options.ok.text !== undefined,
      } satisfies RouteAccess),
      HttpCode(options.ok.status ?? 200),
      ApiOperation({ summary: options.summary, description: options.description }),
      ApiExtension('x-access', options.access),
      ...(options.body ? [ApiBody({ type: options.body })] : []),
      ...(options.access === 'public' ? [] : [ApiSecurity('apiKey'), ApiSecurity('bearer')]),
      success(options.ok),
      ...(options.replaced ? [success({ ...options.ok, status: 200, description: options.replaced })] : []),
      ...conditionHeaders(options),
      ...(options.conditional
        ? [ApiResponse({ status: 304, description: 'Not modified since that ETag.' })]
        : []),
      ...requestHeaders(options.requestHeaders),
      ...byStatus(problemsOf(options, takesBody, takesQuery)).map((codes) =>
        problemResponse(codes, options.dialect ?? problemDialect),
      ),
    )(target, key, descriptor);
  };
}

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

/** What can go wrong on any route of the kind, and what this one adds. */
function problemsOf(options: EndpointOptions, takesBody: boolean, takesQuery: boolean): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    'NOT_ACCEPTABLE',
    'INTERNAL',
    'UNAVAILABLE',
    ...(options.errors ?? []),
  ]);
  if (options.access !== 'public')
    for (const code of ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'VALIDATION_FAILED'] as const)
      codes.add(code);
  if (takesBody)
    for (const code of [
      'VALIDATION_FAILED',
      'MALFORMED_JSON',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ] as const)
      codes.add(code);
  if (takesQuery) codes.add('VALIDATION_FAILED');
  return problemCodes.filter((code) => codes.has(code));
}

function byStatus(codes: ProblemCode[]): ProblemCode[][] {
  const statuses = new Set(codes.map((code) => problemTypes[code].status));
  return [...statuses].map((status) => codes.filter((code) => problemTypes[code].status === status));
}

const requestHeaders = (headers: HeaderDocs = {}) =>
  Object.entries(headers).map(([name, { description, example }]) =>
    ApiHeader({ name, description, required: false, schema: { type: 'string', example } }),
  );

/** One response for all the problems that share a status, with an example of each. */
function problemResponse(codes: ProblemCode[], dialect: ErrorDialect): MethodDecorator {
  const [first = 'INTERNAL'] = codes;
  const examples = codes.map((code) => [code, { value: dialect.body(exampleOf(code), exampleId) }] as const);
  return ApiResponse({
    status: problemTypes[first].status,
    description: codes.map((code) => problemTypes[code].help).join(' '),
    content: {
      [dialect.mediaType]: {
        schema: { $ref: `#/components/schemas/${dialect.schema}` },
        examples: Object.fromEntries(examples),
      },
    },
  });
}

const exampleId = '0190c3de-7a10-7000-8000-000000000001';

function exampleOf(code: ProblemCode): DomainError {
  const { detail } = problemTypes[code];
  if (code === 'VALIDATION_FAILED')
    return new ValidationFailed([{ field: 'name', pointer: '/name', code: 'required', message: detail }]);
  return new DomainError(code, detail, code === 'RATE_LIMITED' ? { retryAfter: 12 } : {});
}

/** Headers of an answer that created a resource below `path`. */
export const createdHeaders = (path: string): HeaderDocs => ({
  Location: { description: 'Where the new resource stands.', example: `${path}/${exampleId}` },
  ...taggedHeaders,
});

export const taggedHeaders: HeaderDocs = {
  ETag: { description: 'The version, for If-None-Match and If-Match.', example: '"v1"' },
};

export const pageHeaders: HeaderDocs = {
  Link: {
    description: 'The next page, absent on the last one.',
    example: '</path?cursor=abc.def>; rel="next"',
  },
  'X-Total-Count': { description: 'All entries, when asked with count=true.', example: '1234' },
};
