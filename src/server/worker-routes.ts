import type { FastifyRequest } from 'fastify';
import { DomainError } from '../common/errors.js';

const served = ['/health', '/health/live', '/health/ready', '/metrics'];

/** Checks that a process with ROLE=worker serves the route. @throws DomainError NOT_FOUND */
export function checkWorkerRoute({ routeOptions: { url } }: FastifyRequest): void {
  if (url === undefined || !served.includes(url))
    throw new DomainError(
      'NOT_FOUND',
      'This process only does background work (ROLE=worker); it serves nothing but /health and /metrics',
    );
}
