import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { iterateInScope } from '../../common/request/request-scope.js';

/**
 * Returns the body of an answer that is read in chunks as the client receives it. The answer to HEAD reads none of them; the
 * server would read all of them otherwise.
 */
export const streamFile = (request: FastifyRequest, chunks: AsyncGenerator<Buffer>): Readable =>
  Readable.from(request.method === 'HEAD' ? [] : iterateInScope(chunks), { objectMode: false });
