import { validate as isUuid } from 'uuid';
import { ApiProperty, ApiSchema } from '../lazy-swagger/decorators.js';
import type { FieldError } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { problemCodes, problemSlug, problemTypes, type ProblemCode } from '../common/problem-types.js';

@ApiSchema({ name: 'FieldError', description: 'One error in the request.' })
export class FieldErrorView {
  @ApiProperty({ description: 'Path of the field; empty for the entire body.', example: 'name' })
  field: string;
  @ApiProperty({ description: 'The path as a JSON pointer (RFC 6901).', example: '/name' })
  pointer: string;
  @ApiProperty({ description: 'Kind of error, for use by programs.', example: 'required' })
  code: string;
  @ApiProperty({ description: 'What is wrong and what is expected.', example: 'name is required' })
  message: string;
  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'For a row of a CSV file: the number of its first line, from 1.',
    example: 2,
  })
  line?: number;
  @ApiProperty({
    required: false,
    description: 'For a row of a CSV file: the name of the column, as in the file.',
    example: 'monthlyPrice',
  })
  column?: string;
  @ApiProperty({
    required: false,
    description: 'For a row of a CSV file: the text of the cell, up to 200 characters.',
    example: 'ten',
  })
  value?: string;
}

/** One of several objects that a path can mean. */
@ApiSchema({ name: 'Candidate', description: 'One of several objects that a path can mean.' })
export class CandidateView {
  @ApiProperty({ format: 'uuid', description: 'ID.', example: '0190c3de-0000-7000-8000-00000000000a' })
  id: string;
  @ApiProperty({ description: 'Name.', example: 'Fibre 500' })
  name: string;
  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'SKU; missing for objects that have none.',
    example: 'FB-500',
  })
  sku?: string | null;
}

/**
 * The RFC 9457 body of 4xx and 5xx responses.
 * The last three members are for clients that expect Nest's format.
 */
@ApiSchema({ name: 'Problem', description: 'Problem document (RFC 9457).' })
export class Problem {
  @ApiProperty({ description: 'Path of the page that explains the error code.' })
  type: string;
  @ApiProperty({ description: 'Title of the HTTP status.' })
  title: string;
  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, description: 'HTTP status.' })
  status: number;
  @ApiProperty({ enum: problemCodes, description: 'Stable error code, for use by programs.' })
  code: ProblemCode;
  @ApiProperty({ description: 'What went wrong with this request.' })
  detail: string;
  @ApiProperty({ description: 'URN that identifies this occurrence of the problem.' })
  instance: string;
  @ApiProperty({ description: 'ID of the request in the server logs.' })
  requestId: string;
  @ApiProperty({
    type: [FieldErrorView],
    required: false,
    description:
      'Up to the first 100 field errors. Only returned with status 400, and with 409 for members that cannot be changed.',
  })
  errors?: readonly FieldError[];
  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Number of seconds to wait before the next request. Only returned with status 429.',
  })
  retryAfter?: number;
  @ApiProperty({
    required: false,
    description:
      'ID of the object that already uses a value that must be unique, or that prevents the change. Only returned with status 409.',
  })
  existingId?: string;
  @ApiProperty({
    type: [CandidateView],
    required: false,
    description:
      'The first 10 objects with the SKU or external ID in the path. Only returned with status 409 if there are several.',
  })
  candidates?: readonly CandidateView[];
  @ApiProperty({
    required: false,
    description: 'Current status of the object. Only returned with status 409 for a change of the status.',
  })
  currentStatus?: string;
  @ApiProperty({
    type: [String],
    required: false,
    description: 'Statuses that are possible next. Only returned together with `currentStatus`.',
  })
  allowedStatuses?: readonly string[];
  @ApiProperty({ type: 'integer', description: 'Same as `status`.' })
  statusCode: number;
  @ApiProperty({ description: 'Same as `title`.' })
  error: string;
  @ApiProperty({ description: 'Same as `detail`.' })
  message: string;
}

/** Builds a problem document and adds the members of `extra` to it. */
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
