import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag } from './etag.js';

/**
 * Sets `ETag`.
 * @returns whether `If-None-Match` matches; if so, the status is 304 and the handler returns no body
 */
export function replyNotModified(etag: string, request: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('etag', etag);
  if (!matchesETag(request.headers['if-none-match'], etag)) return false;
  void reply.code(304);
  return true;
}

/** Sets `ETag` and returns the body. If `If-None-Match` matches, sets status 304 and returns undefined. */
export function sendWithETag<T>(
  body: T,
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  return replyNotModified(etag, request, reply) ? undefined : body;
}
