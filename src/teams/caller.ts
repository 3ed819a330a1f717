import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { TeamRole } from './team.entity.js';

/** The team that owns the API key of a request. */
export interface Caller {
  /** ID of the team. */
  id: string;
  name: string;
  role: TeamRole;
  verified: boolean;
  suspended: boolean;
  /** Default currency for new prices, as an ISO 4217 code. */
  currency: string;
  /** Whether offers are hidden from the team that it may not sell without a license: `ENFORCE_RESELLER_LICENSES`. */
  needsLicenses: boolean;
  /** ID of the API key. Rate limits count requests by this ID and by the ID of the team. */
  keyId: string;
  /** The client's address; undefined if there is no request. */
  address?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by AccessHook on routes whose access is `team`, `provider` or `reseller`; null on all others. */
    caller: Caller | null;
  }
}

/**
 * Passes the calling team to a parameter of a handler. Use it only for routes whose access is `team`,
 * `provider` or `reseller`.
 */
export const CurrentTeam = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller)
    throw new Error('This route has no calling team; its access must be team, provider or reseller');
  return caller;
});

/** Returns whether the team can see the offers of other providers. */
export const canBrowseProviders = (caller: Caller): boolean => caller.role !== 'provider' && caller.verified;
