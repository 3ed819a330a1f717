import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EndpointConfig } from '../endpoint.js';

const keyHeaders = 'x-api-key, Authorization';

type HeaderSource = { getHeader(name: string): unknown };

/** Returns the value of `Vary` with further names of request headers. */
export function withVary(answer: HeaderSource, names: string): string {
  const vary = answer.getHeader('vary');
  return vary === undefined ? names : `${String(vary)}, ${names}`;
}

const noStore = 'private, no-store';

/** Returns the headers of an answer that no cache may store. */
export const keyedHeaders = (answer: HeaderSource) => ({
  vary: withVary(answer, keyHeaders),
  'cache-control': noStore,
});

/**
 * The policy of HTML pages: Swagger UI loads its own files, sets styles in its elements, has images in data URLs, and
 * sends requests to this service. The documentation allows its public URL as well.
 */
export const pagePolicy = (connectTo = "'self'") =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src ${connectTo}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * Keeps caches and browsers from misusing an answer. What a request with a key gets belongs to the team of that key: no
 * shared cache stores it, and no cache uses it for another key.
 */
export function setResponseHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const { access, returnsText } = request.routeOptions.config as EndpointConfig;
  const needsKey = !request.is404 && access !== undefined && access !== 'public';
  if (needsKey || hasKey(request.headers)) {
    const canRevalidate =
      (request.method === 'GET' || request.method === 'HEAD') &&
      reply.statusCode < 400 &&
      reply.hasHeader('etag');
    void reply.header('vary', withVary(reply, keyHeaders));
    void reply.header('cache-control', canRevalidate ? (ownPolicy(reply) ?? 'private, no-cache') : noStore);
  }
  if (returnsText) {
    void reply.header('x-content-type-options', 'nosniff');
    if (String(reply.getHeader('content-type')).startsWith('text/html')) protectPage(reply);
  }
}

/** Returns the cache policy that a handler has set, if it excludes shared caches. */
function ownPolicy(reply: FastifyReply): string | undefined {
  const policy = reply.getHeader('cache-control');
  return typeof policy === 'string' && policy.startsWith('private,') ? policy : undefined;
}

function protectPage(reply: FastifyReply): void {
  if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', pagePolicy());
  void reply.headers({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
}

const hasKey = (headers: IncomingHttpHeaders) =>
  headers['x-api-key'] !== undefined || headers.authorization !== undefined;
