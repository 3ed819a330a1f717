import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorFormats } from './error-formats.js';
import { DomainError } from '../common/errors.js';
import { problemTypes, type ProblemCode } from '../common/problem-types.js';

/** Turns every error into the document of the surface it happened on; the only place that knows statuses. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly formats: ErrorFormats) {}

  catch(cause: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = reportError(cause, request.id);
    if (reply.sent) return;
    // The route's own pattern tells the surface even when the path was sent percent-encoded.
    const format = this.formats.of((request.is404 ? undefined : request.routeOptions.url) ?? request.url);
    void reply
      .code(problemTypes[error.code].status)
      .headers(error.headers)
      .type(format.mediaType)
      .send(JSON.stringify(format.body(error, request.id)));
  }
}

const log = new Logger('Problem');

/** What a client is told of an error; what is a fault of ours goes to the log as well. */
export function reportError(cause: unknown, requestId: string): DomainError {
  const error = toDomainError(cause);
  const { status, title } = problemTypes[error.code];
  if (status >= 500) log.error({ err: cause, requestId }, title);
  return error;
}

/** Gives any error the code it deserves; what nobody foresaw is INTERNAL and tells nothing. */
export function toDomainError(cause: unknown): DomainError {
  if (cause instanceof DomainError) return cause;
  if (isDatabaseUnavailable(cause))
    return new DomainError('UNAVAILABLE', problemTypes.UNAVAILABLE.detail, {}, { 'retry-after': '2' });
  const code = codeOfStatus(cause);
  const message =
    cause instanceof HttpException && code === 'NOT_FOUND' ? cause.message : problemTypes[code].detail;
  return new DomainError(code, message);
}

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

/** SQLSTATE classes 08 (connection), 57P (shutdown), 53300 (too many connections), and the socket's own errors. */
const away = /^(08...|57P0[123]|53300|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT)$/;
const awayWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** By shape: an error of Node's own is no `instanceof` our Error in every realm. */
export function isDatabaseUnavailable(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  const { code, message, driverError } = cause as {
    code?: unknown;
    message?: unknown;
    driverError?: unknown;
  };
  return away.test(String(code)) || awayWords.test(String(message)) || isDatabaseUnavailable(driverError);
}
