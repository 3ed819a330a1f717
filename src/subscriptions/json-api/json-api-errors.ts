import type { ErrorFormat } from '../../http/error-formats.js';
import { ApiProperty, ApiSchema } from '../../lazy-swagger/decorators.js';
import { DomainError, ValidationFailed, type FieldError } from '../../common/errors.js';
import { field } from '../../validation/field.js';
import { problemTypes, type ProblemCode } from '../../common/problem-types.js';

@ApiSchema({ name: 'JsonApiError', description: 'One problem of a request to /subscriptions.' })
export class JsonApiError {
  @ApiProperty({ description: 'HTTP status, as text.', pattern: '^[45]\\d\\d$', example: '400' })
  status: string;
  @ApiProperty({ description: 'Kind of problem.', example: 'Validation Error' })
  title: string;
  @ApiProperty({
    description: 'What went wrong this time, with the path of the member.',
    example: 'data.attributes.name: "name" is required',
  })
  detail: string;
  @field(
    { type: 'object', additionalProperties: true },
    {
      description:
        'More for programs: `pointer` (RFC 6901) and `code` of a bad member, `missing_ids`, `duplicate_ids`, `offering_ids`.',
      optional: true,
      example: { pointer: '/data/attributes/name', code: 'required' },
    },
  )
  meta?: object;
}

@ApiSchema({ name: 'JsonApiErrors', description: 'Every 4xx and 5xx below /subscriptions.' })
export class JsonApiErrors {
  @ApiProperty({ type: [JsonApiError], minItems: 1, description: 'One entry for each problem.' })
  errors: JsonApiError[];
}

/** More problems than these of one request are not told. */
const maxEntries = 100;

/** The errors of `/subscriptions`: one entry for each problem, statuses as text. */
export const jsonApiErrorFormat: ErrorFormat = {
  mediaType: 'application/json',
  schema: 'JsonApiErrors',
  body: (error, requestId): JsonApiErrors => ({
    errors:
      error instanceof ValidationFailed
        ? error.errors.slice(0, maxEntries).map((each) => fieldEntry(error.code, each))
        : [plainEntry(error, requestId)],
  }),
};

/** Titles that this dialect words in its own way. */
const titles: Partial<Record<ProblemCode, string>> = {
  VALIDATION_FAILED: 'Validation Error',
  FORBIDDEN: 'Permission denied',
  CONFLICT: 'Write Conflict',
};

const headOf = (code: ProblemCode) => ({
  status: String(problemTypes[code].status),
  title: titles[code] ?? problemTypes[code].title,
});

function fieldEntry(code: ProblemCode, error: FieldError): JsonApiError {
  const meta = { pointer: error.pointer, code: error.code };
  return { ...headOf(code), detail: withMember(error), meta };
}

/** `name is required` at `data.attributes.name` -> `data.attributes.name: "name" is required`. */
function withMember({ field, message }: FieldError): string {
  if (field === '' || !message.startsWith(field)) return message;
  const member = field.startsWith('data.') ? field.slice(field.lastIndexOf('.') + 1) : field;
  return `${field}: "${member}"${message.slice(field.length)}`;
}

function plainEntry(error: DomainError, requestId: string): JsonApiError {
  const entry = { ...headOf(error.code), detail: error.message };
  const known =
    problemTypes[error.code].status < 500 ? Object.entries(error.extra) : [['requestId', requestId]];
  const meta = Object.fromEntries(known.map(([name, value]) => [snakeCase(String(name)), value]));
  return known.length > 0 ? { ...entry, meta } : entry;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `No plan found`: the 404 of `/subscriptions`, the same for an unknown id and for another team's. */
export const noneFound = (what: string) => new DomainError('NOT_FOUND', `No ${what} found`);
