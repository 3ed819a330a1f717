import type { FastifyReply } from 'fastify';

/** Hands over a body that is JSON already; Fastify would take a string for plain text and bytes for a file. */
export function sendJson(text: string | Buffer, reply: FastifyReply): string | Buffer {
  void reply.type('application/json; charset=utf-8');
  return text;
}
