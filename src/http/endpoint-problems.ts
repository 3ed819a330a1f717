import { ApiResponse } from '../lazy-swagger/decorators.js';
import { DomainError, ValidationFailed } from '../common/errors.js';
import { problemCodes, problemTypes, type ProblemCode } from '../common/problem-types.js';
import type { ErrorFormat } from './error-formats.js';

const everyRoute: ProblemCode[] = ['NOT_ACCEPTABLE', 'INTERNAL', 'UNAVAILABLE'];
const withApiKey: ProblemCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'VALIDATION_FAILED'];
const withBody: ProblemCode[] = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  'MALFORMED_ENCODING',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'REQUEST_TIMEOUT',
];
const withIdempotencyKey: ProblemCode[] = [
  'VALIDATION_FAILED',
  'IDEMPOTENCY_KEY_IN_USE',
  'IDEMPOTENCY_KEY_REUSED',
];
const withQuery: ProblemCode[] = ['VALIDATION_FAILED'];

/**
 * Returns all problems that a route can return: those implied by its access and parameters, and its `errors`.
 */
export function possibleProblems(
  {
    access,
    errors = [],
    idempotent,
  }: { access: string; errors?: readonly ProblemCode[]; idempotent?: boolean },
  takes: { query: boolean; body: boolean },
): ProblemCode[] {
  const codes = new Set([
    ...everyRoute,
    ...(access === 'public' ? [] : withApiKey),
    ...(takes.body ? withBody : []),
    ...(takes.query ? withQuery : []),
    ...(idempotent ? withIdempotencyKey : []),
    ...errors,
  ]);
  return problemCodes.filter((code) => codes.has(code));
}

export function groupByStatus(codes: ProblemCode[]): ProblemCode[][] {
  const statuses = new Set(codes.map((code) => problemTypes[code].status));
  return [...statuses].map((status) => codes.filter((code) => problemTypes[code].status === status));
}

/** Builds the OpenAPI response for the problems that share a status, with an example of each. */
export function problemResponse(
  codes: ProblemCode[],
  format: ErrorFormat,
  forbidden: Forbidden,
): MethodDecorator {
  const [first = 'INTERNAL'] = codes;
  const examples = codes.map(
    (code) => [code, { value: format.body(exampleOf(code, forbidden), exampleId) }] as const,
  );
  return ApiResponse({
    status: problemTypes[first].status,
    description: codes.map((code) => helpFor(code, forbidden)).join('\n\n'),
    content: {
      [format.mediaType]: {
        schema: { $ref: `#/components/schemas/${format.schema}` },
        examples: Object.fromEntries(examples),
      },
    },
  });
}

export const exampleId = '0190c3de-7a10-7000-8000-000000000001';

/** Texts of the 403 response, which name what the caller lacks. */
export interface Forbidden {
  detail: string;
  help: string;
}

const helpFor = (code: ProblemCode, forbidden: Forbidden) =>
  code === 'FORBIDDEN' ? forbidden.help : problemTypes[code].help;

function exampleOf(code: ProblemCode, forbidden: Forbidden): DomainError {
  const { detail } = code === 'FORBIDDEN' ? forbidden : problemTypes[code];
  if (code === 'VALIDATION_FAILED')
    return new ValidationFailed([{ field: 'name', pointer: '/name', code: 'required', message: detail }]);
  return new DomainError(code, detail, code === 'RATE_LIMITED' ? { retryAfter: 12 } : {});
}
