import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { TeamRole } from './team.entity.js';

/** The team behind a key, as the guard found it. */
export interface Caller {
  /** Id of the team. */
  id: string;
  name: string;
  role: TeamRole;
  verified: boolean;
  suspended: boolean;
  /** ISO 4217 code for new prices. */
  currency: string;
  keyId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard on every route that needs a team. */
    caller: Caller | null;
  }
}

/** The calling team. Only for routes whose access is `team`, `provider` or `reseller`. */
export const CurrentTeam = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('The route does not declare an access that has a team');
  return caller;
});

/** Whether the team sees what providers other than itself have to sell. */
export const canBrowseProviders = (caller: Caller): boolean => caller.role !== 'provider' && caller.verified;
