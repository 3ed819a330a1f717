import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseTimeout, isDatabaseUnavailable } from '../common/database/failures.js';
import { DomainError } from '../common/errors.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';
import { ClientLeft } from '../common/request/client-left.js';
import { unsupportedMediaType } from './content-negotiation.js';
import { ErrorFormats } from './error-formats.js';
import { MissingRoutes } from './routes/missing-routes.js';
import { hasClientLeft } from './request-log.js';

/** Converts every error of a handler or hook to a response in the error format of its path. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly formats: ErrorFormats,
    private readonly missing: MissingRoutes,
  ) {}

  catch(cause: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.explain(reportError(cause, request), request);
    if (reply.sent) return;
    // Uses the route's pattern, because the path in the URL can be percent-encoded.
    const format = this.formats.forUrl((request.is404 ? undefined : request.routeOptions.url) ?? request.url);
    // A stream that was to be packed can fail before its first byte.
    void reply
      .removeHeader('content-encoding')
      .code(problemTypes[error.code].status)
      .headers(error.headers)
      .type(format.mediaType)
      .send(JSON.stringify(format.body(error, request.id)));
  }

  /** Adds to the error for an unknown path why it does not exist, if clients may expect it. */
  private explain(error: DomainError, { is404, url }: FastifyRequest): DomainError {
    const reason = is404 && error.code === 'NOT_FOUND' ? this.missing.reasonFor(url) : undefined;
    return reason === undefined ? error : new DomainError(error.code, `${error.message}: ${reason}`);
  }
}

const log = new Logger('Problem');

/**
 * Converts any error to the one that is returned to the client, and logs it if the status is 5xx. If the client has
 * left, its body ends with the same error as a broken connection to the database, and its statements were cancelled:
 * neither is an outage.
 */
export function reportError(cause: unknown, request: FastifyRequest): DomainError {
  const converted = toDomainError(cause);
  // Fastify itself refuses a type that it cannot read, without knowing those that the route accepts.
  const isBadType = converted.code === 'UNSUPPORTED_MEDIA_TYPE' && converted !== cause;
  const error = isBadType ? unsupportedMediaType(request) : converted;
  const { status, title } = problemTypes[error.code];
  if (status < 500) return error;
  const isExpected =
    originOf(cause) instanceof DomainError || (error.code === 'UNAVAILABLE' && hasClientLeft(request));
  log[isExpected ? 'debug' : 'error']({ err: cause, requestId: request.id }, title);
  return error;
}

/** TypeORM wraps whatever a statement ends with, also what the pool says instead of sending it. */
const originOf = (cause: unknown): unknown =>
  (cause as { driverError?: unknown } | null | undefined)?.driverError ?? cause;

/** Converts any error to a DomainError. Unexpected errors become INTERNAL and reveal no details. */
export function toDomainError(cause: unknown): DomainError {
  const origin = originOf(cause);
  if (origin instanceof DomainError) return origin;
  if (isDatabaseTimeout(cause))
    return unavailable('The database did not answer in time; try again later or request less');
  if (isDatabaseUnavailable(cause) || origin instanceof ClientLeft)
    return unavailable(problemTypes.UNAVAILABLE.detail);
  const code = codeOfStatus(cause);
  const message =
    cause instanceof HttpException && code === 'NOT_FOUND' ? cause.message : problemTypes[code].detail;
  return new DomainError(code, message);
}

const unavailable = (message: string) => new DomainError('UNAVAILABLE', message, {}, { 'retry-after': '2' });

const codesByStatus: Partial<Record<number, ProblemCode>> = {
  400: 'MALFORMED_JSON',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'UNAVAILABLE',
};

function codeOfStatus(cause: unknown): ProblemCode {
  const status =
    cause instanceof HttpException
      ? cause.getStatus()
      : (cause as { statusCode?: number } | null)?.statusCode;
  return codesByStatus[status ?? 500] ?? 'INTERNAL';
}
