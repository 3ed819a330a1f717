import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CHANNEL, type Channel } from '../common/channel.js';
import type { Access } from '../http/endpoint-access.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { DomainError, ValidationFailed } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { hashApiKey } from './api-keys/api-key-format.js';
import type { Caller } from './caller.js';
import { teamRoles, type TeamRole } from './team.entity.js';
import { ApiKeyCheck } from './api-keys/api-key-check.js';
import { ApiKeyUsage } from './api-keys/api-key-usage.js';
import { invalidApiKey } from './api-keys/invalid-api-key.js';
import { KeyLookups } from './api-keys/key-lookups.js';
import { rateLimitHeaders, rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import { createLimiter } from '../rate-limits/create-limiter.js';
import type { Consumption, Limiter, RateLimitResult } from '../rate-limits/rate-limiter.js';

type TeamAccess = Exclude<Access, 'public' | 'admin'>;

const rolesByAccess: Record<TeamAccess, readonly TeamRole[]> = {
  team: teamRoles,
  provider: ['provider', 'hybrid'],
  reseller: ['reseller', 'hybrid'],
};

/**
 * Checks the API key, the rate limit and the role of each request. It is a Fastify hook instead of a Nest
 * guard, so that it runs before the body is read. Bodies of unauthenticated clients are therefore never
 * parsed, and a missing key is reported before an invalid body. A route that does not declare its access
 * rejects every caller.
 */
@Injectable()
export class AccessHook {
  private readonly keyLimiter: Limiter;
  private readonly failureLimiter: Limiter;
  private readonly publicLimiter: Limiter;
  private readonly lookups: KeyLookups;
  private readonly adminKeyHash: Buffer | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly apiKeyCheck: ApiKeyCheck,
    private readonly apiKeyUsage: ApiKeyUsage,
    @Inject(CHANNEL) channel: Channel | null,
  ) {
    const { rateLimitPerMinute: perMinute, rateLimitPerHour: perHour, rateLimitTeamFactor: factor } = config;
    const minute = { windowMs: 60_000 };
    const hour = { windowMs: 3_600_000 };
    const policies = [
      { name: 'burst', quota: perMinute, ...minute },
      { name: 'sustained', quota: perHour, ...hour },
      { name: 'team-burst', quota: perMinute * factor, ...minute, per: 'group' as const },
      { name: 'team-sustained', quota: perHour * factor, ...hour, per: 'group' as const },
    ];
    this.keyLimiter = createLimiter('requests', policies, channel);
    const failures = { name: 'failures', quota: config.authFailuresPerMinute, ...minute };
    this.failureLimiter = createLimiter('authentication failures', [failures], channel);
    const requests = { name: 'public', quota: config.publicRequestsPerMinute, ...minute };
    this.publicLimiter = createLimiter('public requests', [requests], channel);
    this.lookups = new KeyLookups(this.failureLimiter);
    this.adminKeyHash = config.adminApiKey === undefined ? undefined : hashApiKey(config.adminApiKey);
  }

  /**
   * The onRequest hook. Takes a callback, because most callers are admitted without waiting, and each promise costs
   * more than the check.
   * Errors: DomainError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED; ValidationFailed
   */
  readonly onRequest = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: (cause?: Error) => void,
  ): void => {
    let waiting: Promise<void> | undefined;
    try {
      waiting = this.admit(request, reply);
    } catch (cause) {
      done(cause as Error);
      return;
    }
    if (waiting) void doneAfter(waiting, done);
    else done();
  };

  /** Returns a promise only if there is something to wait for. */
  private admit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    if (request.is404) return undefined;
    const { access, limitsAddress } = request.routeOptions.config as EndpointConfig;
    if (access === undefined) throw new DomainError('FORBIDDEN', 'This route does not accept any caller');
    const required = access === 'public' && this.isProtectedMetrics(request) ? 'admin' : access;
    if (required === 'public')
      return limitsAddress ? this.applyLimit(this.publicLimiter, reply, request.ip) : undefined;
    const key = extractKey(request);
    if (required === 'admin') return this.admitAdmin(key, request, reply);
    const known = key === undefined ? undefined : this.apiKeyCheck.cachedCaller(key);
    if (!known) return this.admitTeam(key, required, request, reply);
    const counted = this.keyLimiter.consume(known.keyId, { group: known.id });
    if (counted instanceof Promise) return this.admitTeam(key, required, request, reply, counted);
    this.applyResult(counted, reply);
    this.admitCaller(known, required, request);
    return undefined;
  }

  private isProtectedMetrics(request: FastifyRequest): boolean {
    return this.config.metricsAccess === 'admin' && request.routeOptions.url === '/metrics';
  }

  private async admitAdmin(
    key: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (this.isAdminKey(key)) return this.checkQuery(request);
    const caller = await this.findCaller(key, request, reply);
    await this.applyLimit(this.keyLimiter, reply, caller.keyId, { group: caller.id });
    throw new DomainError('FORBIDDEN', 'The admin key is required');
  }

  /** @param counted the result of the rate limit, if the request has been counted already */
  private async admitTeam(
    key: string | undefined,
    access: TeamAccess,
    request: FastifyRequest,
    reply: FastifyReply,
    counted?: Promise<RateLimitResult>,
  ): Promise<void> {
    const caller = await this.findCaller(key, request, reply);
    const result = counted ?? this.keyLimiter.consume(caller.keyId, { group: caller.id });
    this.applyResult(await result, reply);
    this.admitCaller(caller, access, request);
  }

  private admitCaller(caller: Caller, access: TeamAccess, request: FastifyRequest): void {
    this.apiKeyUsage.recordUse(caller.keyId);
    if (caller.suspended) throw teamIsSuspended();
    if (!rolesByAccess[access].includes(caller.role))
      throw new DomainError('FORBIDDEN', `${access === 'provider' ? 'Provider' : 'Reseller'} role required`);
    request.caller = { ...caller, address: request.ip };
    this.checkQuery(request);
  }

  private checkQuery(request: FastifyRequest): void {
    const { access, takesQuery } = request.routeOptions.config as EndpointConfig;
    if (!takesQuery && access !== 'public') rejectQuery(request);
  }

  /**
   * Checks the key again after a request has waited, without counting the request again.
   * @throws DomainError UNAUTHORIZED, FORBIDDEN if the key was revoked or has expired, or the team was suspended
   */
  async admitAgain(request: FastifyRequest): Promise<void> {
    const key = extractKey(request);
    const caller = key === undefined ? undefined : await this.apiKeyCheck.findCaller(key);
    if (!caller) throw invalidApiKey('Invalid API key');
    if (caller.suspended) throw teamIsSuspended();
  }

  /**
   * Identifies the caller of a public route that takes the key elsewhere than in a header. The request counts as one with
   * that key: against the limits of the key or, if the key is not valid, as a failed attempt of the address.
   * @throws DomainError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED
   */
  async identify(key: string | undefined, request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const caller = await this.findCaller(key, request, reply);
    await this.applyLimit(this.keyLimiter, reply, caller.keyId, { group: caller.id });
    this.apiKeyUsage.recordUse(caller.keyId);
    request.caller = { ...caller, address: request.ip };
    if (caller.suspended) throw teamIsSuspended();
    return caller;
  }

  /**
   * Identifies the caller of a public route that shows more to some teams; undefined if the request has no key.
   * @throws as `identify`
   */
  async identifyIfKeyed(request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined> {
    const key = extractKey(request);
    return key === undefined ? undefined : this.identify(key, request, reply);
  }

  /**
   * Returns the team that owns the key. A missing or invalid key counts as a failed attempt by the client's
   * address.
   */
  private async findCaller(
    key: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Caller> {
    const { ip } = request;
    const caller =
      key === undefined
        ? undefined
        : await this.apiKeyCheck.findCaller(key, (load) => this.lookups.run(ip, load));
    if (caller) return caller;
    if (this.isAdminKey(key))
      throw new DomainError(
        'FORBIDDEN',
        'An API key of a team is required; the admin key does not belong to a team',
      );
    await this.applyLimit(this.failureLimiter, reply, ip);
    const message =
      key === undefined ? 'An API key is required; send it in the x-api-key header' : 'Invalid API key';
    throw invalidApiKey(message);
  }

  private isAdminKey(key: string | undefined): boolean {
    return (
      key !== undefined &&
      this.adminKeyHash !== undefined &&
      timingSafeEqual(hashApiKey(key), this.adminKeyHash)
    );
  }

  private async applyLimit(
    limiter: Limiter,
    reply: FastifyReply,
    key: string,
    consumption?: Consumption,
  ): Promise<void> {
    this.applyResult(await limiter.consume(key, consumption), reply);
  }

  private applyResult({ allowed, statuses }: RateLimitResult, reply: FastifyReply): void {
    void reply.headers(rateLimitHeaders(statuses, Date.now()));
    if (!allowed) throw rateLimitExceeded(statuses);
  }
}

const teamIsSuspended = () => new DomainError('FORBIDDEN', 'The team is suspended');

/** Calls `done` when the promise is settled. */
async function doneAfter(waiting: Promise<void>, done: (cause?: Error) => void): Promise<void> {
  let failure: unknown;
  try {
    await waiting;
  } catch (cause) {
    failure = cause;
  }
  done(failure as Error | undefined);
}

/**
 * Returns the key or access token from `x-api-key` or, without that header, from `Authorization: Bearer`. Keys in the query
 * string are not accepted, because URLs can appear in logs.
 */
function extractKey(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function rejectQuery(request: FastifyRequest): void {
  const names = Object.keys(request.query as object);
  if (names.length > 0)
    throw new ValidationFailed(
      names.map((name) => fieldError([name], 'unknown', 'is not a known query parameter')),
    );
}
