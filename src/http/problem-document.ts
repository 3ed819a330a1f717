import { validate as isUuid } from 'uuid';
import type { ErrorFormat } from './error-format.js';
import { ApiProperty, ApiSchema } from '../lazy-swagger/decorators.js';
import type { FieldError } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { problemSlug, problemTypes, type ProblemCode } from '../common/problem-types.js';

@ApiSchema({ name: 'FieldError', description: 'One thing that is wrong with the request.' })
export class FieldErrorView {
  @ApiProperty({ description: 'Path of the member, empty for the body itself.', example: 'name' })
  field: string;
  @ApiProperty({ description: 'The same path as an RFC 6901 JSON pointer.', example: '/name' })
  pointer: string;
  @ApiProperty({ description: 'Kind of mistake, for programs.', example: 'required' })
  code: string;
  @ApiProperty({ description: 'What is wrong and what would be right.', example: 'name is required' })
  message: string;
}

/** The RFC 9457 document of every 4xx and 5xx; the last three members serve clients of `{statusCode, message, error}`. */
@ApiSchema({ name: 'Problem', description: 'RFC 9457 problem document.' })
export class Problem {
  @ApiProperty({ description: 'Address of the page that explains the code.' })
  type: string;
  @ApiProperty({ description: 'Title of the status.' })
  title: string;
  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, description: 'HTTP status.' })
  status: number;
  @ApiProperty({ description: 'Stable name of the problem, for programs.' })
  code: string;
  @ApiProperty({ description: 'What went wrong this time.' })
  detail: string;
  @ApiProperty({ description: 'This occurrence, as a URN.' })
  instance: string;
  @ApiProperty({ description: 'The id under which the request stands in the logs.' })
  requestId: string;
  @ApiProperty({
    type: [FieldErrorView],
    required: false,
    description: 'Every field error at once (400 only).',
  })
  errors?: readonly FieldError[];
  @ApiProperty({ type: 'integer', required: false, description: 'Seconds to wait (429 only).' })
  retryAfter?: number;
  @ApiProperty({ type: 'integer', description: 'The same as `status`.' })
  statusCode: number;
  @ApiProperty({ description: 'The same as `title`.' })
  error: string;
  @ApiProperty({ description: 'The first problem in words.' })
  message: string;
}

/** Builds the document for a problem; `extra` members stand beside the standard ones. */
export function problemDocument(
  code: ProblemCode,
  requestId: string,
  detail: string = problemTypes[code].detail,
  extra: Record<string, unknown> = {},
): Problem {
  const { status, title } = problemTypes[code];
  return {
    type: `/problems/${problemSlug(code)}`,
    title,
    status,
    code,
    detail,
    instance: `urn:uuid:${isUuid(requestId) ? requestId : newId()}`,
    requestId,
    ...extra,
    statusCode: status,
    error: title,
    message: detail,
  };
}

/** RFC 9457, the format of every surface that has none of its own. */
export const problemFormat: ErrorFormat = {
  mediaType: 'application/problem+json',
  schema: 'Problem',
  body: ({ code, message, extra }, requestId) => problemDocument(code, requestId, message, extra),
};
