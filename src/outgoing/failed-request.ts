/**
 * Why a request has no complete response: `timeout`; `refused_address`: the URL or an address behind its name is not
 * allowed; `dns`: the name has no address; `tls`: no encrypted connection, such as with an expired certificate;
 * `connection`: not reachable, or closed too early; `invalid_response`: not HTTP/1.1; `response_too_large`: endless
 * headers; `invalid_request`: a header cannot be sent; `aborted` by the caller, or because the service stops.
 */
export type OutgoingError =
  | 'timeout'
  | 'refused_address'
  | 'dns'
  | 'tls'
  | 'connection'
  | 'invalid_response'
  | 'response_too_large'
  | 'invalid_request'
  | 'aborted';

/** A request without a complete response. The message is a sentence for the owner of the URL and names no address. */
export class FailedRequest extends Error {
  override readonly name = 'FailedRequest';

  constructor(
    readonly error: OutgoingError,
    message: string,
  ) {
    super(message);
  }
}

const codeOf = (cause: unknown) => String((cause as { code?: unknown } | null)?.code ?? 'unknown error');

const closedEarly = ['connection', 'The connection was closed before the response was complete'] as const;
const unreachable = ['connection', 'The host cannot be reached'] as const;

/** What the codes of Node and undici mean. */
const meanings: Record<string, readonly [OutgoingError, string]> = {
  ECONNREFUSED: ['connection', 'The connection was refused'],
  ECONNRESET: closedEarly,
  EPIPE: closedEarly,
  UND_ERR_SOCKET: closedEarly,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: closedEarly,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
};

/** Converts an error of undici or of a socket. */
export function toFailedRequest(cause: unknown): FailedRequest {
  if (cause instanceof FailedRequest) return cause;
  const code = codeOf(cause);
  const { message = '', name } = cause as Partial<Error>;
  if (name === 'HTTPParserError') return new FailedRequest('invalid_response', message);
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return new FailedRequest('invalid_request', `The request cannot be sent: ${message}`);
  const [error, meaning] = meanings[code] ?? ['connection', `The connection failed (${code})`];
  return new FailedRequest(error, meaning);
}

/** Converts the error of a lookup; `undefined` stands for an answer without an address. */
export function dnsFailure(cause?: unknown): FailedRequest {
  const code = cause === undefined ? 'ENODATA' : codeOf(cause);
  return new FailedRequest(
    'dns',
    code === 'ENODATA' || code === 'ENOTFOUND'
      ? 'The host name has no address'
      : `The host name could not be resolved (${code})`,
  );
}

/** Converts an error that occurs between the connection and the end of the TLS handshake. */
export function tlsFailure(cause: unknown): FailedRequest {
  const { message = '' } = cause as Partial<Error>;
  return new FailedRequest('tls', `The TLS connection failed: ${message} (${codeOf(cause)})`);
}
