import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Logs one line per request.
 * Omits headers, query and body, because they can contain API keys and customer data.
 */
export async function logRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  // Under overload, the lines would cost more than the answers. The metrics count these requests.
  if (request.isRefused) return;
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
