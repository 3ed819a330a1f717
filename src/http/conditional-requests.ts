import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag } from './etag.js';

/** Sets the ETag; answers 304 and says so when the client has that already. */
export function replyNotModified(etag: string, request: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('etag', etag);
  if (!matchesETag(request.headers['if-none-match'], etag)) return false;
  void reply.code(304);
  return true;
}

/** Sets the ETag and answers the resource, or 304 without a body when the client has it already. */
export function sendWithETag<T>(
  body: T,
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  return replyNotModified(etag, request, reply) ? undefined : body;
}
