import type { ErrorFormat } from './error-format.js';
import { ApiResponse } from '../lazy-swagger/decorators.js';
import { DomainError, ValidationFailed } from '../common/errors.js';
import { problemCodes, problemTypes, type ProblemCode } from '../common/problem-types.js';

/** What can go wrong on any route of the kind, and what this one adds. */
export function possibleProblems(
  options: { access: string; errors?: readonly ProblemCode[] },
  takesBody: boolean,
  takesQuery: boolean,
): ProblemCode[] {
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

/** Those codes together that have the same status. */
export function groupByStatus(codes: ProblemCode[]): ProblemCode[][] {
  const statuses = new Set(codes.map((code) => problemTypes[code].status));
  return [...statuses].map((status) => codes.filter((code) => problemTypes[code].status === status));
}

/** One response for all the problems that share a status, with an example of each. */
export function problemResponse(codes: ProblemCode[], format: ErrorFormat): MethodDecorator {
  const [first = 'INTERNAL'] = codes;
  const examples = codes.map((code) => [code, { value: format.body(exampleOf(code), exampleId) }] as const);
  return ApiResponse({
    status: problemTypes[first].status,
    description: codes.map((code) => problemTypes[code].help).join(' '),
    content: {
      [format.mediaType]: {
        schema: { $ref: `#/components/schemas/${format.schema}` },
        examples: Object.fromEntries(examples),
      },
    },
  });
}

export const exampleId = '0190c3de-7a10-7000-8000-000000000001';

function exampleOf(code: ProblemCode): DomainError {
  const { detail } = problemTypes[code];
  if (code === 'VALIDATION_FAILED')
    return new ValidationFailed([{ field: 'name', pointer: '/name', code: 'required', message: detail }]);
  return new DomainError(code, detail, code === 'RATE_LIMITED' ? { retryAfter: 12 } : {});
}
