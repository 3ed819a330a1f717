import type { FastifyReply } from 'fastify';

/** Returns a body that is JSON text already. Without a type, Fastify would send it as plain text or as a file. */
export function sendJson(text: string | Buffer, reply: FastifyReply): string | Buffer {
  void reply.type('application/json; charset=utf-8');
  return text;
}
