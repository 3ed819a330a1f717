import type { FastifyReply, FastifyRequest } from 'fastify';
import { notModified } from './etag.js';

/** Sets the ETag and answers the resource, or 304 without a body when the client has it already. */
export function sendTagged<T>(
  body: T,
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  void reply.header('etag', etag);
  if (!notModified(request.headers['if-none-match'], etag)) return body;
  void reply.code(304);
  return undefined;
}
