import { DomainError, ValidationFailed, type FieldError } from '../../common/errors.js';
import { problemTypes, type ProblemCode } from '../../common/problem-types.js';
import type { ErrorFormat } from '../../http/error-formats.js';
import { ApiProperty, ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';

@ApiSchema({ name: 'JsonApiError', description: 'One error of a request to `/subscriptions`.' })
export class JsonApiError {
  @ApiProperty({ description: 'HTTP status code, as a string.', pattern: '^[45]\\d\\d$', example: '400' })
  status: string;
  @ApiProperty({ description: 'Kind of error.', example: 'Validation Error' })
  title: string;
  @ApiProperty({
    description: 'Explanation of the error. It starts with the path of the invalid member, if any.',
    example: 'data.attributes.name: "name" is required',
  })
  detail: string;
  @field(
    { type: 'object', additionalProperties: true },
    {
      description:
        'Machine-readable details: `pointer` (RFC 6901) and `code` of an invalid member, `missing_ids`, `duplicate_ids`, `existing_id`, `offering_ids`, `currencies`, `retry_after` in seconds, or `request_id`.',
      optional: true,
      example: { pointer: '/data/attributes/name', code: 'required' },
    },
  )
  meta?: object;
}

@ApiSchema({
  name: 'JsonApiErrors',
  description: 'Body of every 4xx and 5xx response under `/subscriptions`.',
})
export class JsonApiErrors {
  @ApiProperty({ type: [JsonApiError], minItems: 1, description: 'One entry for each error, at most 100.' })
  errors: JsonApiError[];
}

/** The maximum number of errors in a response; further errors are omitted. */
const maxEntries = 100;

/** The error format of `/subscriptions`. */
export const jsonApiErrorFormat: ErrorFormat = {
  mediaType: 'application/json',
  schema: 'JsonApiErrors',
  body: (error, requestId): JsonApiErrors => ({
    errors:
      error instanceof ValidationFailed
        ? error.errors.slice(0, maxEntries).map((fieldError) => fieldEntry(error.code, fieldError))
        : [plainEntry(error, requestId)],
  }),
};

/** Titles that differ from those of the problem documents. */
const titles: Partial<Record<ProblemCode, string>> = {
  VALIDATION_FAILED: 'Validation Error',
  FORBIDDEN: 'Permission denied',
  CONFLICT: 'Write Conflict',
};

const statusAndTitle = (code: ProblemCode) => ({
  status: String(problemTypes[code].status),
  title: titles[code] ?? problemTypes[code].title,
});

function fieldEntry(code: ProblemCode, error: FieldError): JsonApiError {
  const meta = { pointer: error.pointer, code: error.code };
  return { ...statusAndTitle(code), detail: detailOf(error), meta };
}

/** Converts `data.attributes.name is required` to `data.attributes.name: "name" is required`. */
function detailOf({ field, message }: FieldError): string {
  if (field === '' || !message.startsWith(field)) return message;
  const member = field.startsWith('data.') ? field.slice(field.lastIndexOf('.') + 1) : field;
  return `${field}: "${member}"${message.slice(field.length)}`;
}

function plainEntry(error: DomainError, requestId: string): JsonApiError {
  const entry = { ...statusAndTitle(error.code), detail: error.message };
  const isServerError = problemTypes[error.code].status >= 500;
  const extra = Object.entries(isServerError ? { requestId } : error.extra);
  if (extra.length === 0) return entry;
  return { ...entry, meta: Object.fromEntries(extra.map(([name, value]) => [snakeCase(name), value])) };
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Returns the 404 error of `/subscriptions`, such as `No plan found`. It is identical for an unknown ID and
 * for an ID of another team.
 */
export const notFound = (what: string) => new DomainError('NOT_FOUND', `No ${what} found`);
