import type { FastifyReply } from 'fastify';

/** Hands over a body that is JSON text already; Fastify would take a string for plain text. */
export function sendJson(text: string, reply: FastifyReply): string {
  void reply.type('application/json; charset=utf-8');
  return text;
}
