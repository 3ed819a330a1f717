import type { FastifyRequest } from 'fastify';
import type { RouteAccess } from './endpoint.js';
import { DomainError } from '../common/errors.js';
import type { RouteTable } from './route-table.js';

const json = /(^|[,\s])(\*\/\*|application\/(\*|json|problem\+json|vnd\.api\+json))\s*($|[,;])/i;
const refused = /;\s*q=0(\.0*)?\s*$/i;

/** Whether an `Accept` header takes JSON (RFC 9110 12.5.1); absent takes anything. */
export function acceptsJson(header: string | undefined): boolean {
  if (header === undefined || header === '' || header === '*/*' || header === 'application/json') return true;
  return header.split(',').some((range) => json.test(range) && !refused.test(range));
}

/** Refuses a wrong method and an `Accept` that excludes JSON. @throws DomainError METHOD_NOT_ALLOWED, NOT_ACCEPTABLE */
export function checkMethodAndAccept(request: FastifyRequest, routes: RouteTable): void {
  if (request.is404) {
    const methods = routes.methodsOf(request.url.split('?')[0] ?? '');
    if (methods.length > 0)
      throw new DomainError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not allowed here`,
        {},
        { allow: methods.join(', ') },
      );
    return;
  }
  const { access, text } = request.routeOptions.config as RouteAccess;
  if (access !== undefined && !text && !acceptsJson(request.headers.accept))
    throw new DomainError('NOT_ACCEPTABLE', 'Only application/json can be answered here');
}
