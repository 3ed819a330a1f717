import type { FastifyReply, FastifyRequest } from 'fastify';
import { notModified } from './etag.js';

/** Sets the ETag; answers 304 and says so when the client has that already. */
export function answered304(etag: string, request: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('etag', etag);
  if (!notModified(request.headers['if-none-match'], etag)) return false;
  void reply.code(304);
  return true;
}

/** Sets the ETag and answers the resource, or 304 without a body when the client has it already. */
export function sendTagged<T>(
  body: T,
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  return answered304(etag, request, reply) ? undefined : body;
}
