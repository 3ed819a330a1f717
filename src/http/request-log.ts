import type { FastifyReply, FastifyRequest } from 'fastify';

/** One line a request: never a header, a query or a body, so no key and no customer stands in the log. */
export async function requestLine(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  request.log.info(
    {
      method: request.method,
      path: request.url.split('?')[0],
      route: request.routeOptions.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      teamId: request.caller?.id,
      keyId: request.caller?.keyId,
      ip: request.ip,
      traceparent: request.headers.traceparent,
    },
    'request',
  );
}
