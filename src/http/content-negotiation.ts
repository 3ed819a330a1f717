import type { FastifyRequest } from 'fastify';
import { DomainError } from '../common/errors.js';
import { problemTypes } from '../common/problem-types.js';
import type { EndpointConfig } from './endpoint.js';
import type { RouteTable } from './routes/route-table.js';

const jsonRange = /(^|[,\s])(\*\/\*|application\/(\*|json|problem\+json|vnd\.api\+json))\s*($|[,;])/i;
const zeroQuality = /;\s*q=0(\.0*)?\s*$/i;

/** Returns whether an `Accept` header allows JSON (RFC 9110 12.5.1). A missing header allows everything. */
export function acceptsJson(header: string | undefined): boolean {
  if (header === undefined || header === '' || header === '*/*' || header === 'application/json') return true;
  return header.split(',').some((range) => jsonRange.test(range) && !zeroQuality.test(range));
}

/**
 * Returns the media type of a response that is available in several, by the `Accept` header (RFC 9110 12.5.1): the one that
 * it prefers, or the first of those that it prefers equally. A more specific range takes precedence.
 * @throws DomainError NOT_ACCEPTABLE if the header allows none of them
 */
export function negotiateType(header: string | undefined, types: readonly [string, ...string[]]): string {
  if (header === undefined || header.trim() === '') return types[0];
  const ranges = header.split(',').map((range) => {
    const [name = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { name, quality: Number(quality) || 0 };
  });
  const qualityOf = (type: string) =>
    [type, `${type.split('/')[0]}/*`, '*/*']
      .map((name) => ranges.find((range) => range.name === name)?.quality)
      .find((quality) => quality !== undefined) ?? 0;
  const qualities = types.map(qualityOf);
  const highest = Math.max(...qualities);
  if (highest === 0)
    throw new DomainError('NOT_ACCEPTABLE', `The response is available only as ${types.join(' or ')}`);
  return types[qualities.indexOf(highest)] ?? types[0];
}

/**
 * Rejects a request with several `Host` headers (RFC 9112 3.2): a proxy may have checked another one than the first,
 * which is the one that Node keeps.
 * @throws DomainError MALFORMED_REQUEST
 */
export function requireOneHost({ raw: { rawHeaders } }: FastifyRequest): void {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  if (count > 1) throw new DomainError('MALFORMED_REQUEST', 'The request must have one Host header');
}

/**
 * Makes Fastify ignore the type of a body that is empty, or that the route does not take: such a request is accepted
 * whatever its type.
 */
export function ignoreUnusedBodyType({ headers, routeOptions, is404 }: FastifyRequest): void {
  if (headers['content-type'] === undefined) return;
  const isEmpty = headers['content-length'] === '0' && headers['transfer-encoding'] === undefined;
  const { access, takesBody } = routeOptions.config as EndpointConfig;
  if (isEmpty || (!is404 && access !== undefined && !takesBody)) delete headers['content-type'];
}

/** Returns the type of the body as it was sent, also of one that is empty. */
export function sentBodyType({ raw: { rawHeaders } }: FastifyRequest): string {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^content-type$/i.test(name));
  return at < 0 ? '' : (rawHeaders[at + 1] ?? '');
}

/** Returns the error for a body of a type that the route does not accept, which names those that it accepts. */
export function unsupportedMediaType({ routeOptions }: FastifyRequest): DomainError {
  const { bodyTypes = ['application/json'] } = routeOptions.config as EndpointConfig;
  return new DomainError('UNSUPPORTED_MEDIA_TYPE', `The body must be sent as ${bodyTypes.join(' or ')}`);
}

/** @throws DomainError EXPECTATION_FAILED for an `Expect` header that asks for something else than 100-continue */
export function checkExpectation({ headers: { expect } }: FastifyRequest): void {
  if (expect !== undefined && expect.trim().toLowerCase() !== '100-continue')
    throw new DomainError('EXPECTATION_FAILED', problemTypes.EXPECTATION_FAILED.detail);
}

/**
 * Rejects unsupported methods and `Accept` headers that exclude JSON.
 * @throws DomainError METHOD_NOT_ALLOWED, NOT_ACCEPTABLE
 */
export function checkMethodAndAccept(request: FastifyRequest, routes: RouteTable): void {
  if (request.is404) {
    const methods = routes.methodsOf(request.url.split('?')[0] ?? '');
    if (methods.length > 0)
      throw new DomainError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not allowed for this path`,
        {},
        { allow: methods.join(', ') },
      );
    return;
  }
  const { access, returnsText } = request.routeOptions.config as EndpointConfig;
  if (access !== undefined && !returnsText && !acceptsJson(request.headers.accept))
    throw new DomainError('NOT_ACCEPTABLE', problemTypes.NOT_ACCEPTABLE.detail);
}
