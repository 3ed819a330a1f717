import type { FastifyReply } from 'fastify';

/**
 * Sets the JSON content type and returns `text`. Without it, Fastify would send plain text or binary data.
 */
export function sendJson(text: string | Buffer, reply: FastifyReply): string | Buffer {
  void reply.type('application/json; charset=utf-8');
  return text;
}
