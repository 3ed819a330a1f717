import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EndpointConfig } from '../endpoint.js';
import type { ParseBody } from './parse-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the unpacked body in base64, if an idempotency key needs it; null without a body. */
    bodyHash: string | null;
  }
}

/** Returns whether the response to the request is stored, to be returned to the same request again. */
export const hasIdempotencyKey = ({ headers, routeOptions }: FastifyRequest): boolean =>
  headers['idempotency-key'] !== undefined && (routeOptions.config as EndpointConfig).idempotent === true;

/** Returns a parser that also keeps the hash of the body, if the request has an idempotency key. */
export function withBodyHash(request: FastifyRequest, parseBody: ParseBody): ParseBody {
  if (!hasIdempotencyKey(request)) return parseBody;
  return (body) => {
    request.bodyHash = createHash('sha256').update(body).digest('base64');
    return parseBody(body);
  };
}
