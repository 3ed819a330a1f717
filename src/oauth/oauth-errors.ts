import { ValidationFailed, type DomainError } from '../common/errors.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';
import type { ErrorFormat } from '../http/error-formats.js';
import { ApiProperty, ApiSchema } from '../lazy-swagger/decorators.js';

const errorCodes = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'temporarily_unavailable',
  'server_error',
] as const;

type OAuthErrorCode = (typeof errorCodes)[number];

@ApiSchema({
  name: 'OAuthError',
  description: 'Body of every 4xx and 5xx response under `/oauth` (RFC 6749, section 5.2).',
})
export class OAuthError {
  @ApiProperty({
    enum: errorCodes,
    description:
      'Kind of error. `temporarily_unavailable` (too many requests, or the service is not available) and `server_error` are not in section 5.2; RFC 6749 defines them for the authorization endpoint.',
    example: 'invalid_client',
  })
  error: OAuthErrorCode;
  @ApiProperty({
    description: 'Explanation of the error for developers. Lists every invalid parameter.',
    example: 'client_secret must be a valid API key',
  })
  error_description: string;
}

/** The error format of `/oauth`. */
export const oauthErrorFormat: ErrorFormat = {
  mediaType: 'application/json',
  schema: 'OAuthError',
  body: (error, requestId): OAuthError => ({
    error: codeOf(error),
    error_description: printable(descriptionOf(error, requestId)),
  }),
};

const codes: Partial<Record<ProblemCode, OAuthErrorCode>> = {
  UNAUTHORIZED: 'invalid_client',
  FORBIDDEN: 'unauthorized_client',
  RATE_LIMITED: 'temporarily_unavailable',
  UNAVAILABLE: 'temporarily_unavailable',
};

function codeOf(error: DomainError): OAuthErrorCode {
  if (error instanceof ValidationFailed && error.errors.some(isUnsupportedGrant))
    return 'unsupported_grant_type';
  return codes[error.code] ?? (problemTypes[error.code].status >= 500 ? 'server_error' : 'invalid_request');
}

const isUnsupportedGrant = ({ field, code }: { field: string; code: string }) =>
  field === 'grant_type' && code === 'enum';

function descriptionOf(error: DomainError, requestId: string): string {
  if (problemTypes[error.code].status >= 500) return `${error.message} (request ID ${requestId})`;
  return error instanceof ValidationFailed
    ? error.errors.map(({ message }) => message).join('; ')
    : error.message;
}

/** Replaces the characters that RFC 6749 does not allow in a description. */
const printable = (text: string) => text.replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, "'");
