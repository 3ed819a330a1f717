import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from './content/preferred-encoding.js';
import { withVary } from './content/response-headers.js';
import { matchesETag, packedETag } from './etag.js';

/**
 * Sets `ETag`.
 * @returns whether `If-None-Match` matches; if so, the status is 304 and the handler returns no body
 */
export function replyNotModified(etag: string, request: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known === undefined) return false;
  if (!matchesETag(known, etag)) {
    const packed = packedETag(etag);
    if (!acceptsGzip(request.headers['accept-encoding']) || !matchesETag(known, packed)) return false;
    // The headers of the packed answer, which the client has.
    void reply.headers({ etag: packed, vary: withVary(reply, 'Accept-Encoding') });
  }
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
