import { DomainError, ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { validate } from '../validation/validate.js';
import { AccessTokenRequest } from './access-token.dto.js';

/** The client as it identifies itself: with parameters of the body, or with `Authorization: Basic`. */
export interface ClientCredentials {
  secret: string | undefined;
}

/**
 * Reads a client-credentials request (RFC 6749, sections 2.3.1 and 4.4).
 * @param authorization the header of the request
 * @throws ValidationFailed listing every invalid parameter; DomainError UNAUTHORIZED for a malformed header
 */
export function readClientCredentials(body: unknown, authorization: string | undefined): ClientCredentials {
  const basic = readBasic(authorization);
  const { value, errors } = validate(AccessTokenRequest, body ?? {}, { allowUnknown: true });
  const all = [...errors.map(explain), ...combinationErrors(value, basic !== undefined)];
  if (all.length > 0) throw new ValidationFailed(all);
  return { secret: basic?.secret ?? value.client_secret };
}

function combinationErrors(request: AccessTokenRequest, hasHeader: boolean): FieldError[] {
  if (!hasHeader)
    return request.client_id === undefined ? [fieldError(['client_id'], 'required', 'is required')] : [];
  return request.client_secret === undefined
    ? []
    : [fieldError(['client_secret'], 'conflict', 'must not be combined with the Authorization header')];
}

/** Adds to an unsupported grant what clients that send it must do. */
const explain = (error: FieldError): FieldError =>
  error.field === 'grant_type' && error.code === 'enum'
    ? { ...error, message: `${error.message}; a client needs a client_secret, which is an API key` }
    : error;

/** Reads `Authorization: Basic`, whose two parts are form-encoded; undefined for another scheme. */
function readBasic(authorization: string | undefined): ClientCredentials | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, secret] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return { secret: secret === undefined ? undefined : decode(secret) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Returns the error for a client without a valid API key. */
export const invalidClient = (secret: string | undefined) =>
  new DomainError(
    'UNAUTHORIZED',
    secret === undefined
      ? 'client_secret is required; it is an API key of your team'
      : 'client_secret must be a valid API key',
    {},
    { 'www-authenticate': 'Basic realm="offerdock"' },
  );
