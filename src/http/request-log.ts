import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Logs one line per request. Takes a callback, because an async hook costs two promises per request.
 * Omits headers, query and body, because they can contain API keys and customer data.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  // Under overload, the lines would cost more than the answers. The metrics count these requests.
  if (!request.isRefused) request.log.info(fieldsOf(request, reply), 'request');
  done();
}

/** Logs a request whose client closed the connection before the response was complete, which is not an error. */
export function logDisconnect(request: FastifyRequest, reply: FastifyReply): void {
  request.log.debug(fieldsOf(request, reply), 'client disconnected');
}

/** Returns whether the client has closed the connection, so that a failure of its request needs no attention. */
export const hasClientLeft = (request: FastifyRequest): boolean => request.raw.socket.destroyed;

const fieldsOf = (request: FastifyRequest, reply: FastifyReply) => ({
  reqId: request.id,
  method: request.method,
  path: request.url.split('?')[0],
  route: request.routeOptions.url,
  status: reply.raw.headersSent ? reply.statusCode : undefined,
  durationMs: Math.round(reply.elapsedTime * 10) / 10,
  teamId: request.caller?.id,
  keyId: request.caller?.keyId,
  ip: request.ip,
  traceparent: request.headers.traceparent,
});
