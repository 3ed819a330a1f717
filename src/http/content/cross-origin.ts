import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The value of `CORS_ORIGINS` that allows pages of every origin. */
export const anyOrigin = '*';

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** The wildcard includes all headers of clients, such as those for tracing, except `Authorization`. */
const requestHeaders = 'Authorization, *';
/** A wildcard, because requests have no credentials in the sense of browsers: keys are sent in headers, not cookies. */
const exposedHeaders = '*';
/** For how long a browser remembers a preflight, in seconds; Chrome uses no more than this. */
const maxAge = '7200';

/**
 * Allows pages of other origins to call the service and to read its answers, with errors (Fetch standard, "CORS
 * protocol"). Origins are compared exactly. @fastify/cors would run after the access hook, so that errors of keys could
 * not be read, and would add a route for OPTIONS to every path, so that unknown paths would be 405.
 */
export class CrossOrigin {
  private readonly origins: ReadonlySet<string>;
  private readonly allowsAny: boolean;

  /** @param origins as browsers send them, such as `https://app.example.com`; or only `*` */
  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
    this.allowsAny = this.origins.has(anyOrigin);
  }

  /**
   * An onRequest hook, to be added before all others, so that every answer has the headers. Answers a preflight, which
   * has no key, without calling further hooks.
   */
  readonly onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const isAllowed = this.setHeaders(request.raw, reply.raw);
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isAllowed || !isPreflight) return done();
    const allowed = {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': requestHeaders,
      'access-control-max-age': maxAge,
    };
    void reply
      .code(204)
      .headers({ 'x-request-id': request.id, ...allowed })
      .send();
  };

  /**
   * Sets the headers on Node's response, so that an answer that is not written by Fastify has them too.
   * @returns whether the request comes from an allowed origin
   */
  readonly setHeaders = ({ headers: { origin } }: IncomingMessage, response: ServerResponse): boolean => {
    // The answer depends on the header also for requests without it, which a cache could mix up with others.
    if (!this.allowsAny) response.setHeader('vary', 'Origin');
    if (origin === undefined || !(this.allowsAny || this.origins.has(origin))) return false;
    response.setHeader('access-control-allow-origin', this.allowsAny ? anyOrigin : origin);
    response.setHeader('access-control-expose-headers', exposedHeaders);
    return true;
  };
}
