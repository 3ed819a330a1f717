import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runInScope, whenClientLeaves, type RequestScope } from '../common/request/request-scope.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { logDisconnect } from '../http/request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the first hook. */
    scope: Scope | null;
  }
}

class Scope implements RequestScope {
  isStream = false;
  stopWatching: () => void;

  constructor(
    private readonly request: FastifyRequest,
    reply: FastifyReply,
  ) {
    this.stopWatching = whenClientLeaves(this, () => logDisconnect(request, reply));
  }

  get socket() {
    return this.request.raw.socket;
  }

  /** Unauthenticated callers share one group, so that a flood of unknown keys slows down no team. */
  get group(): string {
    const { caller, routeOptions } = this.request;
    if (caller) return caller.id;
    return (routeOptions.config as EndpointConfig | undefined)?.access === 'public'
      ? 'public'
      : 'unauthenticated';
  }
}

/**
 * Makes the request known to the database layer while it is handled. Call this before other hooks are added.
 */
export function trackRequestScope(fastify: FastifyInstance): void {
  fastify.decorateRequest('scope', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    request.scope = new Scope(request, reply);
    runInScope(request.scope, done);
  });
  // The events of a body have no scope.
  fastify.addHook('preValidation', (request, _reply, done) => {
    runInScope(request.scope ?? undefined, done);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    request.scope?.stopWatching();
    done();
  });
}
