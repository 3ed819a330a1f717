import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag } from './etag.js';

/** Sets `ETag`. @returns whether `If-None-Match` matches; the status is then 304 and the handler returns no body */
export function replyNotModified(etag: string, request: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('etag', etag);
  if (!matchesETag(request.headers['if-none-match'], etag)) return false;
  void reply.code(304);
  return true;
}

/** Sets `ETag` and returns the body, or nothing with status 304 if `If-None-Match` matches. */
export function sendWithETag<T>(
  body: T,
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  return replyNotModified(etag, request, reply) ? undefined : body;
}
