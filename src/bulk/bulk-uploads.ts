import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../common/errors.js';
import { iterateInScope } from '../common/request/request-scope.js';
import { unsupportedMediaType } from '../http/content-negotiation.js';
import { jsonLines } from '../http/endpoint.js';
import { problemFormat } from '../http/error-formats.js';
import { reportError } from '../http/problem.filter.js';
import { BulkBytes } from './bulk-bytes.js';
import type { UploadResult } from './bulk-result.js';
import type { LocateField } from './lines.js';

/** Reads the body of a bulk upload and writes its result lines. */
@Injectable()
export class BulkUploads {
  constructor(private readonly bulkBytes: BulkBytes) {}

  /**
   * Returns the result lines of an upload as they become ready.
   * @param body the body as a stream; undefined or null if it is empty
   * @param run starts the upload, and yields one outcome for each non-blank line; a summary can follow
   * @throws DomainError UNSUPPORTED_MEDIA_TYPE, RATE_LIMITED
   */
  async process(
    teamId: string,
    body: unknown,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    run: (chunks: AsyncIterable<Buffer>) => MaybePromise<AsyncIterable<UploadResult[]>>,
  ): Promise<Readable> {
    if (body !== undefined && body !== null && !(body instanceof Readable))
      throw unsupportedMediaType(request);
    await this.bulkBytes.requireSome(teamId);
    const outcomes = await run(this.bulkBytes.count(teamId, body ?? Readable.from([])));
    void reply.type(jsonLines);
    return Readable.from(iterateInScope(toResultLines(outcomes, request)), { objectMode: false });
  }
}

async function* toResultLines(
  outcomes: AsyncIterable<UploadResult[]>,
  request: FastifyRequest,
): AsyncGenerator<string> {
  for await (const batch of outcomes)
    yield batch.map((outcome) => `${JSON.stringify(toResultLine(outcome, request))}\n`).join('');
}

type MaybePromise<T> = T | Promise<T>;

function toResultLine(line: UploadResult, request: FastifyRequest): object {
  if ('summary' in line) return line;
  const { cause, locate, ...result } = line;
  if (cause === undefined) return result;
  const error = reportError(locate ? withCells(cause, result.line, locate) : cause, request);
  return { ...result, problem: problemFormat.body(error, request.id) };
}

/** Adds to the errors of a row in which cells they are. */
function withCells(cause: unknown, line: number, locate: LocateField): unknown {
  if (!(cause instanceof ValidationFailed)) return cause;
  return new ValidationFailed(
    cause.errors.map((error) =>
      error.line === undefined ? { ...error, line, ...locate(error.field) } : error,
    ),
  );
}
